"""The demo guild's car: trips of last year and of the coming weeks, one waiting for the keeper, and one block."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.domains.cars.models import CarBlock, CarBooking
from guildhall.domains.cars.service import booking
from guildhall.shared.councils.models import Council
from guildhall.shared.users.models import User

PURPOSES = ("Systembolaget", "IKEA", "Hämta scenen", "Handla till caféet", "Flytta soffan", "Utflykt till Skrylle")


async def seed(session: AsyncSession) -> None:
    """Write the bookings and the block."""
    councils = list(await session.scalars(select(Council.id).order_by(Council.id)))
    people = list(await session.scalars(select(User.id).where(User.is_member).order_by(User.id)))
    midday = clock.local(clock.now()).replace(hour=12, minute=0, second=0, microsecond=0)
    trips: list[CarBooking] = []
    for number, day in enumerate(range(-360, 40, 6)):
        council = councils[number % len(councils)] if number % 3 else None
        trips.append(_trip(midday + timedelta(days=day), number, people[number % len(people)], council))
    session.add_all(trips)
    keeper, blocked = people[1], people[-1]
    session.add(CarBlock(user_id=blocked, blocked_by=keeper, reason="Lämnade tillbaka bilen utan bensin"))
    await session.flush()
    for trip in trips[-7:]:  # those to come
        await booking.remember(session, trip)


def _trip(start: datetime, number: int, user_id: int, council_id: int | None) -> CarBooking:
    is_past = start < clock.now()
    return CarBooking(
        description=PURPOSES[number % len(PURPOSES)],
        period=Range(start, start + timedelta(hours=2 + number % 5)),
        user_id=user_id,
        council_id=council_id,
        personal=council_id is None,
        confirmed=council_id is not None or is_past,
    )
