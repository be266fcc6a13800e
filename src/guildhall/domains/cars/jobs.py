"""Later work of the car."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.core.clock import local
from guildhall.domains.cars.models import CarBooking
from guildhall.domains.cars.rules import reminder_time
from guildhall.domains.cars.service import telling

A_LITTLE = timedelta(
    minutes=1
)  # by which this machine's clock may be behind the database's, which knows when jobs are due


async def remind(session: AsyncSession, booking_id: int) -> None:
    """Tell booker and keeper that the trip starts tomorrow, once; not when it is gone, moved away, or today."""
    booking = await session.get(CarBooking, booking_id, with_for_update=True)
    if booking is None or booking.reminded_of == booking.period.lower:
        return
    start, now = booking.period.lower, clock.now()
    assert start
    if reminder_time(start) - A_LITTLE <= now and local(now).date() < local(start).date():
        booking.reminded_of = start
        await telling.tell_of_tomorrow(session, booking)
