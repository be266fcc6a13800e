"""The one clock. Everything asks it, so that a test can stop it."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def _system() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _source()


def local(moment: datetime) -> datetime:
    """The same moment on the guild's wall clock (Europe/Stockholm)."""
    return moment.astimezone(STOCKHOLM)


@contextmanager
def stopped(at: datetime) -> Generator[None]:
    """Let the clock stand still at an aware moment for the length of a `with`."""
    global _source
    before, _source = _source, lambda: at
    try:
        yield
    finally:
        _source = before
