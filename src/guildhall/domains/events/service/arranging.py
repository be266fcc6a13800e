"""Arranging events: making, changing and removing them, their tags and their picture."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.core.database import flush
from guildhall.core.patch import changes
from guildhall.core.scratch import Received
from guildhall.domains.events.errors import (
    AtOnceIsNoLottery,
    CapacityBelowZero,
    EventEndsBeforeItBegins,
    EventHasNotTag,
    EventHasTag,
    EventInThePast,
    EventNotFound,
    PlacesAreGiven,
    PriceBelowZero,
    RankIsFixed,
    SignupEndsBeforeItOpens,
    TooManyToQueue,
)
from guildhall.domains.events.models import Event, EventSignup, EventTag
from guildhall.domains.events.schemas import ALL_GROUPS, AddEventTag, EventCreate, EventRead, EventUpdate
from guildhall.domains.events.service import cancelling, notices, queueing, reading, telling
from guildhall.shared.councils.errors import CouncilNotFound
from guildhall.shared.pictures.service import intake, owning
from guildhall.shared.tags.errors import TagNotFound

VIOLATIONS = {"events_council_id_fkey": CouncilNotFound}
TIMES = ("starts_at", "ends_at", "signup_start", "signup_end")
WHEN_AND_WHERE = {"starts_at", "ends_at", "location"}
HOW_PLACES_ARE_GIVEN = {"lottery", "grace_minutes", "places_at_once"}


async def create(session: AsyncSession, wish: EventCreate) -> Event:
    """A new event; its times in whole minutes.

    Raises EventEndsBeforeItBegins, EventInThePast, PriceBelowZero, CapacityBelowZero, SignupEndsBeforeItOpens,
    AtOnceIsNoLottery, CouncilNotFound.
    """
    facts: dict[str, Any] = {name: value for name, value in wish.model_dump().items() if value is not None}
    facts |= {name: _whole_minute(facts[name]) for name in TIMES}
    facts["mentor_group_types"] = wish.mentor_group_types or list(ALL_GROUPS)
    if wish.reminder_hours is None:
        facts["reminder_hours"] = None
    event = Event(**facts)
    if event.ends_at <= event.starts_at:
        raise EventEndsBeforeItBegins
    if event.starts_at < _whole_minute(clock.now()):
        raise EventInThePast
    _refuse_senseless(event)
    if event.places_at_once:
        event.event_users_confirmed, event.published_at = True, clock.now()
    session.add(event)
    await flush(session, VIOLATIONS)
    await telling.remember(session, event)
    await queueing.tell(session, event.id)
    return event


async def change(session: AsyncSession, event_id: int, wish: EventUpdate) -> Event:
    """Change what was sent; where that frees places of a published event, the first of the queue move up.

    Raises EventNotFound, EventEndsBeforeItBegins, PriceBelowZero, CapacityBelowZero, SignupEndsBeforeItOpens,
    AtOnceIsNoLottery, RankIsFixed, PlacesAreGiven, TooManyToQueue, CouncilNotFound.
    """
    event = await queueing.claim(session, event_id)
    wanted = changes(event, wish)
    if wanted.get("mentor_group_types") == []:
        wanted["mentor_group_types"] = list(ALL_GROUPS)
    changed = {name: value for name, value in wanted.items() if getattr(event, name) != value}
    await _refuse_other_rank(session, event, changed.keys())
    lost = await _send_to_queue(session, event, wish)
    for name, value in changed.items():
        setattr(event, name, value)
    _refuse_senseless(event)
    if event.max_event_users and event.places_given > event.max_event_users:
        raise PlacesAreGiven(given=event.places_given)
    if lost and event.places_given < event.max_event_users:
        raise TooManyToQueue
    if changed:
        event.sequence, event.changed_at = event.sequence + 1, clock.now()
    if event.places_at_once and not event.event_users_confirmed:
        event.event_users_confirmed, event.published_at = True, clock.now()
    await flush(session, VIOLATIONS)
    if event.event_users_confirmed:
        await _move(session, event, lost)
    await _tell_of(session, event, changed.keys())
    await queueing.tell(session, event_id)
    return event


async def remove(session: AsyncSession, event_id: int) -> EventRead:
    """Remove an event with its sign-ups, and return what it was. Raises EventNotFound."""
    event = await queueing.claim(session, event_id)
    removed = await reading.get(session, event_id)
    await cancelling.cancel(session, event)
    await session.delete(event)
    await session.flush()
    await intake.remove(session, [event.picture_id] if event.picture_id else [])
    await queueing.tell(session, event_id)
    return removed


async def add_tag(session: AsyncSession, wish: AddEventTag) -> EventTag:
    """Give an event a tag. Raises EventNotFound, TagNotFound, EventHasTag."""
    link = EventTag(event_id=wish.event_id, tag_id=wish.tag_id)
    session.add(link)
    violations = {
        "event_tags_pkey": EventHasTag,
        "event_tags_event_id_fkey": EventNotFound,
        "event_tags_tag_id_fkey": TagNotFound,
    }
    await flush(session, violations)
    await queueing.tell(session, wish.event_id)
    return link


async def remove_tag(session: AsyncSession, event_id: int, tag_id: int) -> None:
    """Take a tag from an event. Raises EventNotFound, EventHasNotTag."""
    await queueing.claim(session, event_id)
    theirs = EventTag.event_id == event_id, EventTag.tag_id == tag_id
    if await session.scalar(delete(EventTag).where(*theirs).returning(EventTag.tag_id)) is None:
        raise EventHasNotTag
    await queueing.tell(session, event_id)


async def set_picture(session: AsyncSession, event_id: int, file: Received) -> None:
    """Give an event another picture. Raises EventNotFound, and what taking it in raises."""
    if await session.scalar(select(Event.id).where(Event.id == event_id)) is None:
        raise EventNotFound
    picture = await intake.take_in(session, file)
    await owning.exchange(session, await queueing.claim(session, event_id), picture.id)
    await queueing.tell(session, event_id)


async def remove_picture(session: AsyncSession, event_id: int) -> None:
    """Leave an event without a picture. Raises EventNotFound."""
    await owning.exchange(session, await queueing.claim(session, event_id), None)
    await queueing.tell(session, event_id)


def _whole_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _refuse_senseless(event: Event) -> None:
    if event.ends_at <= event.starts_at:
        raise EventEndsBeforeItBegins
    if event.price < 0:
        raise PriceBelowZero
    if event.max_event_users < 0:
        raise CapacityBelowZero
    if event.can_signup and event.signup_end < event.signup_start:
        raise SignupEndsBeforeItOpens
    if event.places_at_once and (event.lottery or event.grace_minutes):
        raise AtOnceIsNoLottery


async def _refuse_other_rank(session: AsyncSession, event: Event, changed: Collection[str]) -> None:
    if HOW_PLACES_ARE_GIVEN.isdisjoint(changed):
        return
    is_joined = select(EventSignup.user_id).where(EventSignup.event_id == event.id).limit(1)
    is_late = "places_at_once" in changed and await session.scalar(is_joined) is not None
    if event.event_users_confirmed or event.places_given or is_late:
        raise RankIsFixed


async def _send_to_queue(session: AsyncSession, event: Event, wish: EventUpdate) -> Sequence[int]:
    if not wish.to_queue:
        return ()
    theirs = EventSignup.event_id == event.id, EventSignup.user_id.in_(wish.to_queue), EventSignup.confirmed
    sent = update(EventSignup).where(*theirs).values(confirmed=False, hand=None, hand_reason=None)
    lost = list(await session.scalars(sent.returning(EventSignup.user_id)))
    await session.refresh(event, ["places_given"])
    return lost


async def _move(session: AsyncSession, event: Event, lost: Sequence[int]) -> None:
    moved = await queueing.fill(session, event)
    await notices.lost_place(session, event, lost)
    await notices.moved_up(session, event, moved)


async def _tell_of(session: AsyncSession, event: Event, changed: Collection[str]) -> None:
    if not telling.CAUSES.isdisjoint(changed):
        await telling.remember(session, event)
    if not WHEN_AND_WHERE.isdisjoint(changed) and event.ends_at > clock.now():
        await notices.event_moved(session, event)
