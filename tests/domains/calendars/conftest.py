"""Tests of calendars happen at noon on the first of February 2027, with entries of their own."""

from collections.abc import Iterator

import pytest

from guildhall.core import calendar, clock
from tests.domains.calendars.entries import TODAY, Diary


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """The clock stands still."""
    with clock.stopped(TODAY):
        yield


@pytest.fixture
def diary(monkeypatch: pytest.MonkeyPatch) -> Diary:
    """A domain with entries, and the only one that has any."""
    made = Diary()
    monkeypatch.setattr(calendar.public_entries, "_answers", {"diary": made.public})
    monkeypatch.setattr(calendar.personal_entries, "_answers", {"diary": made.personal})
    return made
