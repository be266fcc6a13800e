"""Events as they stand in calendars: the guild's, and one's own.

What is cancelled stays for a while, as CANCELLED, so that programs which have it take it away.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Integer,
    Select,
    String,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.core.calendar import Entry, Names, Wanted
from guildhall.core.database import AnyRow
from guildhall.domains.events.models import CancelledEvent, Event, EventFollow, EventSignup, EventTag
from guildhall.domains.events.service import signups
from guildhall.shared.tags.models import Tag

OPENING = timedelta(minutes=15)
"""How long the moment lasts, in a calendar, at which sign-up opens."""
_FACTS = ("title_sv", "title_en", "location", "starts_at", "ends_at", "all_day")
_tag_names = (
    select(func.array_agg(aggregate_order_by(Tag.name, Tag.id), type_=ARRAY(String)))
    .join(EventTag, EventTag.tag_id == Tag.id)
    .where(EventTag.event_id == Event.id)
    .correlate(Event)
    .scalar_subquery()
)


def _events(
    kind: str, sequence: ColumnElement[int], changed_at: ColumnElement[datetime], **more: ColumnElement[Any]
) -> Select[*tuple[Any, ...]]:
    return select(
        literal(kind).label("kind"),
        Event.id.label("id"),
        *(getattr(Event, name) for name in _FACTS),
        Event.description_sv,
        Event.description_en,
        Event.signup_start,
        Event.event_users_confirmed,
        Event.max_event_users,
        sequence.label("sequence"),
        changed_at.label("changed_at"),
        _tag_names.label("tags"),
        more.get("confirmed", null()).label("confirmed"),
        more.get("number", literal(None, Integer)).label("number"),
    )


_held = _events("held", Event.sequence.expression, Event.changed_at.expression)
_opening = _events("opening", Event.sequence.expression, Event.changed_at.expression)
_joined = _events(
    "joined",
    Event.sequence + EventSignup.changes,
    func.greatest(Event.changed_at, EventSignup.latest_modified),
    confirmed=EventSignup.confirmed.expression,
    number=signups.NUMBER,
).join(EventSignup, EventSignup.event_id == Event.id)
_gone: Select[*tuple[Any, ...]] = select(
    literal("gone"),
    CancelledEvent.event_id,
    *(getattr(CancelledEvent, name) for name in _FACTS),
    literal(""),
    literal(""),
    literal(None, DateTime(timezone=True)),
    null(),
    literal(None, Integer),
    CancelledEvent.sequence,
    CancelledEvent.changed_at,
    literal(None, ARRAY(String)),
    null(),
    literal(None, Integer),
)


async def public(session: AsyncSession, wanted: Wanted) -> list[Entry]:
    """The guild's events, and those that were cancelled; one statement."""
    held, gone = _held.where(Event.ends_at >= wanted.since), _gone.where(CancelledEvent.ends_at >= wanted.since)
    if wanted.council_id is not None:
        held = held.where(Event.council_id == wanted.council_id)
        gone = gone.where(CancelledEvent.council_id == wanted.council_id)
    if wanted.tag_id is not None:
        held = held.where(Event.id.in_(select(EventTag.event_id).where(EventTag.tag_id == wanted.tag_id)))
        gone = gone.where(literal(wanted.tag_id) == func.any(CancelledEvent.tag_ids))
    return [_entry(row) for row in await session.execute(union_all(held, gone))]


async def mine(session: AsyncSession, user_id: int, since: datetime) -> list[Entry]:
    """What the user has signed up for, what of it was cancelled, and when sign-up opens for what they follow."""
    joined = _joined.where(EventSignup.user_id == user_id, Event.ends_at >= since)
    is_mine = literal(user_id) == func.any(CancelledEvent.user_ids)
    gone = _gone.where(is_mine, CancelledEvent.ends_at >= since)
    found = await session.execute(union_all(joined, gone, _openings(user_id)))
    return [_entry(row) for row in found]


def _openings(user_id: int) -> Select[*tuple[Any, ...]]:
    follows = select(EventFollow).where(EventFollow.user_id == user_id).subquery()
    tagged = select(EventTag.event_id).join(follows, follows.c.tag_id == EventTag.tag_id)
    councils = select(follows.c.council_id).where(follows.c.council_id.is_not(None))
    is_open_to_all = Event.can_signup, ~Event.closed, Event.signup_start >= clock.now()
    return _opening.where(*is_open_to_all, or_(Event.id.in_(tagged), Event.council_id.in_(councils)))


def _entry(row: AnyRow) -> Entry:
    if row.kind == "opening":
        return _opens(row)
    stands_sv, stands_en, is_sure = _standing(row) if row.kind == "joined" else ("", "", True)
    return Entry(
        kind="event",
        id=row.id,
        title_sv=row.title_sv,
        title_en=row.title_en,
        description_sv="\n\n".join(filter(None, (stands_sv, row.description_sv))),
        description_en="\n\n".join(filter(None, (stands_en, row.description_en))),
        starts=row.starts_at,
        ends=row.ends_at,
        all_day=row.all_day,
        location=row.location,
        sequence=row.sequence,
        changed_at=row.changed_at,
        status="CANCELLED" if row.kind == "gone" else "CONFIRMED" if is_sure else "TENTATIVE",
        path="" if row.kind == "gone" else f"/events/{row.id}",
        categories=tuple(Names(sv=name, en=name) for name in row.tags or ()),
    )


def _standing(row: AnyRow) -> tuple[str, str, bool]:
    if not row.event_users_confirmed:
        return "Du är anmäld.", "You are signed up.", not row.max_event_users
    if row.confirmed:
        return "Du har plats.", "You have a place.", True
    if not row.number:
        return "Du har ingen plats.", "You have no place.", False
    return f"Du är nummer {row.number} i kön.", f"You are number {row.number} in the queue.", False


def _opens(row: AnyRow) -> Entry:
    return Entry(
        kind="event-signup",
        id=row.id,
        title_sv=f"Anmälan öppnar: {row.title_sv}",
        title_en=f"Sign-up opens: {row.title_en}",
        starts=row.signup_start,
        ends=row.signup_start + OPENING,
        sequence=row.sequence,
        changed_at=row.changed_at,
        path=f"/events/{row.id}",
    )
