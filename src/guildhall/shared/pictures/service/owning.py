"""Owners of one picture: a user, a post, and whatever else has a column `picture_id`."""

from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped

from guildhall.shared.pictures.service import intake


class Owner(Protocol):
    """A row that has one picture, or none."""

    picture_id: Mapped[int | None]


async def exchange(session: AsyncSession, owner: Owner, picture_id: int | None) -> None:
    """Give a row that is locked another picture, or none; the one it had is removed."""
    before, owner.picture_id = owner.picture_id, picture_id
    await session.flush()
    if before is not None:
        await intake.remove(session, [before])
