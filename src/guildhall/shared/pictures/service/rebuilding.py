"""Which pictures are to be developed again."""

from collections.abc import Sequence

from sqlalchemy import Integer, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.database import one_of
from guildhall.shared.pictures.models import Picture, Rendition
from guildhall.shared.pictures.service.developing import RENDITIONS


async def all_ids(session: AsyncSession, since: int = 0) -> list[int]:
    """The ids of all pictures, oldest first, beginning with `since`."""
    return list(await session.scalars(select(Picture.id).where(Picture.id >= since).order_by(Picture.id)))


async def incomplete_ids(session: AsyncSession, since: int = 0) -> list[int]:
    """The ids of those that lack a rendition, or are not ready, oldest first, beginning with `since`."""
    theirs = select(func.count()).where(Rendition.picture_id == Picture.id).scalar_subquery()
    lacking = or_(Picture.state != "ready", theirs < literal(RENDITIONS, Integer))
    found = select(Picture.id).where(Picture.id >= since, lacking)
    return list(await session.scalars(found.order_by(Picture.id)))


async def known_ids(session: AsyncSession, ids: Sequence[int]) -> list[int]:
    """Those among these ids that are pictures, oldest first."""
    return list(await session.scalars(select(Picture.id).where(one_of(Picture.id, ids)).order_by(Picture.id)))
