"""The table of mails."""

from datetime import datetime
from typing import Literal
from uuid import uuid4

from sqlalchemy import CheckConstraint, DateTime, Identity, Index, String, func, text
from sqlalchemy.orm import Mapped, mapped_column

from guildhall.core import clock
from guildhall.core.database import Base
from guildhall.core.language import Language
from guildhall.core.settings import settings

Status = Literal["queued", "sent", "dead", "kept"]
"""On its way, delivered, given up (a dead letter), or kept in the mailbox of a laptop that sends nothing."""


def new_message_id() -> str:
    """A name that no other mail has, in the sender's domain; a mail keeps it however often it is tried."""
    return f"<{uuid4()}@{settings().mail_from.rpartition('@')[2]}>"


class Mail(Base):
    """One mail to one address, as it was written, and what became of it."""

    __tablename__ = "mails"
    __table_args__ = (
        CheckConstraint("status IN ('queued', 'sent', 'dead', 'kept')", name="mails_status_is_known"),
        CheckConstraint("language IN ('sv', 'en')", name="mails_language_is_known"),
        Index("mails_status_idx", "status", "id"),
        Index("mails_to_idx", text('lower("to")'), "id"),
        Index("mails_created_at_idx", "created_at"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    to: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())
    message_id: Mapped[str] = mapped_column(unique=True, default=new_message_id)
    template: Mapped[str] = mapped_column(default="")
    language: Mapped[Language | None] = mapped_column(String(2))
    status: Mapped[Status] = mapped_column(String(10), default="kept")
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    queued_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=clock.now)
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    unsubscribe: Mapped[str | None]
