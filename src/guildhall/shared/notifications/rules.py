"""Rules of notifications that need neither database nor clock."""

from datetime import UTC, datetime, time, timedelta

from guildhall.core.clock import STOCKHOLM, local

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
GIVE_UP_AFTER = timedelta(hours=24)


def quiet_until(moment: datetime, starts: time, ends: time) -> datetime | None:
    """When the quiet hours that the moment falls into end, in UTC; None when it falls into none.

    `starts` and `ends` are times of the wall clock. In the night that skips the end, it is as much later as the clock
    jumped; in the night that has it twice, it is the next one.
    """
    wall = local(moment)
    now = wall.time()
    crosses_midnight = starts > ends
    is_quiet = (now >= starts or now < ends) if crosses_midnight else starts <= now < ends
    if not is_quiet:
        return None
    day = wall.date() + timedelta(days=crosses_midnight and now >= starts)
    first, second = (datetime.combine(day, ends.replace(fold=fold), STOCKHOLM).astimezone(UTC) for fold in (0, 1))
    return first if first > moment else second


def wait_before(attempts: int, asked: timedelta | None) -> timedelta:
    """How long to wait after so many failed attempts; what the push service asked for, where it did."""
    return asked or min(FIRST_WAIT * 2 ** min(attempts, 10), LONGEST_WAIT)


def next_second(moment: datetime) -> datetime:
    """The moment, or the first whole second after it: what is due within a second is done at once."""
    return moment + timedelta(microseconds=-moment.microsecond % 1_000_000)


def is_given_up(due: datetime, next_attempt: datetime) -> bool:
    """Whether a push that was due then is not worth another attempt."""
    return next_attempt > due + GIVE_UP_AFTER


def shortened(text: str, most: int) -> str:
    """The text, with an ellipsis where it had more signs than `most`."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def one_line(text: str) -> str:
    """The text without line breaks and double blanks: titles stand in subjects and on screens."""
    return " ".join(text.split())
