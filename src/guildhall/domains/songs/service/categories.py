"""Categories of songs."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.database import flush
from guildhall.domains.songs.errors import SongCategoryNameTaken, SongCategoryNotFound
from guildhall.domains.songs.models import SongCategory
from guildhall.domains.songs.schemas import SongCategoryCreate

VIOLATIONS = {"song_categories_name_key": SongCategoryNameTaken}


async def all_categories(session: AsyncSession) -> Sequence[SongCategory]:
    """Every category, by id."""
    return (await session.scalars(select(SongCategory).order_by(SongCategory.id))).all()


async def get(session: AsyncSession, category_id: int, *, for_update: bool = False) -> SongCategory:
    """The category. Raises SongCategoryNotFound."""
    category = await session.get(SongCategory, category_id, with_for_update=for_update)
    if category is None:
        raise SongCategoryNotFound
    return category


async def create(session: AsyncSession, wish: SongCategoryCreate) -> SongCategory:
    """A new category. Raises SongCategoryNameTaken."""
    category = SongCategory(name=wish.name)
    session.add(category)
    await flush(session, VIOLATIONS)
    return category


async def rename(session: AsyncSession, category_id: int, wish: SongCategoryCreate) -> SongCategory:
    """Give a category another name. Raises SongCategoryNotFound, SongCategoryNameTaken."""
    category = await get(session, category_id, for_update=True)
    category.name = wish.name
    await flush(session, VIOLATIONS)
    return category


async def delete(session: AsyncSession, category_id: int) -> SongCategory:
    """Remove a category; its songs stay, without one. Raises SongCategoryNotFound."""
    category = await get(session, category_id, for_update=True)
    await session.delete(category)
    await session.flush()
    return category
