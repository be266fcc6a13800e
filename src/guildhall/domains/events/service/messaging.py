"""Messages of organisers to those who signed up."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.core.access import Actor
from guildhall.core.database import AnyRow
from guildhall.core.errors import TooOften
from guildhall.domains.events.errors import NotPublished
from guildhall.domains.events.models import EventMessage, EventSignup
from guildhall.domains.events.schemas.organising import MessageCreate, MessageRead, Recipients
from guildhall.domains.events.service import notices, queueing, reading
from guildhall.shared.users.models import User
from guildhall.shared.users.schemas import SimpleUserRead

AT_MOST, WITHIN = 5, timedelta(hours=1)
"""How many messages an event sends in which time: each rings on many phones."""
_messages: Select[*tuple[Any, ...]] = select(
    *EventMessage.__table__.columns, User.first_name, User.last_name
).outerjoin(User, User.id == EventMessage.sent_by)


async def send(session: AsyncSession, actor: Actor, event_id: int, wish: MessageCreate) -> MessageRead:
    """Send a message, and keep that it was sent. Raises EventNotFound, NotPublished, TooOften."""
    event = await queueing.claim(session, event_id)
    if wish.to != "everyone" and not event.event_users_confirmed:
        raise NotPublished
    await _refuse_too_often(session, event_id)
    to = list(await session.scalars(_recipients(event_id, wish.to)))
    facts = wish.model_dump(exclude={"to"})
    message = EventMessage(event_id=event_id, sent_by=actor.id, recipients=wish.to, reached=len(to), **facts)
    session.add(message)
    await session.flush()
    titles, bodies = (wish.title_sv, wish.title_en), (wish.body_sv, wish.body_en)
    await notices.message(session, event, to, titles, bodies)
    return _shape((await session.execute(_messages.where(EventMessage.id == message.id))).one())


async def sent(session: AsyncSession, event_id: int) -> list[MessageRead]:
    """The messages of an event, the newest first. Raises EventNotFound."""
    await reading.find(session, event_id)
    newest = _messages.where(EventMessage.event_id == event_id).order_by(EventMessage.id.desc())
    return [_shape(row) for row in await session.execute(newest)]


async def _refuse_too_often(session: AsyncSession, event_id: int) -> None:
    lately = EventMessage.event_id == event_id, EventMessage.sent_at > clock.now() - WITHIN
    first = select(func.count(), func.min(EventMessage.sent_at)).where(*lately)
    many, since = (await session.execute(first)).one()
    if many >= AT_MOST:
        raise TooOften(seconds=int((since + WITHIN - clock.now()).total_seconds()) + 1)


def _recipients(event_id: int, to: Recipients) -> Select[int]:
    theirs = select(EventSignup.user_id).where(EventSignup.event_id == event_id)
    if to == "places":
        return theirs.where(EventSignup.confirmed)
    if to == "queue":
        return theirs.where(~EventSignup.confirmed, EventSignup.position.is_not(None))
    return theirs


def _shape(row: AnyRow) -> MessageRead:
    by = row.sent_by and SimpleUserRead(id=row.sent_by, first_name=row.first_name, last_name=row.last_name)
    return MessageRead.model_validate({**row._mapping, "to": row.recipients, "sent_by": by})  # pyright: ignore[reportPrivateUsage]
