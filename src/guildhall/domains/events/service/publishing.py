"""Publishing places, and the proof of how they were given."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.core.access import Actor
from guildhall.domains.events import rules
from guildhall.domains.events.errors import EventNotFound, LineHasChanged, NoDraw, NotPublished, PlacesAreOut
from guildhall.domains.events.models import Event, EventDraw, EventSignup
from guildhall.domains.events.rules.proof import proof
from guildhall.domains.events.service import lining, notices, queueing, signups


async def publish(session: AsyncSession, event_id: int, seen: str | None = None) -> None:
    """Give places by the line as it is now, once and for all, open its proof, and tell everybody who signed up.

    `seen` is the digest of the line that the organiser has looked at. Raises EventNotFound, PlacesAreOut,
    LineHasChanged, NoPlaceLeft.
    """
    event = await queueing.claim(session, event_id)
    if event.event_users_confirmed:
        raise PlacesAreOut
    draft = lining.drafted(event, await signups.rows(session, event_id))
    if seen is not None and seen != lining.digest(draft):
        raise LineHasChanged
    await lining.write(session, event, draft)
    document = proof(event_id, event.seed, draft.capacity, draft.plan, draft.rank, draft.signups)
    session.add(EventDraw(event_id=event_id, document=document))
    event.event_users_confirmed, event.published_at = True, clock.now()
    event.changed_at = clock.now()
    await session.flush()
    await notices.places_published(session, event)
    await queueing.tell(session, event_id)


async def drawn(session: AsyncSession, actor: Actor, event_id: int) -> dict[str, Any]:
    """The proof of a draw, and the actor's own ticket in it. Raises EventNotFound, NotPublished, NoDraw."""
    mine = EventSignup.event_id == Event.id, EventSignup.user_id == actor.id
    statement = (
        select(Event.event_users_confirmed, EventDraw.document, Event.seed, EventSignup.user_id)
        .select_from(Event)
        .outerjoin(EventDraw, EventDraw.event_id == Event.id)
        .outerjoin(EventSignup, mine[0] & mine[1])
        .where(Event.id == event_id)
    )
    row = (await session.execute(statement)).first()
    if row is None:
        raise EventNotFound
    if not row.event_users_confirmed:
        raise NotPublished
    if row.document is None:
        raise NoDraw
    ticket = rules.ticket(row.seed, event_id, actor.id)
    return {**row.document, "mine": ticket if any(one["ticket"] == ticket for one in row.document["signups"]) else None}
