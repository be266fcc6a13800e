"""The feeds of members."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from guildhall.core import clock
from guildhall.core.database import Base
from guildhall.core.language import Language


class CalendarFeed(Base):
    """A member's own calendar can be read by whoever has the key."""

    __tablename__ = "calendar_feeds"
    __table_args__ = (CheckConstraint("language IN ('sv', 'en')", name="calendar_feeds_language_is_known"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    language: Mapped[Language] = mapped_column(String(2))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=clock.now)
    last_fetched_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
