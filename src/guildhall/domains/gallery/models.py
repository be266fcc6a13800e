"""The tables of the gallery."""

from datetime import datetime
from typing import Literal

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Identity, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from guildhall.core import clock
from guildhall.core.database import Base

Visibility = Literal["shown", "wished", "hidden"]
"""Seen by members; hidden because a wish waits for its decision; hidden because that was decided."""
Decision = Literal["hide", "show"]


class AlbumYear(Base):
    """A year that albums stand under, since its first one."""

    __tablename__ = "album_years"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class Album(Base):
    """Pictures of one occasion; `folder` is the Swedish title as the name of a folder."""

    __tablename__ = "albums"
    __table_args__ = (
        UniqueConstraint("year", "folder", name="albums_year_folder_key"),
        CheckConstraint("folder ~ '^[A-Za-z0-9_]+$'", name="albums_folder_has_its_form"),
        Index("albums_newest_idx", text("year DESC"), text("date DESC"), "id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    title_sv: Mapped[str] = mapped_column(String(300))
    title_en: Mapped[str] = mapped_column(String(300))
    desc_sv: Mapped[str] = mapped_column(String(2000))
    desc_en: Mapped[str] = mapped_column(String(2000))
    year: Mapped[int] = mapped_column(ForeignKey("album_years.year"))
    location: Mapped[str] = mapped_column(Text)
    date: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    folder: Mapped[str] = mapped_column(String(300))
    watermarked: Mapped[bool] = mapped_column(server_default=text("false"), default=False)  # its new pictures are


class AlbumPhotographer(Base):
    """A user takes the pictures of an album."""

    __tablename__ = "album_photographers"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    album_id: Mapped[int] = mapped_column(ForeignKey("albums.id", ondelete="CASCADE"), primary_key=True, index=True)


class AlbumPicture(Base):
    """A picture's place in an album; its id is the image's on the wire."""

    __tablename__ = "album_pictures"
    __table_args__ = (
        UniqueConstraint("album_id", "sha256", name="album_pictures_album_id_sha256_key"),
        CheckConstraint("visibility IN ('shown', 'wished', 'hidden')", name="album_pictures_visibility_is_known"),
        CheckConstraint("octet_length(sha256) = 32", name="album_pictures_sha256_has_its_length"),
        Index("album_pictures_in_order_idx", "album_id", "id"),
        Index("album_pictures_cover_idx", "album_id", unique=True, postgresql_where=text("is_cover")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    album_id: Mapped[int] = mapped_column(ForeignKey("albums.id"))
    picture_id: Mapped[int] = mapped_column(ForeignKey("pictures.id"), unique=True)
    sha256: Mapped[bytes]  # of the original as it came
    file_name: Mapped[str] = mapped_column(String(200))
    uploaded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    photographer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    is_cover: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    visibility: Mapped[Visibility] = mapped_column(String(10), server_default="shown", default="shown")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=clock.now)


class HideWish(Base):
    """A member wants a picture hidden; open until it is decided, also when the member has left."""

    __tablename__ = "album_hide_wishes"
    __table_args__ = (
        UniqueConstraint("album_picture_id", "user_id", name="album_hide_wishes_album_picture_id_user_id_key"),
        CheckConstraint("decision IN ('hide', 'show')", name="album_hide_wishes_decision_is_known"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="album_hide_wishes_decided_has_its_time"),
        Index("album_hide_wishes_open_idx", "id", postgresql_where=text("decision IS NULL")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    album_picture_id: Mapped[int] = mapped_column(ForeignKey("album_pictures.id", ondelete="CASCADE"))
    # Not CASCADE: without its wish the picture would stay hidden, and nobody would be asked.
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    reason: Mapped[str] = mapped_column(String(1000))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=clock.now)
    decision: Mapped[Decision | None] = mapped_column(String(4))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
