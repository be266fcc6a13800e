"""Bookings as the wire shows them; columns in one statement, because the whole list is read on every visit."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.database import AnyRow
from guildhall.domains.cars.errors import BookingNotFound
from guildhall.domains.cars.models import CarBooking, ends, starts
from guildhall.domains.cars.schemas import AdminCarBookingRead, AdminUserReadForCarBookings, CarBookingRead
from guildhall.shared.councils.models import Council
from guildhall.shared.councils.schemas import SimpleCouncilRead
from guildhall.shared.users.models import User
from guildhall.shared.users.schemas import SimpleUserRead

_bookings: Select[*tuple[Any, ...]] = (
    select(
        CarBooking.booking_id,
        CarBooking.description,
        starts.label("start_time"),
        ends.label("end_time"),
        CarBooking.confirmed,
        CarBooking.personal,
        CarBooking.council_id,
        CarBooking.user_id,
        User.first_name,
        User.last_name,
        Council.name_sv,
        Council.name_en,
    )
    .join(User, User.id == CarBooking.user_id)
    .outerjoin(Council, Council.id == CarBooking.council_id)
)


def _shape(row: AnyRow) -> dict[str, Any]:
    council = row.council_id and SimpleCouncilRead.model_construct(
        id=row.council_id, name_sv=row.name_sv, name_en=row.name_en
    )
    user = SimpleUserRead.model_construct(id=row.user_id, first_name=row.first_name, last_name=row.last_name)
    return dict(row._mapping) | {"council": council, "user": user}  # pyright: ignore[reportPrivateUsage]


async def all_bookings(session: AsyncSession) -> list[CarBookingRead]:
    """Every booking, by start."""
    rows = await session.execute(_bookings.order_by(starts, CarBooking.booking_id))
    return [CarBookingRead.model_validate(_shape(row)) for row in rows]


async def get(session: AsyncSession, booking_id: int) -> CarBookingRead:
    """The booking. Raises BookingNotFound."""
    row = (await session.execute(_bookings.where(CarBooking.booking_id == booking_id))).first()
    if row is None:
        raise BookingNotFound
    return CarBookingRead.model_validate(_shape(row))


async def get_with_contact(session: AsyncSession, booking_id: int) -> AdminCarBookingRead:
    """The booking with the booker's contact data. Raises BookingNotFound."""
    contact = _bookings.add_columns(User.email, User.telephone_number, User.stil_id)
    row = (await session.execute(contact.where(CarBooking.booking_id == booking_id))).first()
    if row is None:
        raise BookingNotFound
    user = AdminUserReadForCarBookings(
        id=row.user_id,
        first_name=row.first_name,
        last_name=row.last_name,
        email=row.email,
        telephone_number=row.telephone_number,
        stil_id=row.stil_id,
    )
    return AdminCarBookingRead.model_validate(_shape(row) | {"user": user})
