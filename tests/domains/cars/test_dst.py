"""The two nights of the year when the clock on the wall is changed; office hours are those of the wall.

In 2027 the hour from two to three is missing on 28 March, and comes twice on 31 October.
"""

from datetime import UTC, datetime

import pytest

from tests.domains.cars.trips import booked, confirmed, times, trip
from tests.guild import Guild, code


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "stays"),
    [
        ("2027-03-26 06:59", False),
        ("2027-03-26 07:00", True),
        ("2027-03-26 15:59", True),
        ("2027-03-26 16:00", False),
        ("2027-03-29 05:59", False),
        ("2027-03-29 06:00", True),
        ("2027-03-29 14:59", True),
        ("2027-03-29 15:00", False),
        ("2027-10-29 05:59", False),
        ("2027-10-29 06:00", True),
        ("2027-10-29 14:59", True),
        ("2027-10-29 15:00", False),
        ("2027-11-01 06:59", False),
        ("2027-11-01 07:00", True),
        ("2027-11-01 15:59", True),
        ("2027-11-01 16:00", False),
    ],
)
async def test_office_hours_follow_the_wall_before_and_after_the_change(guild: Guild, moment: str, stays: bool) -> None:
    anna = await guild.member()
    path = await confirmed(guild, anna, utc(moment), hours=30)
    answer = await anna.patch(path, json={"start_time": utc(moment).isoformat()})
    assert answer.json()["confirmed"] is stays


@pytest.mark.parametrize("friday", ["2027-03-26", "2027-10-29"])
async def test_the_weekend_of_the_change_is_a_weekend(guild: Guild, friday: str) -> None:
    anna = await guild.member()
    path = await confirmed(guild, anna, utc(f"{friday} 10:00"), hours=80)
    saturday_noon = utc(f"{friday} 10:00").replace(day=utc(friday).day + 1)
    answer = await anna.patch(path, json={"start_time": saturday_noon.isoformat()})
    assert answer.json()["confirmed"] is False


async def test_the_hour_that_comes_twice_can_be_booked_twice(guild: Guild) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    first = await booked(anna, utc("2027-10-31 00:00"), hours=1)
    second = await booked(bo, utc("2027-10-31 01:00"), hours=1)
    assert (first["start_time"], second["start_time"]) == ("2027-10-31T00:00:00Z", "2027-10-31T01:00:00Z")
    assert code(await bo.post("/car/", json=trip(utc("2027-10-31 00:30"), 1))) == (409, "car_taken")


async def test_a_booking_over_the_missing_hour_lasts_as_long_as_it_lasts(guild: Guild) -> None:
    anna = await guild.member()
    booking = await booked(anna, utc("2027-03-28 00:30"), hours=1)
    assert (booking["start_time"], booking["end_time"]) == ("2027-03-28T00:30:00Z", "2027-03-28T01:30:00Z")
    (mail,) = await guild.mails("bil@fsektionen.se")
    assert "börjar 2027-03-28 01:30 och slutar 2027-03-28 03:30" in mail.text


async def test_mails_tell_the_time_on_the_wall_before_and_after_the_change(guild: Guild) -> None:
    anna = await guild.member()
    await booked(anna, utc("2027-10-30 10:00"), hours=24)
    (mail,) = await guild.mails("bil@fsektionen.se")
    assert "begins 2027-10-30 12:00 and ends 2027-10-31 11:00" in mail.text


@pytest.mark.parametrize(("friday_noon", "hours"), [("2027-03-26 11:00", 71), ("2027-10-29 10:00", 73)])
async def test_a_booking_from_noon_to_noon_over_the_change_keeps_its_confirmation(
    guild: Guild, friday_noon: str, hours: int
) -> None:
    anna = await guild.member()
    path = await confirmed(guild, anna, utc(friday_noon), hours)
    assert (await anna.patch(path, json=times(utc(friday_noon), hours))).json()["confirmed"] is True
