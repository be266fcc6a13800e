"""The table of tags."""

from sqlalchemy import Identity, String
from sqlalchemy.orm import Mapped, mapped_column

from guildhall.core.database import Base


class Tag(Base):
    """A word that things are found by."""

    __tablename__ = "tags"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(String(25), unique=True)
