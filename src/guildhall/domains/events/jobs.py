"""Later work of events."""

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.domains.events.models import CancelledEvent
from guildhall.domains.events.service import telling
from guildhall.domains.events.service.telling import What

CANCELLED_FOR = timedelta(days=90)
"""How long calendars are told that an event is cancelled."""


async def tell(session: AsyncSession, event_id: int, what: What) -> None:
    """Tell members that sign-up opens or closes soon, or that the event starts soon; once."""
    await telling.tell(session, event_id, what)


async def prune(session: AsyncSession) -> None:
    """Forget events that were cancelled long ago."""
    before = clock.now() - CANCELLED_FOR
    await session.execute(delete(CancelledEvent).where(CancelledEvent.changed_at < before))
