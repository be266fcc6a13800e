"""Fanning a notice out: what is to be pushed and mailed, written in a few statements however many were told."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

import structlog
from sqlalchemy import DateTime, FromClause, Time, and_, column, func, insert, literal, select, values
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.core.manifest import NoticeKind, notice_kinds
from guildhall.platform import jobs, push
from guildhall.platform.jobs.queue import Wish
from guildhall.platform.mail import service as mail
from guildhall.platform.mail.service import Recipient
from guildhall.shared.auth.models import RefreshSession
from guildhall.shared.notifications.models import NoticeRow, Notification, Push, PushDevice, QuietHours
from guildhall.shared.notifications.rules import quiet_until
from guildhall.shared.notifications.service import unsubscribing
from guildhall.shared.notifications.service.wanting import wants
from guildhall.shared.users.models import User

log = structlog.get_logger(__name__)

CHUNK = 50  # pushes of a job
TEMPLATE = "shared/notifications/mails/notice.txt"


async def fan_out(session: AsyncSession, notice_id: int) -> None:
    """Write the pushes and mails of a notice, once: it is marked in the same transaction."""
    waiting = select(NoticeRow).where(NoticeRow.id == notice_id, NoticeRow.fanned_out_at.is_(None))
    notice = await session.scalar(waiting.with_for_update())
    if notice is None:
        return
    kind = notice_kinds.get(notice.kind)
    if kind is None:  # no domain declares it any more, so that nobody can want it
        log.warning("a notice was told to nobody: its kind is gone", kind=notice.kind)
    else:
        await push.vapid_key(session)  # made here, where something may be written; the jobs that push only read it
        await _push(session, notice_id, kind)
        await _mail(session, notice, kind)
    notice.fanned_out_at = clock.now()


async def _push(session: AsyncSession, notice_id: int, kind: NoticeKind) -> None:
    now = clock.now()
    quiet = await _quiet(session, now)
    due = func.coalesce(quiet.c.due, now) if quiet is not None else literal(now, DateTime(timezone=True))
    devices = _told(select(Notification.id, PushDevice.id, due), notice_id)
    devices = devices.join(PushDevice, PushDevice.user_id == User.id).where(wants(kind, "push"))
    devices = devices.join(RefreshSession, RefreshSession.id == PushDevice.session_id)
    devices = devices.where(RefreshSession.expires_at > now)
    if quiet is not None:
        devices = devices.outerjoin(QuietHours, QuietHours.user_id == User.id)
        devices = devices.outerjoin(quiet, and_(quiet.c.starts == QuietHours.starts, quiet.c.ends == QuietHours.ends))
    # Held, so that none is removed between being found and being written down.
    held = devices.with_for_update(read=True, key_share=True, of=[Notification, PushDevice])
    written = insert(Push).from_select(["notification_id", "device_id", "due_at"], held)
    waits = [(push_id, at) for push_id, at in await session.execute(written.returning(Push.id, Push.due_at))]
    await jobs.enqueue_many(session, "notifications.push", list(_chunks(now, waits)))


def _told(statement: Any, notice_id: int) -> Any:
    joined = statement.join_from(Notification, User, User.id == Notification.user_id)
    is_unread = Notification.notice_id == notice_id, Notification.read_at.is_(None)
    return joined.where(*is_unread, User.is_active, User.want_notifications)


async def _quiet(session: AsyncSession, now: datetime) -> FromClause | None:
    """The quiet hours that it is now, as members have them, with when they are over; None where it is none."""
    known = await session.execute(select(QuietHours.starts, QuietHours.ends).distinct())
    ends = [(starts, ends, until) for starts, ends in known if (until := quiet_until(now, starts, ends))]
    columns = column("starts", Time), column("ends", Time), column("due", DateTime(timezone=True))
    return values(*columns, name="quiet").data(ends) if ends else None


def _chunks(now: datetime, pushes: Iterable[tuple[int, datetime]]) -> Iterator[Wish]:
    by_moment = sorted(pushes, key=lambda one: (one[1], one[0]))
    for moment, group in groupby(by_moment, key=lambda one: one[1]):
        ids = [push_id for push_id, _ in group]
        for start in range(0, len(ids), CHUNK):
            yield Wish({"push_ids": ids[start : start + CHUNK]}, at=moment if moment > now else None)


async def _mail(session: AsyncSession, notice: NoticeRow, kind: NoticeKind) -> None:
    people = _told(select(User.id, User.email, User.language), notice.id)
    rows = await session.execute(people.where(User.is_verified, wants(kind, "mail")).order_by(User.id))
    recipients = [Recipient(row.email, row.language, unsubscribing.address(row.id, kind.name)) for row in rows.all()]
    facts = ("title_sv", "title_en", "body_sv", "body_en", "link")
    await mail.write_many(session, recipients, TEMPLATE, **{fact: getattr(notice, fact) for fact in facts})
