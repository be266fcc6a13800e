"""Quiet hours by the wall clock, waits that grow, and texts that fit."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from guildhall.core.clock import local
from guildhall.shared.notifications.rules import is_given_up, quiet_until, shortened, wait_before

MINUTES = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
DST = (datetime(2027, 3, 28, 1, tzinfo=UTC), datetime(2027, 10, 31, 1, tzinfo=UTC))
NIGHTS = st.builds(
    lambda night, minutes: night + timedelta(minutes=minutes), st.sampled_from(DST), st.integers(-1500, 1500)
)


def utc(day: int, hour: int, minute: int = 0, month: int = 1) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=UTC)


EVENING, MORNING = time(22), time(7)


@pytest.mark.parametrize(
    ("moment", "starts", "ends", "until"),
    [
        (utc(1, 12), EVENING, MORNING, None),
        (utc(1, 20, 59), EVENING, MORNING, None),
        (utc(1, 21), EVENING, MORNING, utc(2, 6)),  # ten in the evening in Stockholm
        (utc(1, 23, 30), EVENING, MORNING, utc(2, 6)),  # half past midnight
        (utc(2, 5, 59), EVENING, MORNING, utc(2, 6)),
        (utc(2, 6), EVENING, MORNING, None),
        (utc(1, 11, 30), time(12), time(13), utc(1, 12)),
        (utc(1, 10, 59), time(12), time(13), None),
        (utc(1, 12), time(12), time(13), None),
        (utc(31, 22, 59), EVENING, time(0), utc(31, 23)),  # until midnight
        (utc(31, 23), EVENING, time(0), None),
        (utc(31, 23), time(0), time(6), utc(1, 5, month=2)),
        (utc(27, 21, 30, month=3), EVENING, MORNING, utc(28, 5, month=3)),  # an hour shorter
        (utc(30, 20, 30, month=10), EVENING, MORNING, utc(31, 6, month=10)),  # an hour longer
        (utc(27, 22, month=3), EVENING, time(2, 30), utc(28, 1, 30, month=3)),  # that time is skipped
        (utc(31, 0, 15, month=10), EVENING, time(2, 30), utc(31, 0, 30, month=10)),  # that time comes twice:
        (utc(31, 1, 15, month=10), EVENING, time(2, 30), utc(31, 1, 30, month=10)),  # and it is quiet before both
    ],
)
def test_quiet_hours_are_those_of_the_wall_in_stockholm(
    moment: datetime, starts: time, ends: time, until: datetime | None
) -> None:
    assert quiet_until(moment, starts, ends) == until


@given(st.one_of(MOMENTS, NIGHTS), MINUTES, MINUTES)
def test_quiet_hours_end_later_within_a_day_and_are_over_then(moment: datetime, starts: time, ends: time) -> None:
    assume(starts != ends)
    until = quiet_until(moment, starts, ends)
    if until is None:
        return
    assert moment < until <= moment + timedelta(hours=25)
    assert quiet_until(until, starts, ends) is None
    assert local(until).time() == ends or local(until - timedelta(hours=1)).utcoffset() != local(until).utcoffset()


@given(st.one_of(MOMENTS, NIGHTS), MINUTES, MINUTES)
def test_what_one_pair_of_times_keeps_quiet_the_turned_pair_does_not(
    moment: datetime, starts: time, ends: time
) -> None:
    assume(starts != ends)
    assert (quiet_until(moment, starts, ends) is None) != (quiet_until(moment, ends, starts) is None)


def test_waits_grow_to_an_hour_unless_the_service_says_how_long() -> None:
    waits = [wait_before(attempts, None).total_seconds() for attempts in (0, 1, 2, 6, 7, 50)]
    assert waits == [30, 60, 120, 1920, 3600, 3600]
    assert wait_before(50, timedelta(seconds=7)) == timedelta(seconds=7)


def test_a_push_is_given_up_a_day_after_it_was_due() -> None:
    due = utc(1, 12)
    assert not is_given_up(due, due + timedelta(hours=24))
    assert is_given_up(due, due + timedelta(hours=24, seconds=1))


@given(st.text(), st.integers(2, 50))
def test_a_text_is_cut_with_an_ellipsis_and_only_when_it_must_be(text: str, most: int) -> None:
    cut = shortened(text, most)
    assert len(cut) <= most
    assert cut == text if len(text) <= most else cut.endswith("…")
