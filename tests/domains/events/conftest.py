"""The tests of events happen at noon on the first of February 2027, whenever they run."""

from collections.abc import Iterator

import pytest

from guildhall.core import clock
from tests.domains.events.happenings import TODAY


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """The clock stands still."""
    with clock.stopped(TODAY):
        yield
