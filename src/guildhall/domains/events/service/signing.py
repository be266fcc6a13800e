"""Signing up, changing one's mind, and signing off."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.core.access import Actor
from guildhall.core.database import translated
from guildhall.domains.events.errors import AlreadySignedUp, EventNotFound, SignupNotFound
from guildhall.domains.events.models import Event, EventSignup
from guildhall.domains.events.schemas import (
    EventSignupCreate,
    EventSignupRead,
    EventSignupUpdate,
    UserForEventSignupRead,
)
from guildhall.domains.events.service import arranging, notices, queueing, signups
from guildhall.domains.events.service.entering import Door, member_of, priority_or_else, stand_before
from guildhall.shared.groups import service as groups
from guildhall.shared.users import service as users
from guildhall.shared.users.errors import UserNotFound

VIOLATIONS = {"event_signups_user_id_fkey": UserNotFound, "event_signups_event_id_fkey": EventNotFound}


async def sign_up(session: AsyncSession, actor: Actor, event_id: int, wish: EventSignupCreate) -> EventSignupRead:
    """Sign somebody up: oneself, or anybody as an organiser. Asking twice for the same is one sign-up, and no error.

    At a published event they stand at the end of the line, and have a place if one is free. Raises EventNotFound,
    NotYourSignup, UserNotFound, NoSignup, EventClosed, SignupNotOpen, SignupIsOver, AlreadySignedUp, GroupNotAllowed,
    PriorityNotAllowed.
    """
    door = await stand_before(session, actor, event_id, wish.user_id)
    if door.event.user_id is None:
        raise UserNotFound
    wanted = _wanted(door, wish)
    if door.is_signed_up:
        return await _again(session, door, wanted)
    door.refuse_before_and_after()
    await door.refuse_group(session, wish.group_name)
    await door.refuse_priority(session, wanted["priority"])
    now = clock.now()
    async with translated(VIOLATIONS):
        written = (await session.execute(_joined(session, door, wanted, now))).first()
    if written is None:  # the other tap was faster, or places were published in between: look again
        return await sign_up(session, actor, event_id, wish)
    return await _own(session, door) if door.is_live else signups.fresh(door.event, wanted, now)


async def change(session: AsyncSession, actor: Actor, event_id: int, wish: EventSignupUpdate) -> EventSignupRead:
    """Change what was sent of a sign-up. A refused change changes nothing.

    Raises EventNotFound, NotYourSignup, SignupNotFound, SignupIsOver, GroupNotAllowed, PriorityNotAllowed.
    """
    door = await _at_signup(session, actor, event_id, wish.user_id or actor.id)
    door.refuse_late()
    sent = wish.model_fields_set
    changed: dict[str, Any] = {}
    if "group_name" in sent:
        await door.refuse_group(session, wish.group_name)
        changed["group_name"] = wish.group_name
    if "priority" in sent and (priority := priority_or_else(wish.priority)) != door.event.as_priority:
        await door.refuse_priority(session, priority)
        changed["priority"] = priority
    if wish.drinkPackage or not door.event.drink_package:  # what is not sent is not written: another may be changing it
        changed["drink_package"] = door.package(wish.drinkPackage)
    if changed:
        await _share(session, event_id)
        await session.execute(update(EventSignup).where(*_theirs(door)).values(**changed))
    return await _own(session, door)


async def sign_off(session: AsyncSession, actor: Actor, event_id: int, user_id: int) -> EventSignupRead:
    """Take a sign-up back, and return what it was; at a published event the first of the queue moves up.

    Raises EventNotFound, NotYourSignup, SignupNotFound, SignupIsOver, SignoffIsOver.
    """
    door = await _at_signup(session, actor, event_id, user_id)
    door.refuse_late_signoff()
    event = await queueing.claim(session, event_id)
    removed = await _own(session, door)
    await leave(session, event, user_id)
    return removed


async def leave(session: AsyncSession, event: Event, user_id: int) -> None:
    """Take somebody out of a locked event, and let the first of its queue move up if it is published and not over."""
    theirs = EventSignup.event_id == event.id, EventSignup.user_id == user_id
    await session.execute(delete(EventSignup).where(*theirs))
    if event.event_users_confirmed and event.ends_at > clock.now():
        await notices.moved_up(session, event, await queueing.fill(session, event))
    await queueing.tell(session, event.id)


async def mine(session: AsyncSession, actor: Actor, event_id: int) -> EventSignupRead:
    """The actor's own sign-up. Raises EventNotFound, SignupNotFound."""
    return signups.shape(await signups.find(session, event_id, actor.id), clock.now())


async def before(session: AsyncSession, actor: Actor, event_id: int) -> UserForEventSignupRead:
    """The actor with the groups that they may pick at this event. Raises EventNotFound."""
    door = await stand_before(session, actor, event_id, actor.id)
    known = await groups.memberships(session, actor.id)
    pickable = [one.group for one in known if door.entry.is_for(member_of(one))]
    user = await users.get(session, actor.id)
    return UserForEventSignupRead(
        id=user.id,
        first_name=user.first_name,
        last_name=user.last_name,
        groups=pickable,
        standard_food_preferences=user.standard_food_preferences,
        other_food_preferences=user.other_food_preferences,
    )


async def user_leaves(session: AsyncSession, user_id: int) -> None:
    """Sign a user off from every event, so that queues move up, and what is shown of how many come is right."""
    theirs = select(EventSignup.event_id).where(EventSignup.user_id == user_id)
    for event_id in list(await session.scalars(theirs.order_by(EventSignup.event_id))):
        await leave(session, await queueing.claim(session, event_id), user_id)


async def council_leaves(session: AsyncSession, council_id: int) -> None:
    """Remove a council's events, each as if somebody had removed it."""
    for event_id in list(
        await session.scalars(select(Event.id).where(Event.council_id == council_id).order_by(Event.id))
    ):
        await arranging.remove(session, event_id)


def _wanted(door: Door, wish: EventSignupCreate) -> dict[str, Any]:
    return {
        "priority": priority_or_else(wish.priority),
        "group_name": wish.group_name,
        "drink_package": door.package(wish.drinkPackage),
    }


async def _again(session: AsyncSession, door: Door, wanted: dict[str, Any]) -> EventSignupRead:
    event = door.event
    if wanted != {
        "priority": event.as_priority,
        "group_name": event.with_group,
        "drink_package": event.with_package,
    }:
        door.refuse_before_and_after()
        raise AlreadySignedUp
    return await _own(session, door)


def _joined(session: AsyncSession, door: Door, wanted: dict[str, Any], now: datetime) -> Any:
    """One statement that signs up, unless that is done already or the event is not as it was seen; tells if it does."""
    row = {"user_id": door.user_id, **wanted, "created_at": now, "latest_modified": now}
    columns = EventSignup.__table__.c
    facts = [literal(value, columns[name].type) for name, value in row.items()]
    if door.is_live:  # takes the event's row, and the next position in its line
        named = [*row, "position", "confirmed", "event_id"]
        found = select(*facts, *_end_of_line(door.event.id))
    else:  # shares the event's row with the others who sign up, and keeps out who would publish meanwhile
        named = [*row, "event_id"]
        as_seen = Event.id == door.event.id, ~Event.event_users_confirmed
        found = select(*facts, Event.id).where(*as_seen).with_for_update(read=True, of=Event)
    statement = insert(EventSignup).from_select(named, found)
    once = statement.on_conflict_do_nothing(index_elements=["event_id", "user_id"])
    return once.returning(EventSignup.user_id, queueing.telling(session, door.event.id))


def _end_of_line(event_id: int) -> list[Any]:
    is_live = Event.id == event_id, Event.event_users_confirmed
    longer = update(Event).where(*is_live).values(last_position=Event.last_position + 1)
    end = longer.returning(Event.id, Event.last_position, Event.max_event_users, Event.places_given).cte("line_end")
    has_place = or_(end.c.max_event_users == 0, end.c.places_given < end.c.max_event_users)
    return [end.c.last_position, has_place, end.c.id]


async def _at_signup(session: AsyncSession, actor: Actor, event_id: int, user_id: int) -> Door:
    door = await stand_before(session, actor, event_id, user_id)
    if not door.is_signed_up:
        raise SignupNotFound
    return door


async def _share(session: AsyncSession, event_id: int) -> None:
    await session.execute(select(Event.id).where(Event.id == event_id).with_for_update(read=True))


async def _own(session: AsyncSession, door: Door) -> EventSignupRead:
    return signups.shape(await signups.find(session, door.event.id, door.user_id), clock.now())


def _theirs(door: Door) -> tuple[Any, Any]:
    return EventSignup.event_id == door.event.id, EventSignup.user_id == door.user_id
