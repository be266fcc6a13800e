"""Times of a calendar, also in the nights in which the clock is moved."""

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Timezone

from guildhall.core.clock import STOCKHOLM
from guildhall.domains.calendars.rules.times import stockholm
from tests import ics
from tests.domains.calendars.entries import entry, event, file_with

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SPRING = datetime(2027, 3, 28, 1, tzinfo=UTC)  # 02:00 becomes 03:00
AUTUMN = datetime(2027, 10, 31, 1, tzinfo=UTC)  # 03:00 becomes 02:00


def test_times_are_those_of_the_clock_on_the_wall() -> None:
    dinner = event(starts=datetime(2027, 7, 1, 16, tzinfo=UTC), ends=datetime(2027, 7, 1, 20, tzinfo=UTC))
    for name, value in (("DTSTART", "20270701T180000"), ("DTEND", "20270701T220000")):
        assert dinner.one(name).value == value
        assert dinner.one(name).parameters == {"TZID": "Europe/Stockholm"}


def test_an_event_past_midnight_ends_the_next_day() -> None:
    party = event(starts=datetime(2027, 3, 5, 20, tzinfo=UTC), ends=datetime(2027, 3, 6, 2, tzinfo=UTC))
    assert (party.one("DTSTART").value, party.one("DTEND").value) == ("20270305T210000", "20270306T030000")


@pytest.mark.parametrize("night", [SPRING, AUTUMN])
@pytest.mark.parametrize("minutes", [1, 30, 60, 90, 119, 120, 121, 180, 600])
def test_an_event_in_a_night_of_change_begins_when_it_does_and_lasts_as_long(night: datetime, minutes: int) -> None:
    length = timedelta(minutes=minutes)
    for quarter in range(-12, 13):
        starts = night + quarter * HOUR / 4
        found = event(starts=starts, ends=starts + length)
        assert ics.time_of(found.one("DTSTART")) == starts
        assert ics.lasts(found) == length


def test_the_hour_that_comes_twice_is_told_in_utc() -> None:
    both = event(starts=AUTUMN - HOUR / 2, ends=AUTUMN + HOUR / 2)  # half past two until half past two
    assert (both.one("DTSTART").value, both.one("DTEND").value) == ("20271031T003000Z", "20271031T013000Z")


@pytest.mark.parametrize(
    ("starts", "ends", "first", "after_last"),
    [
        ("2027-03-27T23:00Z", "2027-03-28T22:00Z", "20270328", "20270329"),  # 23 hours
        ("2027-10-30T22:00Z", "2027-10-31T23:00Z", "20271031", "20271101"),  # 25 hours
        ("2027-03-26T23:00Z", "2027-03-29T22:00Z", "20270327", "20270330"),  # across the change
        ("2027-02-01T23:00Z", "2027-02-02T23:00Z", "20270202", "20270203"),
        ("2027-02-01T23:00Z", "2027-02-02T22:59Z", "20270202", "20270203"),
        ("2027-02-02T08:00Z", "2027-02-02T16:00Z", "20270202", "20270203"),
        ("2027-02-02T22:30Z", "2027-02-02T23:30Z", "20270202", "20270204"),
        ("2027-02-01T23:00Z", "2027-02-01T23:00Z", "20270202", "20270203"),
        ("2027-02-05T23:00Z", "2027-02-01T23:00Z", "20270206", "20270207"),
        ("2027-12-31T23:00Z", "2028-01-01T23:00Z", "20280101", "20280102"),
    ],
)
def test_all_day_means_the_days_of_stockholm(starts: str, ends: str, first: str, after_last: str) -> None:
    days = event(all_day=True, starts=datetime.fromisoformat(starts), ends=datetime.fromisoformat(ends))
    assert (days.one("DTSTART").value, days.one("DTEND").value) == (first, after_last)
    assert days.one("DTSTART").parameters == days.one("DTEND").parameters == {"VALUE": "DATE"}


def test_days_may_be_given_as_days() -> None:
    weekend = event(starts=date(2027, 3, 27), ends=date(2027, 3, 29))
    assert (weekend.one("DTSTART").value, weekend.one("DTEND").value) == ("20270327", "20270329")


@pytest.mark.parametrize("length", [timedelta(), -HOUR, -DAY])
def test_what_ends_when_it_begins_or_before_is_a_moment(length: timedelta) -> None:
    starts = datetime(2027, 3, 5, 17, tzinfo=UTC)
    moment = event(starts=starts, ends=starts + length)
    assert ics.time_of(moment.one("DTSTART")) == starts
    assert not moment.has("DTEND")


def test_what_ends_before_it_begins_is_a_moment_also_in_the_hour_that_comes_twice() -> None:
    assert not event(starts=AUTUMN, ends=AUTUMN - HOUR / 2).has("DTEND")


def test_events_stand_in_the_order_in_which_they_come() -> None:
    second = datetime(2027, 6, 2, tzinfo=UTC)
    late = entry(1, title_sv="sist", starts=second, ends=second + DAY)
    day = entry(2, title_sv="sedan", starts=date(2027, 6, 2), ends=date(2027, 6, 3))
    early = entry(3, title_sv="först", starts=second - 3 * HOUR, ends=second + DAY)
    assert ics.read(file_with(late, day, early)).titles == ["först", "sedan", "sist"]


@pytest.mark.parametrize("year", range(1997, 2038))
def test_our_rules_of_the_clock_are_those_of_the_time_zone_database(year: int) -> None:
    zone = Timezone.from_ical(stockholm().to_ical()).to_tz(lookup_tzid=False)  # type: ignore[union-attr]
    moment, end = datetime(year, 1, 1, 0, 30, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    while moment < end:
        assert moment.astimezone(zone).utcoffset() == moment.astimezone(STOCKHOLM).utcoffset(), moment
        moment += DAY / 4 if moment.month not in (3, 10) else HOUR
