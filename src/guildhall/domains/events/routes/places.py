"""Paths of places: the draw, hands, publishing, and the proof."""

from typing import Annotated, Any

from fastapi import Body, Depends

from guildhall.core.access import Me, may, member
from guildhall.core.database import Session
from guildhall.core.routing import Router
from guildhall.core.types import Id
from guildhall.domains.events.schemas import (
    AllocationRead,
    AllocationWish,
    EventRead,
    EventSignupRead,
    PlacedRead,
    PublishWish,
)
from guildhall.domains.events.service import allocating, hands, publishing, reading, signups

managers = Router(prefix="/events", tags=["events"], dependencies=[Depends(may("manage", "Event"))])
members = Router(prefix="/events", tags=["events"], dependencies=[Depends(member)])
Ids = Annotated[list[Id], Body(max_length=10_000)]


@managers.patch("/confirmed/{event_id}")
async def confirm_places(db: Session, event_id: Id) -> EventRead:
    await publishing.publish(db, event_id)
    return await reading.get(db, event_id)


@managers.get("/event-signups/all/{event_id}")
async def get_all_event_signups(db: Session, event_id: Id) -> list[EventSignupRead]:
    return [signups.shape(row) for row in await signups.rows(db, event_id)]


@managers.post("/event-signups/{event_id}")
async def create_event_signup_list(db: Session, event_id: Id) -> list[EventSignupRead]:
    return await allocating.draw(db, event_id)


@managers.patch("/event-confirm-event-users/{event_id}")
async def confirm_event_users(db: Session, event_id: Id, user_ids: Ids) -> EventRead:
    await hands.confirm(db, event_id, user_ids)
    return await reading.get(db, event_id)


@managers.patch("/event-unconfirm-event-users/{event_id}")
async def unconfirm_event_users(db: Session, event_id: Id, user_ids: Ids) -> EventRead:
    await hands.unconfirm(db, event_id, user_ids)
    return await reading.get(db, event_id)


@managers.get("/{event_id}/allocation")
async def get_allocation(db: Session, event_id: Id) -> AllocationRead:
    """The line that the event's plan makes of its sign-ups now."""
    return await allocating.propose(db, event_id)


@managers.post("/{event_id}/allocation")
async def propose_allocation(db: Session, event_id: Id, wish: AllocationWish) -> AllocationRead:
    """A dry run: the line that this plan would make, and what it means. Nothing is written."""
    return await allocating.propose(db, event_id, wish)


@managers.put("/{event_id}/allocation")
async def keep_allocation(db: Session, event_id: Id, wish: AllocationWish) -> AllocationRead:
    """Keep this plan and these hands, and give places by them; until they are published, as often as one likes."""
    return await allocating.keep(db, event_id, wish)


@managers.post("/{event_id}/allocation/publish")
async def publish_allocation(db: Session, event_id: Id, wish: PublishWish | None = None) -> EventRead:
    """Give places once and for all, and tell everybody."""
    await publishing.publish(db, event_id, wish.seen if wish else None)
    return await reading.get(db, event_id)


@managers.get("/{event_id}/places")
async def get_places(db: Session, event_id: Id) -> list[PlacedRead]:
    """Everybody who signed up as they stand now, in the order of the line."""
    return await allocating.places(db, event_id)


@members.get("/{event_id}/draw")
async def get_draw(db: Session, me: Me, event_id: Id) -> dict[str, Any]:
    """The proof of the draw: anybody can draw again from it, and find their own ticket."""
    return await publishing.drawn(db, me, event_id)
