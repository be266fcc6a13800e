"""Trips as they stand in the booker's calendar."""

from datetime import datetime

from sqlalchemy import DateTime, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.calendar import Entry, Names
from guildhall.domains.cars.models import CarBooking

_CAR = (Names(sv="Bilen", en="The car"),)


async def trips_of(session: AsyncSession, user_id: int, since: datetime) -> list[Entry]:
    """What the user has booked that ends at `since` or later; tentative while it waits for the keeper."""
    starts, ends = (side(CarBooking.period, type_=DateTime(timezone=True)) for side in (func.lower, func.upper))
    booked = select(CarBooking, starts, ends).where(CarBooking.user_id == user_id, ends >= since)
    return [_entry(booking, start, end) for booking, start, end in await session.execute(booked)]


def _entry(booking: CarBooking, start: datetime, end: datetime) -> Entry:
    waits = not booking.confirmed
    return Entry(
        kind="car",
        id=booking.booking_id,
        title_sv=f"Bilen: {booking.description}",
        title_en=f"The car: {booking.description}",
        description_sv="Väntar på att bilansvarig bekräftar." if waits else "",
        description_en="Waits for the keeper of the car to confirm it." if waits else "",
        starts=start,
        ends=end,
        status="TENTATIVE" if waits else "CONFIRMED",
        sequence=booking.changes,
        changed_at=booking.changed_at,
        categories=_CAR,
    )
