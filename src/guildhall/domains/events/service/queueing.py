"""The live line: who stands where, and who moves up when a place is free.

Everything here wants the event's row locked (`claim`): whoever gives or moves places comes one by one.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.domains.events.errors import EventNotFound
from guildhall.domains.events.models import Event, EventSignup
from guildhall.platform import live

EVENTS = "events"
"""What is told live when anything that the public answers show of an event has changed, also how many: its id."""


async def claim(session: AsyncSession, event_id: int) -> Event:
    """The event, its row locked until the end of the transaction. Raises EventNotFound."""
    event = await session.get(Event, event_id, with_for_update=True, populate_existing=True)
    if event is None:
        raise EventNotFound
    return event


async def tell(session: AsyncSession, event_id: int) -> None:
    """Tell every process that the event, its sign-ups or its places have changed."""
    await live.tell(session, EVENTS, str(event_id))


def telling(session: AsyncSession, event_id: int) -> ColumnElement[Any]:
    """Likewise, as a column for the RETURNING of a statement that is sent anyhow."""
    return live.telling(session, EVENTS, str(event_id))


def free_places(event: Event) -> int | None:
    """How many places of a locked event nobody has; None for as many as one likes."""
    return event.max_event_users - event.places_given if event.max_event_users else None


async def fill(session: AsyncSession, event: Event) -> Sequence[int]:
    """Give the free places of a locked, published event to the first of its queue; the ids of those who moved up."""
    await session.flush()
    await session.refresh(event, ["places_given"])
    queue = (
        select(EventSignup.user_id)
        .where(EventSignup.event_id == event.id, EventSignup.position.is_not(None), ~EventSignup.confirmed)
        .order_by(EventSignup.position)
        .limit(free_places(event))
    )
    moved = list(await session.scalars(queue))
    if moved:
        theirs = EventSignup.event_id == event.id, EventSignup.user_id.in_(moved)
        await session.execute(update(EventSignup).where(*theirs).values(confirmed=True))
        await session.refresh(event, ["places_given"])
    return moved
