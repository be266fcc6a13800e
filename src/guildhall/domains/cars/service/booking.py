"""Booking the car, changing and cancelling."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.core.access import Actor
from guildhall.core.database import flush, lock
from guildhall.core.patch import patch
from guildhall.domains.cars.errors import (
    BeginsInThePast,
    BookingNotFound,
    CarTaken,
    CouncilNeeded,
    EndsBeforeItBegins,
    NotYourBooking,
    NotYourCouncil,
)
from guildhall.domains.cars.models import CarBooking
from guildhall.domains.cars.rules import Times, needs_confirming_again, reminder_time
from guildhall.domains.cars.schemas import CarBookingCreate, CarBookingRead, CarBookingUpdate
from guildhall.domains.cars.service import reading, telling
from guildhall.domains.cars.service.blocking import refuse_blocked
from guildhall.platform import jobs
from guildhall.shared.councils import service as councils
from guildhall.shared.councils.errors import CouncilNotFound
from guildhall.shared.posts.service import posts


async def book(session: AsyncSession, actor: Actor, wish: CarBookingCreate) -> CarBooking:
    """Book the car; a council's booking and a keeper's own are confirmed at once, a member's own waits.

    Raises BlockedFromCar, EndsBeforeItBegins, BeginsInThePast, CouncilNeeded, CouncilNotFound, NotYourCouncil,
    CarTaken.
    """
    await refuse_blocked(session, actor)
    period = _period(wish.start_time, wish.end_time)
    if wish.start_time < clock.now():
        raise BeginsInThePast
    booking = CarBooking(
        description=wish.description,
        period=period,
        user_id=actor.id,
        council_id=None if wish.personal else await _allowed_council(session, actor, wish.council_id),
        confirmed=not wish.personal or actor.may("manage", "Car"),
        personal=wish.personal,
    )
    session.add(booking)
    await _claim(session)
    await telling.tell_of_booking(session, booking)
    await remember(session, booking)
    return booking


async def change(session: AsyncSession, actor: Actor, booking_id: int, wish: CarBookingUpdate) -> CarBooking:
    """Change what was sent in one's own booking, or in anybody's as a keeper; only keepers confirm.

    Raises BlockedFromCar, BookingNotFound, NotYourBooking, EndsBeforeItBegins, CouncilNeeded, CouncilNotFound,
    NotYourCouncil, CarTaken.
    """
    booking = await _own(session, actor, booking_id)
    before = _facts(booking)
    council_id = await _council_after(session, actor, booking, wish)
    confirmed = _confirmed_after(actor, booking, wish)
    old = _times(booking)
    patch(booking, wish)
    booking.council_id, booking.confirmed = council_id, confirmed
    booking.period = _period(wish.start_time or old.start, wish.end_time or old.end)
    await _claim(session)
    if booking.period.lower != old.start:
        await remember(session, booking)
    if (after := _facts(booking)) != before:
        booking.changed_at, booking.changes = clock.now(), booking.changes + 1
        is_mine, only_confirmed = booking.user_id == actor.id, after == (True, *before[1:])
        await telling.tell_of_change(session, booking, by_booker=is_mine, only_confirmed=only_confirmed)
    return booking


async def cancel(session: AsyncSession, actor: Actor, booking_id: int) -> CarBookingRead:
    """Remove one's own booking, or anybody's as a keeper, and return what it was.

    Raises BlockedFromCar, BookingNotFound, NotYourBooking.
    """
    booking = await _own(session, actor, booking_id)
    removed = await reading.get(session, booking_id)
    await session.delete(booking)
    await session.flush()
    await jobs.cancel(session, "cars.remind", booking_id=booking_id)
    await telling.tell_of_cancelling(session, booking, by_booker=booking.user_id == actor.id)
    return removed


async def remember(session: AsyncSession, booking: CarBooking) -> None:
    """Let booker and keeper be reminded the evening before; whoever books later than that knows."""
    at = reminder_time(_times(booking).start)
    if at > clock.now():
        await jobs.reschedule(session, "cars.remind", at=at, booking_id=booking.booking_id)
    else:
        await jobs.cancel(session, "cars.remind", booking_id=booking.booking_id)


async def _own(session: AsyncSession, actor: Actor, booking_id: int) -> CarBooking:
    await refuse_blocked(session, actor)
    booking = await session.get(CarBooking, booking_id, with_for_update=True)
    if booking is None:
        raise BookingNotFound
    if booking.user_id != actor.id and not actor.may("manage", "Car"):
        raise NotYourBooking
    return booking


async def _claim(session: AsyncSession) -> None:
    await lock(session, "car")  # many at once: queue up instead of deadlocking
    await flush(session, {"car_is_free": CarTaken, "car_bookings_council_id_fkey": CouncilNotFound})


def _period(start: datetime, end: datetime) -> Range[datetime]:
    if end <= start:
        raise EndsBeforeItBegins
    return Range(start, end)


def _times(booking: CarBooking) -> Times:
    assert booking.period.lower and booking.period.upper
    return Times(booking.period.lower, booking.period.upper)


def _facts(booking: CarBooking) -> tuple[object, ...]:
    return (booking.confirmed, booking.period, booking.description, booking.personal, booking.council_id)


async def _allowed_council(session: AsyncSession, actor: Actor, council_id: int | None) -> int:
    if council_id is None:
        raise CouncilNeeded
    await councils.get(session, council_id)
    if not (actor.may("manage", "Car") or await posts.in_council(session, actor.id, council_id)):
        raise NotYourCouncil
    return council_id


async def _council_after(
    session: AsyncSession, actor: Actor, booking: CarBooking, wish: CarBookingUpdate
) -> int | None:
    if booking.personal if wish.personal is None else wish.personal:
        return None
    kept = None if "council_id" in wish.model_fields_set else booking.council_id
    council_id = kept if wish.council_id is None else wish.council_id
    return await _allowed_council(session, actor, council_id)


def _confirmed_after(actor: Actor, booking: CarBooking, wish: CarBookingUpdate) -> bool:
    if actor.may("manage", "Car"):
        return booking.confirmed if wish.confirmed is None else wish.confirmed
    becomes_personal = bool(wish.personal) and not booking.personal
    is_personal = booking.personal if wish.personal is None else wish.personal
    again = is_personal and needs_confirming_again(_times(booking), wish.start_time, wish.end_time)
    return booking.confirmed and not (becomes_personal or again)
