"""What one can do with tags."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.calendar import Names, Wanted
from guildhall.core.database import flush
from guildhall.platform import live
from guildhall.shared.tags.errors import TagNameTaken, TagNotFound
from guildhall.shared.tags.models import Tag
from guildhall.shared.tags.schemas import TagCreate, TagEdit

TOPIC = "tags"
"""What is told live when a tag is made, renamed or removed: its id."""


async def all_tags(session: AsyncSession) -> Sequence[Tag]:
    """Every tag, by id."""
    return (await session.scalars(select(Tag).order_by(Tag.id))).all()


async def get(session: AsyncSession, tag_id: int, *, for_update: bool = False) -> Tag:
    """The tag. Raises TagNotFound."""
    tag = await session.get(Tag, tag_id, with_for_update=for_update)
    if tag is None:
        raise TagNotFound
    return tag


async def narrowing(session: AsyncSession, wanted: Wanted) -> Names | None:
    """What the tag is called to which a calendar is narrowed; None when it is to none. Raises TagNotFound."""
    if wanted.tag_id is None:
        return None
    name = (await get(session, wanted.tag_id)).name
    return Names(sv=name, en=name)


async def create(session: AsyncSession, wish: TagCreate) -> Tag:
    """A new tag. Raises TagNameTaken."""
    tag = Tag(name=wish.name)
    session.add(tag)
    return await _written(session, tag)


async def rename(session: AsyncSession, wish: TagEdit) -> Tag:
    """Give a tag another name. Raises TagNotFound, TagNameTaken."""
    tag = await get(session, wish.id, for_update=True)
    tag.name = wish.name
    return await _written(session, tag)


async def delete(session: AsyncSession, tag_id: int) -> None:
    """Remove a tag from whatever has it. Raises TagNotFound."""
    await session.delete(await get(session, tag_id, for_update=True))
    await session.flush()
    await live.tell(session, TOPIC, str(tag_id))


async def _written(session: AsyncSession, tag: Tag) -> Tag:
    await flush(session, {"tags_name_key": TagNameTaken})
    await live.tell(session, TOPIC, str(tag.id))
    return tag
