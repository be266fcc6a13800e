"""Later work of notifications."""

from datetime import timedelta

from sqlalchemy import delete, exists
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.core.settings import settings
from guildhall.shared.notifications.models import NoticeRow, Notification, Push
from guildhall.shared.notifications.rules import GIVE_UP_AFTER
from guildhall.shared.notifications.service import fanning, pushing


async def fan_out(session: AsyncSession, notice_id: int) -> None:
    """Write the pushes and mails of a notice."""
    await fanning.fan_out(session, notice_id)


async def push(session: AsyncSession, push_ids: list[int]) -> None:
    """Push what still waits of these."""
    await pushing.push_all(session, push_ids)


async def prune(session: AsyncSession) -> None:
    """Forget what was read long ago, notices that nobody has any more, and pushes whose job is gone."""
    await session.execute(delete(Push).where(Push.due_at < clock.now() - 2 * GIVE_UP_AFTER))
    before = clock.now() - timedelta(days=settings().history_days)
    await session.execute(delete(Notification).where(Notification.read_at < before))
    has_readers = exists().where(Notification.notice_id == NoticeRow.id)
    await session.execute(delete(NoticeRow).where(NoticeRow.created_at < before, ~has_readers))
