"""What members are told of an event by the clock: sign-up opens, it closes soon, the event starts soon.

One job per event and thing. Each looks again when it is due, and keeps for which moment it has told (`EventTelling`),
so that it tells once however often it runs, and again when the moment was moved.
"""

from datetime import datetime, timedelta
from typing import Literal, get_args

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.domains.events.models import Event, EventFollow, EventSignup, EventTag, EventTelling
from guildhall.domains.events.service import notices
from guildhall.platform import jobs
from guildhall.platform.jobs.queue import Wish
from guildhall.shared.users.models import User

JOB = "events.tell"
What = Literal["opens", "closes", "starts"]
WHATS: tuple[What, ...] = get_args(What)
CLOSES_IN = timedelta(hours=12)
# By which this machine's clock may be behind the database's, which knows when jobs are due.
A_LITTLE = timedelta(minutes=1)
CAUSES = {"starts_at", "signup_start", "signup_end", "can_signup", "closed", "reminder_hours"}
"""The fields that say when there is something to tell."""


async def remember(session: AsyncSession, event: Event) -> None:
    """Let everything about the event be told when it is due, and nothing when it was due before; two statements."""
    await forget(session, event.id)
    now = clock.now()
    due = {what: moment for what in WHATS if (moment := due_at(event, what)) is not None}
    if "opens" in due and event.signup_end > now:
        due["opens"] = max(due["opens"], now)  # it is open already: that is news today
    wishes = [Wish({"event_id": event.id, "what": what}, at=at) for what, at in due.items() if at >= now]
    await jobs.enqueue_many(session, JOB, wishes)


async def forget(session: AsyncSession, event_id: int) -> None:
    """Tell nothing of this event by the clock any more."""
    await jobs.cancel(session, JOB, event_id=event_id)


async def tell(session: AsyncSession, event_id: int, what: What) -> None:
    """Tell it, if it is due now and was not told before; nothing of an event that is gone, or moved away."""
    event = await session.get(Event, event_id)
    if event is None or not _is_due(event, what) or not await _is_first(session, event, what):
        return
    if what == "opens":
        await notices.signup_opens(session, event, followers(event))
    elif what == "starts":
        await notices.event_starts(session, event, attendees(event))
    elif await _has_places_left(session, event):
        is_in = select(EventSignup.user_id).where(EventSignup.event_id == event_id)
        await notices.signup_closes(session, event, followers(event).where(User.id.not_in(is_in)))


def due_at(event: Event, what: What) -> datetime | None:
    """When it is to be told; None for never."""
    if what == "starts":
        return event.starts_at - timedelta(hours=event.reminder_hours) if event.reminder_hours else None
    if not event.can_signup or event.closed:
        return None
    return event.signup_start if what == "opens" else event.signup_end - CLOSES_IN


def followers(event: Event) -> Select[int]:
    """The members who follow the event's council, or one of its tags: their ids."""
    tags = select(EventTag.tag_id).where(EventTag.event_id == event.id)
    follows = select(EventFollow.user_id).where(
        or_(EventFollow.council_id == event.council_id, EventFollow.tag_id.in_(tags))
    )
    return select(User.id).where(User.id.in_(follows), User.is_member)


def attendees(event: Event) -> Select[int]:
    """Who comes: those with a place once places are published; before that all who signed up and are not put out."""
    comes: ColumnElement[bool] = EventSignup.hand.is_distinct_from("out")
    if event.event_users_confirmed:
        comes = EventSignup.confirmed.is_(True)
    return select(EventSignup.user_id).where(EventSignup.event_id == event.id, comes)


def _is_due(event: Event, what: What) -> bool:
    due, now = due_at(event, what), clock.now()
    until = event.starts_at if what == "starts" else event.signup_end
    return due is not None and due - A_LITTLE <= now < until


async def _is_first(session: AsyncSession, event: Event, what: What) -> bool:
    due = due_at(event, what)
    told = insert(EventTelling).values(event_id=event.id, what=what, moment=due)
    # What has opened does not open again because somebody says it opened earlier.
    is_news = EventTelling.moment < due if what == "opens" else EventTelling.moment != due
    once = told.on_conflict_do_update(index_elements=["event_id", "what"], set_={"moment": due}, where=is_news)
    return await session.scalar(once.returning(EventTelling.event_id)) is not None


async def _has_places_left(session: AsyncSession, event: Event) -> bool:
    if not event.max_event_users:
        return True
    many = await session.scalar(select(func.count()).where(EventSignup.event_id == event.id))
    return (many or 0) < event.max_event_users
