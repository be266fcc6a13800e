"""Paths of the car."""

from collections.abc import Sequence

from fastapi import Depends

from guildhall.core.access import Me, may, member
from guildhall.core.database import Session
from guildhall.core.routing import Router
from guildhall.core.types import Id
from guildhall.domains.cars.models import CarBlock
from guildhall.domains.cars.schemas import (
    AdminCarBookingRead,
    CarBlockCreate,
    CarBlockRead,
    CarBookingCreate,
    CarBookingRead,
    CarBookingUpdate,
)
from guildhall.domains.cars.service import blocking, booking, reading

members = Router(prefix="/car", tags=["cars"], dependencies=[Depends(member)])
keepers = Router(prefix="/car/admin", tags=["cars"], dependencies=[Depends(may("manage", "Car"))])
blockers = Router(prefix="/car/block", tags=["car blocking"], dependencies=[Depends(may("manage", "Car"))])


@members.get("/")
async def get_all_car_bookings(db: Session) -> list[CarBookingRead]:
    return await reading.all_bookings(db)


@members.post("/")
async def create_car_booking(db: Session, me: Me, wish: CarBookingCreate) -> CarBookingRead:
    return await reading.get(db, (await booking.book(db, me, wish)).booking_id)


@members.get("/{booking_id}")
async def get_car_booking(db: Session, booking_id: Id) -> CarBookingRead:
    return await reading.get(db, booking_id)


@members.patch("/{booking_id}")
async def update_car_booking(db: Session, me: Me, booking_id: Id, wish: CarBookingUpdate) -> CarBookingRead:
    await booking.change(db, me, booking_id, wish)
    return await reading.get(db, booking_id)


@members.delete("/{booking_id}")
async def remove_car_booking(db: Session, me: Me, booking_id: Id) -> CarBookingRead:
    return await booking.cancel(db, me, booking_id)


@keepers.get("/{booking_id}")
async def admin_get_car_booking(db: Session, booking_id: Id) -> AdminCarBookingRead:
    return await reading.get_with_contact(db, booking_id)


@blockers.get("/", response_model=list[CarBlockRead])
async def get_all_car_booking_blocks(db: Session) -> Sequence[CarBlock]:
    return await blocking.all_blocks(db)


@blockers.post("/", response_model=CarBlockRead, dependencies=[Depends(member)])
async def block_user_from_car_booking(db: Session, me: Me, wish: CarBlockCreate) -> CarBlock:
    return await blocking.block(db, me, wish)


@blockers.delete("/{user_id}", response_model=CarBlockRead)
async def unblock_user_from_car_booking(db: Session, user_id: Id) -> CarBlock:
    return await blocking.unblock(db, user_id)
