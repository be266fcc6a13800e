"""When an owner's change takes the keeper's confirmation away: the sheet's sentence, and what must hold always."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guildhall.domains.cars.rules import Times, needs_confirming_again
from tests.domains.cars.trips import DAY, HOUR, MONDAY

patiently = settings(deadline=None, max_examples=300)
UTC = ZoneInfo("UTC")
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))
lengths = st.timedeltas(timedelta(microseconds=1), timedelta(days=4))
periods = st.builds(lambda start, length: Times(start, start + length), moments, lengths)
# Edges that whole hours have and random microseconds never meet.
nudges = st.sampled_from([timedelta(0), timedelta(microseconds=1), timedelta(microseconds=-1)])
moves = st.builds(lambda hours, nudge: timedelta(hours=hours) + nudge, st.integers(-50, 50), nudges)


@st.composite
def office_moments(draw: st.DrawFn) -> datetime:
    """A moment on a weekday from eight to five, by the clock on the wall in Stockholm."""
    day = draw(st.dates(datetime(2020, 1, 1).date(), datetime(2035, 1, 1).date()).filter(lambda d: d.weekday() < 5))
    since_eight = draw(st.timedeltas(timedelta(0), timedelta(hours=9) - timedelta(microseconds=1)))
    wall = datetime(day.year, day.month, day.day, 8) + since_eight
    return wall.replace(tzinfo=ZoneInfo("Europe/Stockholm")).astimezone(UTC)


def by_the_sheet(old: Times, start: datetime | None, end: datetime | None) -> bool:
    """The rule once more, written as the sheet says it and not as the code does."""
    for sent, stored in ((start, old.start), (end, old.end)):
        if sent is None:
            continue
        wall = sent.astimezone(ZoneInfo("Europe/Stockholm"))
        if wall.hour < 8 or wall.hour >= 17 or wall.isoweekday() in (6, 7):
            return True
        if max(sent, stored) - min(sent, stored) >= timedelta(days=1):
            return True
    resulting = (end or old.end) - (start or old.start)
    is_supplied = start is not None or end is not None
    return is_supplied and resulting > timedelta(days=1) and old.end - old.start <= timedelta(hours=20)


@patiently
@given(periods, st.none() | moves, st.none() | moves)
def test_the_rule_is_the_sheets(old: Times, earlier: timedelta | None, later: timedelta | None) -> None:
    start = None if earlier is None else old.start + earlier
    end = None if later is None else old.end + later
    assert needs_confirming_again(old, start, end) == by_the_sheet(old, start, end)


@patiently
@given(st.integers(-200, 200), st.integers(1, 80), st.none() | moves, st.none() | moves)
def test_the_rule_is_the_sheets_on_whole_hours(
    first: int, hours: int, earlier: timedelta | None, later: timedelta | None
) -> None:
    start = MONDAY + first * HOUR
    old = Times(start, start + hours * HOUR)
    new_start = None if earlier is None else old.start + earlier
    new_end = None if later is None else old.end + later
    assert needs_confirming_again(old, new_start, new_end) == by_the_sheet(old, new_start, new_end)


@patiently
@given(periods)
def test_what_leaves_the_times_alone_keeps_the_confirmation(old: Times) -> None:
    assert needs_confirming_again(old, None, None) is False


@patiently
@given(office_moments(), office_moments(), office_moments(), office_moments())
def test_a_small_edit_in_office_hours_keeps_the_confirmation(
    a: datetime, b: datetime, start: datetime, end: datetime
) -> None:
    old = Times(min(a, b), max(a, b))
    is_small = abs(start - old.start) < DAY and abs(end - old.end) < DAY and end - start <= DAY
    assert not (is_small and needs_confirming_again(old, start, end))


@patiently
@given(periods, office_moments(), st.sampled_from(["start", "end"]))
def test_a_day_or_more_takes_the_confirmation_whichever_way(old: Times, sent: datetime, which: str) -> None:
    stored = old.start if which == "start" else old.end
    answer = needs_confirming_again(old, *((sent, None) if which == "start" else (None, sent)))
    assert answer or abs(sent - stored) < DAY


@patiently
@given(office_moments())
def test_the_same_times_in_office_hours_keep_the_confirmation_however_long(start: datetime) -> None:
    for days in (0, 7):
        old = Times(start, start + days * DAY + timedelta(microseconds=1))
        assert not needs_confirming_again(old, old.start, None)


@pytest.mark.parametrize(
    ("old_hours", "new_hours", "again"),
    [(20, 24, False), (20, 25, True), (20.01, 25, False), (21, 25, False), (2, 25, True)],
)
def test_longer_than_a_day_is_too_long_unless_it_was_almost_so(old_hours: float, new_hours: float, again: bool) -> None:
    old = Times(MONDAY, MONDAY + old_hours * HOUR)
    end = MONDAY + new_hours * HOUR
    assert abs(end - old.end) < DAY
    assert needs_confirming_again(old, None, end) is again


@pytest.mark.parametrize(
    ("wall", "again"),
    [
        ("2027-03-01 07:59:59.999999", True),
        ("2027-03-01 08:00", False),
        ("2027-03-01 16:59:59.999999", False),
        ("2027-03-01 17:00", True),
        ("2027-03-05 12:00", False),
        ("2027-03-06 12:00", True),
        ("2027-03-07 12:00", True),
        ("2027-03-08 12:00", False),
    ],
)
def test_office_hours_are_weekdays_from_eight_and_before_five(wall: str, again: bool) -> None:
    sent = datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo("Europe/Stockholm")).astimezone(UTC)
    for old, times in ((Times(sent, sent + HOUR), (sent, None)), (Times(sent - HOUR, sent), (None, sent))):
        assert needs_confirming_again(old, *times) is again
