"""The table of mails."""

from datetime import datetime

from sqlalchemy import DateTime, Identity, func
from sqlalchemy.orm import Mapped, mapped_column

from guildhall.core.database import Base


class Mail(Base):
    """One mail to one address, as it was written."""

    __tablename__ = "mails"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    to: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())
