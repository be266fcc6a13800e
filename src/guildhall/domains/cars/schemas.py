"""The car on the wire."""

from datetime import datetime

from guildhall.core.types import Id, Text1000, UtcMoment, Wire
from guildhall.shared.councils.schemas import SimpleCouncilRead
from guildhall.shared.users.schemas import SimpleUserRead


class CarBookingCreate(Wire):
    description: Text1000
    start_time: UtcMoment
    end_time: UtcMoment
    personal: bool
    council_id: Id | None = None


class CarBookingUpdate(Wire):
    description: Text1000 | None = None
    start_time: UtcMoment | None = None
    end_time: UtcMoment | None = None
    confirmed: bool | None = None
    personal: bool | None = None
    council_id: Id | None = None


class _Booking(Wire):
    booking_id: int
    description: str
    start_time: datetime
    end_time: datetime
    confirmed: bool
    personal: bool
    council_id: int | None = None
    council: SimpleCouncilRead | None = None


class CarBookingRead(_Booking):
    user: SimpleUserRead


class AdminUserReadForCarBookings(SimpleUserRead):
    email: str
    telephone_number: str
    stil_id: str | None


class AdminCarBookingRead(_Booking):
    user: AdminUserReadForCarBookings


class CarBlockCreate(Wire):
    user_id: Id
    reason: Text1000


class CarBlockRead(Wire):
    id: int
    user_id: int
    reason: str
    blocked_by: int
    created_at: datetime
