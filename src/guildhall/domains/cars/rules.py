"""The car's rules that need neither database nor clock (car-booking sheet, §3)."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from guildhall.core.clock import STOCKHOLM, local

OPENS, CLOSES = time(8), time(17)
EVENING = time(18)
DAY, SHORT = timedelta(hours=24), timedelta(hours=20)


@dataclass(frozen=True)
class Times:
    """From when until when, both in UTC."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How long it lasts."""
        return self.end - self.start


def reminder_time(start: datetime) -> datetime:
    """When booker and keeper are told that a trip starts tomorrow: at six in the evening before, in Stockholm."""
    return datetime.combine(local(start).date() - timedelta(days=1), EVENING, STOCKHOLM)


def needs_confirming_again(old: Times, start: datetime | None, end: datetime | None) -> bool:
    """Whether an owner's change of a personal booking takes the keeper's confirmation away.

    `start` and `end` are the times that were sent, also when they are as before; None was not sent. Small edits in
    office hours keep the confirmation.
    """
    if start is None and end is None:
        return False
    new = Times(start or old.start, end or old.end)
    sent = [(before, after) for before, after in ((old.start, start), (old.end, end)) if after]
    return any(_is_out_of_hours(after) or abs(after - before) >= DAY for before, after in sent) or (
        new.length > DAY and old.length <= SHORT
    )


def _is_out_of_hours(moment: datetime) -> bool:
    wall = local(moment)
    return wall.weekday() >= 5 or not OPENS <= wall.time() < CLOSES
