"""Paths of sign-ups."""

from fastapi import Depends

from guildhall.core.access import Me, member
from guildhall.core.database import Session
from guildhall.core.routing import Router
from guildhall.core.types import Id
from guildhall.domains.events.schemas import (
    EventSignupCreate,
    EventSignupRead,
    EventSignupUpdate,
    UserForEventSignupRead,
)
from guildhall.domains.events.service import signing

members = Router(prefix="/event-signup", tags=["event signup"], dependencies=[Depends(member)])


@members.get("/me-signup/{event_id}")
async def get_me_event_signup(db: Session, me: Me, event_id: Id) -> EventSignupRead:
    return await signing.mine(db, me, event_id)


@members.get("/me/{event_id}")
async def get_me_for_event_signup(db: Session, me: Me, event_id: Id) -> UserForEventSignupRead:
    return await signing.before(db, me, event_id)


@members.post("/{event_id}")
async def event_signup_route(db: Session, me: Me, event_id: Id, wish: EventSignupCreate) -> EventSignupRead:
    return await signing.sign_up(db, me, event_id, wish)


@members.delete("/{event_id}")
async def event_signoff_route(db: Session, me: Me, event_id: Id, user_id: Id) -> EventSignupRead:
    return await signing.sign_off(db, me, event_id, user_id)


@members.patch("/{event_id}")
async def update_event_signup_route(db: Session, me: Me, event_id: Id, wish: EventSignupUpdate) -> EventSignupRead:
    return await signing.change(db, me, event_id, wish)
