"""Times of a calendar: on the wall clock of Stockholm, and days that are days whatever their length."""

from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, NamedTuple

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

from guildhall.core.calendar import Entry
from guildhall.core.clock import STOCKHOLM, local

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


class Span(NamedTuple):
    """From when until when, as it is written: moments, or days without the last; without an end it is a moment."""

    start: datetime | date
    end: datetime | date | None


def span(entry: Entry) -> Span:
    """When the entry is.

    The night in October has an hour twice, and a wall clock cannot say which is meant. What begins or ends in it is
    written in UTC.
    """
    start, end = moment(entry.starts), moment(entry.ends)
    if entry.all_day or not isinstance(entry.starts, datetime):
        first = local(start).date()
        return Span(first, max(_day_after(local(end)), first + DAY))
    if _comes_twice(start) or _comes_twice(end):
        return Span(start, end if end > start else None)
    return Span(local(start), local(end) if end > start else None)


def moment(when: datetime | date) -> datetime:
    """The moment; of a day, when it begins in Stockholm."""
    return when if isinstance(when, datetime) else datetime.combine(when, time(), STOCKHOLM)


def _day_after(end: datetime) -> date:
    """The first day that what ends at this moment does not touch."""
    return end.date() if end.time() == time() else end.date() + DAY


def _comes_twice(when: datetime) -> bool:
    wall = local(when)
    return wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()


@cache
def stockholm() -> Timezone:
    """The rules of Stockholm's clock since 1996, for programs that do not know the place by its name."""
    zone: Any = Timezone()
    zone.add("tzid", STOCKHOLM.key)
    zone.add_component(_change(TimezoneDaylight(), "CEST", datetime(1996, 3, 31, 2, tzinfo=STOCKHOLM), HOUR, 2 * HOUR))
    zone.add_component(_change(TimezoneStandard(), "CET", datetime(1996, 10, 27, 3, tzinfo=STOCKHOLM), 2 * HOUR, HOUR))
    return zone


def _change(to: Any, name: str, first: datetime, before: timedelta, after: timedelta) -> Any:
    """From the last Sunday of a month on, each year; `first` is when by the clock of `before`."""
    to.add("dtstart", first.replace(tzinfo=None))
    to.add("rrule", {"freq": "yearly", "bymonth": first.month, "byday": "-1su"})
    to.add("tzname", name)
    to.add("tzoffsetfrom", before)
    to.add("tzoffsetto", after)
    return to
