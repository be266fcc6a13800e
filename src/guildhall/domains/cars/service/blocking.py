"""Blocks from the car."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.access import Actor
from guildhall.core.database import flush
from guildhall.domains.cars.errors import AlreadyBlocked, BlockedFromCar, NotBlocked
from guildhall.domains.cars.models import CarBlock
from guildhall.domains.cars.schemas import CarBlockCreate
from guildhall.shared.users import service as users
from guildhall.shared.users.errors import UserNotFound


async def refuse_blocked(session: AsyncSession, actor: Actor) -> None:
    """Raises BlockedFromCar when the actor is blocked, keepers too."""
    if await session.scalar(select(CarBlock.id).where(CarBlock.user_id == actor.id)) is not None:
        raise BlockedFromCar


async def all_blocks(session: AsyncSession) -> Sequence[CarBlock]:
    """Every block, by id."""
    return (await session.scalars(select(CarBlock).order_by(CarBlock.id))).all()


async def block(session: AsyncSession, actor: Actor, wish: CarBlockCreate) -> CarBlock:
    """Keep somebody from booking; what they have booked stays. Raises UserNotFound, AlreadyBlocked."""
    await users.get(session, wish.user_id)
    blocked = CarBlock(user_id=wish.user_id, reason=wish.reason, blocked_by=actor.id)
    session.add(blocked)
    await flush(session, {"car_blocks_user_id_key": AlreadyBlocked, "car_blocks_user_id_fkey": UserNotFound})
    return blocked


async def unblock(session: AsyncSession, user_id: int) -> CarBlock:
    """Lift a user's block, and return it. Raises UserNotFound, NotBlocked."""
    await users.get(session, user_id)
    lifted = await session.scalar(delete(CarBlock).where(CarBlock.user_id == user_id).returning(CarBlock))
    if lifted is None:
        raise NotBlocked
    return lifted
