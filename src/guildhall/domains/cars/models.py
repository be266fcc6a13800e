"""Bookings of the car, and blocks from it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Identity, String, func
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from guildhall.core import clock
from guildhall.core.database import Base


class CarBooking(Base):
    """The car is somebody's from the start of the period up to its end."""

    __tablename__ = "car_bookings"
    __table_args__ = (
        ExcludeConstraint(("period", "&&"), name="car_is_free"),
        CheckConstraint("NOT isempty(period)", name="car_booking_lasts"),
        CheckConstraint("personal = (council_id IS NULL)", name="car_booking_is_personal_or_a_councils"),
    )

    booking_id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    description: Mapped[str] = mapped_column(String(1000))
    period: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    council_id: Mapped[int | None] = mapped_column(ForeignKey("councils.id", ondelete="CASCADE"), index=True)
    confirmed: Mapped[bool]
    personal: Mapped[bool]
    reminded_of: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # the start that they were told of
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=clock.now, server_default=func.now())
    changes: Mapped[int] = mapped_column(default=0, server_default="0")  # calendars want both


class CarBlock(Base):
    """A user may not book the car, until somebody lifts the block."""

    __tablename__ = "car_blocks"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), unique=True)
    reason: Mapped[str] = mapped_column(String(1000))
    blocked_by: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=clock.now)
