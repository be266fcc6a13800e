"""Sessions, and attempts that are counted."""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Identity, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from guildhall.core import clock
from guildhall.core.database import Base


class RefreshSession(Base):
    """One device that is signed in."""

    __tablename__ = "refresh_sessions"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    device: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=clock.now)
    last_used_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)


class Attempt(Base):
    """How often something was tried for an account lately, whether the account exists or not."""

    __tablename__ = "attempts"

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    account: Mapped[str] = mapped_column(String(320), primary_key=True)
    count: Mapped[int]
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
