"""The table of councils."""

from sqlalchemy import Identity, String
from sqlalchemy.orm import Mapped, mapped_column

from guildhall.core.database import Base


class Council(Base):
    """A part of the guild."""

    __tablename__ = "councils"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name_sv: Mapped[str] = mapped_column(String(100), unique=True)
    name_en: Mapped[str] = mapped_column(String(100), unique=True)
    description_sv: Mapped[str | None] = mapped_column(String(3500))
    description_en: Mapped[str | None] = mapped_column(String(3500))
