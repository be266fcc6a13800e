"""What one can do with councils."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.calendar import Names, Wanted
from guildhall.core.database import FOREIGN_KEY, flush
from guildhall.core.hooks import Hook
from guildhall.core.patch import patch
from guildhall.platform import live
from guildhall.shared.councils.errors import CouncilHasPosts, CouncilNameTaken, CouncilNotFound
from guildhall.shared.councils.models import Council
from guildhall.shared.councils.schemas import CouncilCreate, CouncilUpdate

TOPIC = "councils"
"""What is told live when a council is renamed or removed: its id."""
leaving: Hook[[AsyncSession, int], None] = Hook("council_leaving")
"""A council is about to be removed. Filled by those whose things go with it and need more than a cascade."""
_NAMES = {"councils_name_sv_key": CouncilNameTaken, "councils_name_en_key": CouncilNameTaken}


async def all_councils(session: AsyncSession) -> Sequence[Council]:
    """Every council, by id."""
    return (await session.scalars(select(Council).order_by(Council.id))).all()


async def get(session: AsyncSession, council_id: int, *, for_update: bool = False) -> Council:
    """The council. Raises CouncilNotFound."""
    council = await session.get(Council, council_id, with_for_update=for_update)
    if council is None:
        raise CouncilNotFound
    return council


async def narrowing(session: AsyncSession, wanted: Wanted) -> Names | None:
    """What the council is called to which a calendar is narrowed; None when it is to none. Raises CouncilNotFound."""
    if wanted.council_id is None:
        return None
    council = await get(session, wanted.council_id)
    return Names(sv=council.name_sv, en=council.name_en)


async def create(session: AsyncSession, wish: CouncilCreate) -> Council:
    """A new council. Raises CouncilNameTaken."""
    council = Council(**wish.model_dump())
    session.add(council)
    await flush(session, _NAMES)
    return council


async def update(session: AsyncSession, council_id: int, wish: CouncilUpdate) -> Council:
    """Change what was sent. Raises CouncilNotFound, CouncilNameTaken."""
    council = await get(session, council_id, for_update=True)
    patch(council, wish)
    await flush(session, _NAMES)
    await live.tell(session, TOPIC, str(council_id))
    return council


async def delete(session: AsyncSession, council_id: int) -> Council:
    """Delete a council without posts, with its bookings and events. Raises CouncilNotFound, CouncilHasPosts."""
    council = await get(session, council_id, for_update=True)
    await leaving.gather(session, council_id)
    await session.delete(council)
    await flush(session, {FOREIGN_KEY: CouncilHasPosts})
    await live.tell(session, TOPIC, str(council_id))
    return council
