"""Following: members hear when sign-up opens for events with a tag, or of a council."""

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.database import translated
from guildhall.domains.events.models import EventFollow
from guildhall.domains.events.schemas.organising import FollowsRead
from guildhall.shared.councils.errors import CouncilNotFound
from guildhall.shared.councils.models import Council
from guildhall.shared.tags.errors import TagNotFound
from guildhall.shared.tags.models import Tag

VIOLATIONS = {"event_follows_tag_id_fkey": TagNotFound, "event_follows_council_id_fkey": CouncilNotFound}


async def read(session: AsyncSession, user_id: int) -> FollowsRead:
    """What the user follows, by name."""
    tags = select(Tag).join(EventFollow, EventFollow.tag_id == Tag.id).order_by(Tag.name)
    councils = select(Council).join(EventFollow, EventFollow.council_id == Council.id).order_by(Council.name_sv)
    mine = EventFollow.user_id == user_id
    found = {
        "tags": list(await session.scalars(tags.where(mine))),
        "councils": list(await session.scalars(councils.where(mine))),
    }
    return FollowsRead.model_validate(found)


async def follow(
    session: AsyncSession, user_id: int, *, tag_id: int | None = None, council_id: int | None = None
) -> None:
    """Follow a tag or a council; again is the same. Raises TagNotFound, CouncilNotFound."""
    wanted = insert(EventFollow).values(user_id=user_id, tag_id=tag_id, council_id=council_id)
    async with translated(VIOLATIONS):
        await session.execute(wanted.on_conflict_do_nothing())


async def unfollow(
    session: AsyncSession, user_id: int, *, tag_id: int | None = None, council_id: int | None = None
) -> None:
    """Follow it no more; also when it was not followed."""
    aim = EventFollow.council_id == council_id if tag_id is None else EventFollow.tag_id == tag_id
    await session.execute(delete(EventFollow).where(EventFollow.user_id == user_id, aim))
