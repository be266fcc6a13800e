"""What people want the car for, and when."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from tests.guild import Guild, Person

TODAY = datetime(2027, 2, 1, 11, tzinfo=UTC)  # noon in Stockholm, a Monday
MONDAY = datetime(2027, 3, 1, 9, tzinfo=UTC)  # ten o'clock in Stockholm
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def trip(start: datetime = MONDAY, hours: float = 2, **fields: object) -> dict[str, Any]:
    """A wish for the car; personal, unless `fields` say otherwise."""
    return {"description": "IKEA", "personal": True, **times(start, hours), **fields}


def times(start: datetime = MONDAY, hours: float = 2) -> dict[str, str]:
    """From when until when, as the wire writes it."""
    return {"start_time": start.isoformat(), "end_time": (start + timedelta(hours=hours)).isoformat()}


async def booked(person: Person, start: datetime = MONDAY, hours: float = 2, **fields: object) -> dict[str, Any]:
    """A booking that the person has made, as it was answered."""
    answer = await person.post("/car/", json=trip(start, hours, **fields))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def confirmed(guild: Guild, person: Person, start: datetime = MONDAY, hours: float = 2) -> str:
    """The path of the person's own booking, which a keeper has confirmed."""
    path = path_of(await booked(person, start, hours))
    async with guild.session() as session:
        await session.execute(text("UPDATE car_bookings SET confirmed = true"))
    return path


def path_of(booking: dict[str, Any]) -> str:
    """Where a booking is."""
    return f"/car/{booking['booking_id']}"


async def member_of(guild: Guild, council: int, name: str = "Cecilia") -> Person:
    """A member who holds a post in the council."""
    person = await guild.member(name)
    await guild.give(person, await guild.post("Ledamot", council=council))
    return person
