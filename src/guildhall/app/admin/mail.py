"""Paths of mail for administrators. Nobody reads here what a mail says: it may hold somebody else's link."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query

from guildhall.core.access import may
from guildhall.core.database import Session
from guildhall.core.paging import Limit, Offset
from guildhall.core.routing import Router
from guildhall.core.types import Id, Note320, Wire
from guildhall.platform.mail import reading
from guildhall.platform.mail.models import Status

router = Router(prefix="/admin/mail", tags=["admin mail"], dependencies=[Depends(may("super", "User"))])


class AdminMailRead(Wire):
    """A mail without what it says; `error` is why it was not delivered when it was last tried."""

    id: int
    to: str
    subject: str
    template: str
    language: str | None
    status: Status
    attempts: int
    error: str | None
    created_at: datetime
    sent_at: datetime | None
    message_id: str


class MailSummaryRead(Wire):
    """How many mails of each status there are."""

    queued: int
    sent: int
    dead: int
    kept: int


class ResentRead(Wire):
    """How many dead letters are on their way again."""

    resent: int


@router.get("")
async def get_mails(
    db: Session,
    status: Annotated[Status | None, Query(description="`queued`, `sent`, `dead`, `kept` (on a laptop).")] = None,
    to: Annotated[Note320 | None, Query(description="Of this address only, whatever its case.")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> list[AdminMailRead]:
    """What was mailed, newest first, and what became of it."""
    found = await reading.listed(db, status=status, to=to, limit=limit, offset=offset)
    return [AdminMailRead.model_validate(mail) for mail in found]


@router.get("/summary")
async def get_mail_summary(db: Session) -> MailSummaryRead:
    """How many mails there are of each status."""
    return MailSummaryRead.model_validate(await reading.counts(db))


@router.post("/resend")
async def resend_dead_mails(db: Session) -> ResentRead:
    """Try every dead letter again."""
    return ResentRead(resent=await reading.resend_all(db))


@router.post("/{mail_id}/resend")
async def resend_mail(db: Session, mail_id: Id) -> AdminMailRead:
    """Try a dead letter again, for as long as a new mail."""
    return AdminMailRead.model_validate(await reading.resend(db, mail_id))
