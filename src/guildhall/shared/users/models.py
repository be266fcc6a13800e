"""The table of users."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Computed,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    String,
    Text,
    event,
    false,
    func,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import DDL
from sqlalchemy.sql.functions import Function

from guildhall.core import clock
from guildhall.core.database import Base
from guildhall.core.language import Language, folded, swedish_order
from guildhall.shared.pictures.models import Picture

_FIRST, _LAST = text("first_name"), text("last_name")


def _line(one: Function[str], other: Function[str]) -> ColumnElement[str]:
    """Two texts, each between line feeds."""
    return func.chr(10).concat(one).concat(func.chr(10)).concat(other).concat(func.chr(10))


class User(Base):
    """A person with an account."""

    __tablename__ = "users"
    __table_args__ = (
        Index("users_email_key", text("lower(email)"), unique=True),
        Index("users_member_stil_id_key", "stil_id", unique=True, postgresql_where=text("is_member")),
        Index("users_name_idx", "name_key", postgresql_using="gin", postgresql_ops={"name_key": "gin_trgm_ops"}),
        Index("users_sort_idx", "sort_key", "id"),
        CheckConstraint("program IN ('Oklart', 'F', 'Pi', 'N')", name="users_program_is_known"),
        CheckConstraint("language IN ('sv', 'en')", name="users_language_is_known"),
        CheckConstraint("stil_id ~ '^[a-z]{2}[0-9]{4}[a-z]{2}-s$'", name="users_stil_id_has_its_form"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    email: Mapped[str] = mapped_column(String(320))
    hashed_password: Mapped[str] = mapped_column(String(1024))
    is_active: Mapped[bool] = mapped_column(server_default=true(), default=True)
    is_verified: Mapped[bool] = mapped_column(server_default=false(), default=False)
    is_superuser: Mapped[bool] = mapped_column(server_default=false(), default=False)
    is_member: Mapped[bool] = mapped_column(server_default=false(), default=False)
    first_name: Mapped[str] = mapped_column(String(100))
    last_name: Mapped[str] = mapped_column(String(100))
    telephone_number: Mapped[str] = mapped_column(String(64))
    stil_id: Mapped[str | None] = mapped_column(String(10))
    start_year: Mapped[int]
    program: Mapped[str] = mapped_column(String(10), server_default="Oklart", default="Oklart")
    language: Mapped[Language | None] = mapped_column(String(2))
    photo_consent: Mapped[bool | None]  # to be photographed and shown; null when they have not said
    standard_food_preferences: Mapped[list[str]] = mapped_column(ARRAY(String), server_default="{}", default=list)
    other_food_preferences: Mapped[str | None] = mapped_column(String(1000), server_default="", default="")
    moose_game_name: Mapped[str] = mapped_column(String(100), server_default="", default="")
    moose_game_score: Mapped[int] = mapped_column(server_default="0", default=0)
    want_notifications: Mapped[bool] = mapped_column(server_default=true(), default=True)
    account_created: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=clock.now)
    picture_id: Mapped[int | None] = mapped_column(ForeignKey(Picture.id), index=True, unique=True)
    # One trigram index finds parts of names, and whole names by the line feeds around them.
    name_key: Mapped[str] = mapped_column(
        Text, Computed(_line(folded(_FIRST), folded(_LAST)), persisted=True), deferred=True
    )
    sort_key: Mapped[str] = mapped_column(
        Text(collation="C"), Computed(_line(swedish_order(_LAST), swedish_order(_FIRST)), persisted=True), deferred=True
    )


event.listen(Base.metadata, "before_create", DDL("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
