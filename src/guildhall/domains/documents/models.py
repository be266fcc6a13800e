"""Documents."""

from datetime import datetime

from sqlalchemy import (
    Computed,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    String,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from guildhall.core.database import Base
from guildhall.core.language import folded, swedish_order
from guildhall.core.searching import weighed

_TITLE, _CATEGORY = text("title"), text("category")


_HEADING = weighed("title", "A").concat(weighed("category", "B"))
_ALL = _HEADING.concat(weighed("text", "D"))


class Document(Base):
    """A PDF of the guild's."""

    __tablename__ = "documents"
    __table_args__ = (
        Index("documents_order_idx", "category_key", text("created_at DESC"), text("id DESC")),
        Index("documents_search_idx", "search", postgresql_using="gin"),
        Index("documents_title_idx", "title_key", postgresql_using="gin", postgresql_ops={"title_key": "gin_trgm_ops"}),
    )
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012 - what is generated is large, and read by nobody

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    file_name: Mapped[str] = mapped_column(String(300), unique=True)
    category: Mapped[str] = mapped_column(String(100))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    is_private: Mapped[bool]
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"), index=True)
    pages: Mapped[int]
    text: Mapped[str] = mapped_column(Text, deferred=True)
    title_key: Mapped[str] = mapped_column(Text, Computed(folded(_TITLE), persisted=True), deferred=True)
    category_key: Mapped[str] = mapped_column(
        Text(collation="C"), Computed(swedish_order(_CATEGORY), persisted=True), deferred=True
    )
    # What is found is ranked by its heading alone: to look into the words of thousands of texts takes a second.
    heading: Mapped[str] = mapped_column(TSVECTOR, Computed(_HEADING, persisted=True), deferred=True)
    search: Mapped[str] = mapped_column(TSVECTOR, Computed(_ALL, persisted=True), deferred=True)
