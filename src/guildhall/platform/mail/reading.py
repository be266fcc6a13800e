"""The mails as an operator sees them, and what an operator does about dead letters."""

from collections.abc import Sequence
from datetime import timedelta
from typing import get_args

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from guildhall.core import clock
from guildhall.platform import jobs
from guildhall.platform.jobs.queue import Wish
from guildhall.platform.mail.errors import MailNotDead, MailNotFound
from guildhall.platform.mail.models import Mail, Status
from guildhall.platform.mail.service import DELIVER_BULK, enqueue, line

_AGAIN = {"status": "queued", "attempts": 0, "error": None}
# Somebody cancelled the job, or it killed one worker after the other: without one a mail would wait for ever.
_STRANDED = text("""
UPDATE mails SET status = 'dead', error = 'the job that was to deliver it is gone'
WHERE status = 'queued' AND id NOT IN (
    SELECT (args ->> 'mail_id')::int FROM procrastinate_jobs
    WHERE task_name IN ('mail.deliver', 'mail.deliver_bulk') AND status IN ('todo', 'doing'))
""")


async def mailbox(session: AsyncSession, to: str | None = None, limit: int = 200) -> Sequence[Mail]:
    """The mails written, newest first; those to one address (whatever its case) with `to`."""
    statement = select(Mail).order_by(Mail.id.desc()).limit(limit)
    if to:
        statement = statement.where(func.lower(Mail.to) == func.lower(to))
    return (await session.scalars(statement)).all()


async def listed(
    session: AsyncSession, *, status: Status | None, to: str | None, limit: int, offset: int
) -> Sequence[Mail]:
    """Mails without what they say, the newest first; of one status and to one address where they are named."""
    without_bodies = (defer(Mail.text, raiseload=True), defer(Mail.html, raiseload=True))
    statement = select(Mail).options(*without_bodies).order_by(Mail.id.desc()).limit(limit).offset(offset)
    if status:
        statement = statement.where(Mail.status == status)
    if to:
        statement = statement.where(func.lower(Mail.to) == func.lower(to))
    return (await session.scalars(statement)).all()


async def counts(session: AsyncSession) -> dict[Status, int]:
    """How many mails there are of each status."""
    rows = await session.execute(select(Mail.status, func.count()).group_by(Mail.status))
    found: dict[Status, int] = {row[0]: row[1] for row in rows}
    none: dict[Status, int] = dict.fromkeys(get_args(Status), 0)
    return none | found


async def resend(session: AsyncSession, mail_id: int) -> Mail:
    """Let a dead letter be tried again, for as long as a new one. Raises MailNotFound, MailNotDead."""
    mail = await session.get(Mail, mail_id, with_for_update=True)
    if mail is None:
        raise MailNotFound
    if mail.status != "dead":
        raise MailNotDead
    mail.status, mail.attempts, mail.error, mail.queued_at = "queued", 0, None, clock.now()
    await session.flush()
    await enqueue(session, mail)
    return mail


async def resend_all(session: AsyncSession) -> int:
    """Let every dead letter be tried again, in the order of writing; how many there are."""
    again = update(Mail).where(Mail.status == "dead").values(**_AGAIN, queued_at=clock.now())
    rows = (await session.execute(again.returning(Mail.id, Mail.to))).all()
    wishes = [Wish({"mail_id": row.id}, line(row.to)) for row in sorted(rows, key=lambda row: row.id)]
    await jobs.enqueue_many(session, DELIVER_BULK, wishes)
    return len(rows)


async def bury_stranded(session: AsyncSession) -> None:
    """Make mails that wait without a job dead letters, so that somebody sees them."""
    await session.execute(_STRANDED)


async def prune(session: AsyncSession, days: int) -> None:
    """Forget mails that were written more than so many days ago, whatever became of them."""
    old = Mail.created_at < clock.now() - timedelta(days=days)
    await session.execute(delete(Mail).where(old, Mail.status != "queued"))
