"""Notices about the car: booker and keepers see in their inboxes, and on their screens, what became of a booking."""

from collections.abc import Sequence

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.clock import local
from guildhall.core.manifest import Channel, NoticeKind
from guildhall.domains.cars.models import CarBooking
from guildhall.shared.notifications.service import Notice, notify
from guildhall.shared.posts.service import holders
from guildhall.shared.users.models import User

# Mails about bookings are letters of their own and come in any case, so by these nobody is mailed unless they want it.
_ON: frozenset[Channel] = frozenset({"inbox", "push"})
KINDS = (
    NoticeKind("cars.booked", "The car: new bookings, for its keepers", "Bilen: nya bokningar, för bilansvariga", _ON),
    NoticeKind("cars.confirmed", "The car: confirmed bookings", "Bilen: bekräftade bokningar", _ON),
    NoticeKind("cars.changed", "The car: changed bookings", "Bilen: ändrade bokningar", _ON),
    NoticeKind("cars.cancelled", "The car: cancelled bookings", "Bilen: borttagna bokningar", _ON),
    NoticeKind("cars.tomorrow", "The car: the evening before a trip", "Bilen: kvällen före en resa", _ON),
)
_TITLES = {
    "cars.booked": ("Ny bilbokning", "New car booking"),
    "cars.confirmed": ("Bilbokningen är bekräftad", "The car booking is confirmed"),
    "cars.changed": ("Bilbokningen har ändrats", "The car booking has been changed"),
    "cars.cancelled": ("Bilbokningen har tagits bort", "The car booking has been cancelled"),
    "cars.tomorrow": ("Bilen är bokad i morgon", "The car is booked tomorrow"),
}


async def tell_booker(session: AsyncSession, kind: str, booking: CarBooking, booker: User) -> None:
    """Tell the booker of one of the `KINDS`."""
    await _tell(session, kind, booking, booker, [booker.id])


async def tell_keepers(session: AsyncSession, kind: str, booking: CarBooking, booker: User) -> None:
    """Tell the keepers of the car, except the booker, of one of the `KINDS`."""
    await _tell(session, kind, booking, booker, holders.who_may("manage", "Car").where(User.id != booker.id))


async def _tell(
    session: AsyncSession, kind: str, booking: CarBooking, booker: User, to: Sequence[int] | Select[int]
) -> None:
    assert booking.period.lower and booking.period.upper
    start, end = (f"{local(moment):%Y-%m-%d %H:%M}" for moment in (booking.period.lower, booking.period.upper))
    name, purpose = f"{booker.first_name} {booker.last_name}", booking.description
    title_sv, title_en = _TITLES[kind]
    body_sv, body_en = f"{name}, {start} till {end}: {purpose}", f"{name}, {start} to {end}: {purpose}"
    notice = Notice(title_sv, title_en, body_sv, body_en, target=("car_booking", booking.booking_id))
    await notify(session, kind, to, notice)
