"""The inbox: what a member was told."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from guildhall.core import clock
from guildhall.core.access import Actor
from guildhall.core.settings import settings
from guildhall.platform import live
from guildhall.shared.notifications.errors import NotificationNotFound, VisitedIsRead
from guildhall.shared.notifications.models import NoticeRow, Notification
from guildhall.shared.notifications.schemas import InboxRead, NotificationRead, NotificationUpdate
from guildhall.shared.notifications.service.telling import TOPIC

COLUMNS = (
    Notification.id,
    NoticeRow.kind,
    NoticeRow.title_sv,
    NoticeRow.title_en,
    NoticeRow.body_sv,
    NoticeRow.body_en,
    NoticeRow.link,
    NoticeRow.target_type,
    NoticeRow.target_id,
    NoticeRow.created_at,
    Notification.read_at,
    Notification.visited_at,
)
listed: Select[*tuple[Any, ...]] = select(*COLUMNS).join_from(Notification, NoticeRow)
_other = aliased(Notification)
unread_of_member = (
    select(func.count())
    .where(_other.user_id == Notification.user_id, _other.read_at.is_(None))
    .correlate(Notification)
    .scalar_subquery()
)
"""How much the member of a notification has not read, as a column of a statement about notifications."""


def shape(row: Sequence[Any]) -> NotificationRead:
    """A row of `listed` as the wire shows it."""
    values = dict(zip((column.key for column in COLUMNS), row, strict=False))
    target_type, target_id = values.pop("target_type"), values.pop("target_id")
    values["target"] = target_type and {"type": target_type, "id": target_id}
    values["link"] = values["link"] and settings().site_url + values["link"]
    return NotificationRead.model_validate(values)


async def page(session: AsyncSession, actor: Actor, *, unread: bool | None, limit: int, offset: int) -> InboxRead:
    """A page of the actor's inbox, the newest first; only what is unread, or only what is read, where that is asked."""
    mine = listed.where(Notification.user_id == actor.id)
    if unread is not None:
        mine = mine.where(Notification.read_at.is_(None) if unread else Notification.read_at.is_not(None))
    rows = (await session.execute(mine.order_by(Notification.id.desc()).limit(limit).offset(offset))).all()
    is_unread = Notification.read_at.is_(None)
    counted = select(func.count(), func.count().filter(is_unread)).where(Notification.user_id == actor.id)
    everything, new = (await session.execute(counted)).one()
    total = {None: everything, True: new, False: everything - new}[unread]
    return InboxRead(unread=new, total=total, notifications=[shape(row) for row in rows])


async def mark(session: AsyncSession, actor: Actor, notification_id: int, wish: NotificationUpdate) -> NotificationRead:
    """Mark one of the actor's notifications as read or visited, or as not.

    Raises NotificationNotFound, VisitedIsRead.
    """
    if wish.read is False and wish.visited:
        raise VisitedIsRead
    statement = select(Notification).where(Notification.id == notification_id, Notification.user_id == actor.id)
    found = await session.scalar(statement.with_for_update())
    if found is None:
        raise NotificationNotFound
    now, was_unread = clock.now(), found.read_at is None
    if wish.read or wish.visited:
        found.read_at = found.read_at or now
    if wish.visited:
        found.visited_at = found.visited_at or now
    if wish.read is False or wish.visited is False:
        found.visited_at = None
    if wish.read is False:
        found.read_at = None
    await session.flush()
    if was_unread != (found.read_at is None):
        await _tell(session, actor)
    return shape((await session.execute(listed.where(Notification.id == notification_id))).one())


async def mark_all(session: AsyncSession, actor: Actor) -> None:
    """Mark everything that is unread as read."""
    is_unread = Notification.user_id == actor.id, Notification.read_at.is_(None)
    await session.execute(update(Notification).where(*is_unread).values(read_at=clock.now()))
    await _tell(session, actor)


async def remove(session: AsyncSession, actor: Actor, notification_id: int) -> None:
    """Remove one of the actor's notifications; it is not pushed any more. Raises NotificationNotFound."""
    mine = Notification.id == notification_id, Notification.user_id == actor.id
    if await session.scalar(delete(Notification).where(*mine).returning(Notification.id)) is None:
        raise NotificationNotFound
    await _tell(session, actor)


async def _tell(session: AsyncSession, actor: Actor) -> None:
    await live.tell(session, TOPIC, f"member {actor.id}")
