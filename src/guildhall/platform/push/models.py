"""The table with the one key."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, SmallInteger, func
from sqlalchemy.orm import Mapped, mapped_column

from guildhall.core.database import Base


class VapidKeyRow(Base):
    """The private key that browsers know this guild by; there is one, for ever."""

    __tablename__ = "vapid_keys"
    __table_args__ = (CheckConstraint("id = 1", name="vapid_key_is_one"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False, server_default="1")
    private_key: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())
