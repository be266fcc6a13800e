"""Songs and their categories."""

from sqlalchemy import Computed, ForeignKey, Identity, Index, String, Text, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from guildhall.core.database import Base
from guildhall.core.language import folded, swedish_order
from guildhall.core.searching import weighed

_TITLE = text("title")
_HEADING = weighed("title", "A").concat(weighed("coalesce(melody, '')", "B"))
_ALL = _HEADING.concat(weighed("coalesce(author, '')", "C")).concat(weighed("content", "D"))


class SongCategory(Base):
    """A kind of songs."""

    __tablename__ = "song_categories"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)


class Song(Base):
    """A song of the song book."""

    __tablename__ = "songs"
    __table_args__ = (
        Index("songs_order_idx", "sort_key", "id"),
        Index("songs_search_idx", "search", postgresql_using="gin"),
        Index("songs_title_idx", "title_key", postgresql_using="gin", postgresql_ops={"title_key": "gin_trgm_ops"}),
    )
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012 - what is generated is read by nobody

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    title: Mapped[str] = mapped_column(String(200), unique=True)
    author: Mapped[str | None] = mapped_column(String(200))
    melody: Mapped[str | None] = mapped_column(String(200))
    content: Mapped[str] = mapped_column(String(5000))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("song_categories.id", ondelete="SET NULL"), index=True)
    views: Mapped[int] = mapped_column(server_default="0", default=0)
    sort_key: Mapped[str] = mapped_column(
        Text(collation="C"), Computed(swedish_order(_TITLE), persisted=True), deferred=True
    )
    title_key: Mapped[str] = mapped_column(Text, Computed(folded(_TITLE), persisted=True), deferred=True)
    heading: Mapped[str] = mapped_column(TSVECTOR, Computed(_HEADING, persisted=True), deferred=True)
    search: Mapped[str] = mapped_column(TSVECTOR, Computed(_ALL, persisted=True), deferred=True)
