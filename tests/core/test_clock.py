"""The one clock."""

from datetime import UTC, datetime, timedelta

import pytest

from guildhall.core import clock

NOON = datetime(2027, 7, 1, 12, tzinfo=UTC)


def test_it_is_now_in_utc() -> None:
    assert clock.now().utcoffset() == timedelta(0)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_it_stands_still_as_long_as_it_is_stopped() -> None:
    with clock.stopped(NOON):
        assert clock.now() == clock.now() == NOON
        with clock.stopped(NOON + timedelta(days=1)):
            assert clock.now() == NOON + timedelta(days=1)
        assert clock.now() == NOON
    assert clock.now() != NOON


def test_it_goes_on_after_an_accident() -> None:
    with pytest.raises(ValueError, match="so"), clock.stopped(NOON):
        raise ValueError("so")
    assert clock.now() != NOON


@pytest.mark.parametrize(
    ("utc", "wall"),
    [
        ("2027-01-01T00:30:00+00:00", "2027-01-01 01:30"),
        ("2027-07-01T22:30:00+00:00", "2027-07-02 00:30"),
        ("2027-03-28T00:59:00+00:00", "2027-03-28 01:59"),  # summer time begins
        ("2027-03-28T01:00:00+00:00", "2027-03-28 03:00"),
        ("2027-10-31T00:30:00+00:00", "2027-10-31 02:30"),  # and ends: half past two comes twice
        ("2027-10-31T01:30:00+00:00", "2027-10-31 02:30"),
    ],
)
def test_the_wall_clock_hangs_in_stockholm(utc: str, wall: str) -> None:
    assert clock.local(datetime.fromisoformat(utc)).strftime("%Y-%m-%d %H:%M") == wall
