"""Mails about the car: the keeper hears of new bookings, the booker of what a keeper did."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.language import Language
from guildhall.core.settings import settings
from guildhall.domains.cars.models import CarBooking
from guildhall.platform.mail import service as mail
from guildhall.shared.councils import service as councils
from guildhall.shared.users import service as users


async def tell_keeper(session: AsyncSession, booking: CarBooking) -> None:
    """A personal booking asks the keeper to handle it, a council's informs (mail sheet, 7 and 8)."""
    booker = await users.get(session, booking.user_id)
    name = f"{booker.first_name} {booker.last_name}"
    if booking.council_id is None:
        await _write(session, settings().car_keeper_email, None, "booked_personally", booking, name=name)
    else:
        council = await councils.get(session, booking.council_id)
        keeper = settings().car_keeper_email
        await _write(session, keeper, None, "booked_for_council", booking, name=name, council=council)


async def tell_booker_of_change(session: AsyncSession, booking: CarBooking, *, only_confirmed: bool) -> None:
    """A keeper confirmed the booking as it was, or changed it."""
    booker = await users.get(session, booking.user_id)
    template = "confirmed" if only_confirmed else "changed"
    await _write(session, booker.email, booker.language, template, booking, name=booker.first_name)


async def tell_booker_of_cancelling(session: AsyncSession, booking: CarBooking) -> None:
    """A keeper cancelled the booking."""
    booker = await users.get(session, booking.user_id)
    await _write(session, booker.email, booker.language, "cancelled", booking, name=booker.first_name)


async def _write(
    session: AsyncSession, to: str, language: Language | None, template: str, booking: CarBooking, **facts: Any
) -> None:
    await mail.write(
        session,
        to,
        f"domains/cars/mails/{template}.txt",
        language=language,
        start=booking.period.lower,
        end=booking.period.upper,
        description=booking.description,
        confirmed=booking.confirmed,
        **facts,
    )
