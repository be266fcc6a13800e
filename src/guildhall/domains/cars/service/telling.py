"""Who hears what about the car: the keeper of bookings, the booker of what a keeper did, both the evening before."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.language import Language
from guildhall.core.settings import settings
from guildhall.domains.cars.models import CarBooking
from guildhall.domains.cars.service import notices
from guildhall.platform.mail import service as mail
from guildhall.shared.councils import service as councils
from guildhall.shared.users import service as users
from guildhall.shared.users.models import User


async def tell_of_booking(session: AsyncSession, booking: CarBooking) -> None:
    """A personal booking asks the keeper to handle it, a council's informs (mail sheet, 7 and 8)."""
    booker = await users.get(session, booking.user_id)
    if booking.council_id is None:
        await _write_to_keeper(session, "booked_personally", booking, booker)
    else:
        council = await councils.get(session, booking.council_id)
        await _write_to_keeper(session, "booked_for_council", booking, booker, council=council)
    await notices.tell_keepers(session, "cars.booked", booking, booker)


async def tell_of_change(session: AsyncSession, booking: CarBooking, *, by_booker: bool, only_confirmed: bool) -> None:
    """The booker changed the booking, or a keeper changed it, or only confirmed it as it was."""
    booker = await users.get(session, booking.user_id)
    if by_booker:
        await notices.tell_keepers(session, "cars.changed", booking, booker)
        return
    what = "confirmed" if only_confirmed else "changed"
    await _write_to_booker(session, what, booking, booker)
    await notices.tell_booker(session, f"cars.{what}", booking, booker)


async def tell_of_cancelling(session: AsyncSession, booking: CarBooking, *, by_booker: bool) -> None:
    """The booker, or a keeper, cancelled the booking."""
    booker = await users.get(session, booking.user_id)
    if by_booker:
        await notices.tell_keepers(session, "cars.cancelled", booking, booker)
        return
    await _write_to_booker(session, "cancelled", booking, booker)
    await notices.tell_booker(session, "cars.cancelled", booking, booker)


async def tell_of_tomorrow(session: AsyncSession, booking: CarBooking) -> None:
    """The trip starts tomorrow."""
    booker = await users.get(session, booking.user_id)
    await _write_to_booker(session, "starts_tomorrow", booking, booker)
    await _write_to_keeper(session, "goes_out_tomorrow", booking, booker)
    await notices.tell_booker(session, "cars.tomorrow", booking, booker)
    await notices.tell_keepers(session, "cars.tomorrow", booking, booker)


async def _write_to_booker(session: AsyncSession, template: str, booking: CarBooking, booker: User) -> None:
    await _write(session, booker.email, booker.language, template, booking, name=booker.first_name)


async def _write_to_keeper(
    session: AsyncSession, template: str, booking: CarBooking, booker: User, **facts: Any
) -> None:
    name = f"{booker.first_name} {booker.last_name}"
    await _write(session, settings().car_keeper_email, None, template, booking, name=name, **facts)


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
