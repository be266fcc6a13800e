"""Booking the car."""

from datetime import UTC, datetime, timedelta

from tests.guild import Guild, code

MONDAY = datetime(2027, 3, 1, 9, tzinfo=UTC)  # ten o'clock in Stockholm


def trip(start: datetime = MONDAY, hours: float = 2, **fields: object) -> dict[str, object]:
    end = start + timedelta(hours=hours)
    return {
        "description": "IKEA",
        "start_time": start.isoformat(),
        "end_time": end.isoformat(),
        "personal": True,
        **fields,
    }


async def test_two_members_cannot_have_the_car_at_once(guild: Guild) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    assert (await anna.post("/car/", json=trip())).status_code == 200
    assert code(await bo.post("/car/", json=trip(MONDAY + timedelta(hours=1)))) == (409, "car_taken")
