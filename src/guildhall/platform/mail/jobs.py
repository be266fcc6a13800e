"""Later work of mail: delivering, trying again, giving up, forgetting."""

import random
from datetime import datetime, timedelta

import structlog
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.core.database import release
from guildhall.core.settings import settings
from guildhall.platform.jobs import TryAgain
from guildhall.platform.mail import composing, reading, smtp
from guildhall.platform.mail.models import Mail
from guildhall.platform.mail.smtp import Envelope, Later, Undeliverable

log = structlog.get_logger(__name__)

WAITS = tuple(timedelta(seconds=seconds) for seconds in (10, 30, 120, 600, 1800, 3600))
"""After the first failed attempt, the second and so on; the last for all that follow."""


async def deliver(session: AsyncSession, mail_id: int) -> None:
    """Hand a mail over to the relay, unless that is done already; tries again until it is too old."""
    mail = await session.get(Mail, mail_id)
    if mail is None or mail.status != "queued":
        return
    attempts, queued_at = mail.attempts + 1, mail.queued_at
    try:
        await _hand_over(session, mail)
    except Undeliverable as reason:
        await _bury(session, mail_id, attempts, str(reason))
    except Later as reason:
        await _put_off(session, mail_id, attempts, queued_at, str(reason))
    else:
        await _mark(session, mail_id, status="sent", attempts=attempts, error=None, sent_at=clock.now())


async def _hand_over(session: AsyncSession, mail: Mail) -> None:
    relay = settings().relay
    if relay is None:
        raise Later("no relay is set (GUILDHALL_SMTP_URL)")
    envelope = _composed(mail)
    await release(session)  # a relay may take its time, and connections to the database are few
    await smtp.send(relay, envelope)


def _composed(mail: Mail) -> Envelope:
    try:
        return composing.compose(mail)
    except ValueError as error:  # a header that cannot be written will not be written tomorrow either
        raise Undeliverable(str(error)) from error


async def _put_off(session: AsyncSession, mail_id: int, attempts: int, queued_at: datetime, reason: str) -> None:
    left = queued_at + timedelta(hours=settings().mail_give_up_hours) - clock.now()
    if left <= timedelta(0):
        await _bury(session, mail_id, attempts, reason)
        return
    await _mark(session, mail_id, attempts=attempts, error=reason)
    raise TryAgain(min(wait(attempts), left), "the relay has not taken the mail")


def wait(attempts: int) -> timedelta:
    """How long to wait after so many attempts; not all for the same time, lest they come back all at once."""
    return WAITS[min(attempts, len(WAITS)) - 1] * random.uniform(0.8, 1.2)  # noqa: S311 - nothing secret


async def _bury(session: AsyncSession, mail_id: int, attempts: int, reason: str) -> None:
    log.warning("a mail is a dead letter", mail_id=mail_id)  # the reason has the address in it
    await _mark(session, mail_id, status="dead", attempts=attempts, error=reason)


async def _mark(session: AsyncSession, mail_id: int, **columns: object) -> None:
    await session.execute(update(Mail).where(Mail.id == mail_id, Mail.status == "queued").values(**columns))


async def prune(session: AsyncSession) -> None:
    """Forget old mails."""
    await reading.prune(session, settings().history_days)


async def bury_stranded(session: AsyncSession) -> None:
    """Make dead letters of mails whose job is gone."""
    await reading.bury_stranded(session)
