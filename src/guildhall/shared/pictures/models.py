"""The tables of pictures."""

from datetime import datetime
from typing import Literal

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Identity, Index, String, false, func
from sqlalchemy.orm import Mapped, mapped_column

from guildhall.core.database import Base
from guildhall.platform.storage.models import StoredFile

State = Literal["new", "ready", "broken"]
"""Taken in; with every rendition; or one that could not be rendered after all."""
Size = Literal["small", "medium", "large", "original"]
Format = Literal["jpeg", "png", "webp", "gif"]


class Picture(Base):
    """A picture, whoever owns it; width and height as one sees it, upright."""

    __tablename__ = "pictures"
    __table_args__ = (
        CheckConstraint("state IN ('new', 'ready', 'broken')", name="pictures_state_is_known"),
        CheckConstraint("width > 0 AND height > 0", name="pictures_have_an_area"),
        Index("pictures_original_id_idx", "original_id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    original_id: Mapped[int] = mapped_column(ForeignKey(StoredFile.id))
    width: Mapped[int]
    height: Mapped[int]
    thumbhash: Mapped[str] = mapped_column(String(60))
    watermarked: Mapped[bool] = mapped_column(server_default=false(), default=False)
    state: Mapped[State] = mapped_column(String(10), server_default="new", default="new")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())


class Rendition(Base):
    """A picture in one size and one format."""

    __tablename__ = "picture_renditions"
    __table_args__ = (
        CheckConstraint("size IN ('small', 'medium', 'large', 'original')", name="picture_renditions_size_is_known"),
        CheckConstraint("format IN ('jpeg', 'png', 'webp', 'gif')", name="picture_renditions_format_is_known"),
        Index("picture_renditions_file_id_idx", "file_id"),
    )

    picture_id: Mapped[int] = mapped_column(ForeignKey(Picture.id, ondelete="CASCADE"), primary_key=True)
    size: Mapped[Size] = mapped_column(String(10), primary_key=True)
    format: Mapped[Format] = mapped_column(String(4), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey(StoredFile.id))
    width: Mapped[int]
    height: Mapped[int]
