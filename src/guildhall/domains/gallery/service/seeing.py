"""Statements that find pictures together with who looks at them, and what the finders may see."""

from typing import Any

from sqlalchemy import ARRAY, Integer, bindparam, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by, array

from guildhall.core.looking import Sight
from guildhall.domains.gallery.errors import NotYourAlbum
from guildhall.domains.gallery.models import AlbumPhotographer, AlbumPicture
from guildhall.shared.pictures.errors import PictureNotFound
from guildhall.shared.pictures.service.sights import AnySelect, with_rendition

_none = array([], type_=Integer)


def _ids(column: Any) -> Any:
    return func.coalesce(func.array_agg(aggregate_order_by(column, column), type_=ARRAY(Integer)), _none)


_photographers = select(_ids(AlbumPhotographer.user_id)).where(AlbumPhotographer.album_id == AlbumPicture.album_id)

PICTURE: AnySelect = with_rendition(
    select(
        AlbumPicture.id.label("shown_id"),
        AlbumPicture.visibility,
        _photographers.scalar_subquery().label("photographers"),
    ).where(AlbumPicture.id == bindparam("img_id", type_=Integer)),
    AlbumPicture.picture_id,
)
"""A picture of an album, its rendition, and the ids of the album's photographers. Parameter `img_id`."""

_album = bindparam("album_id", type_=Integer)
_of_album = AlbumPicture.album_id == _album
IMAGES: AnySelect = select(
    select(_ids(AlbumPicture.id)).where(_of_album, AlbumPicture.visibility == "shown").scalar_subquery().label("shown"),
    select(_ids(AlbumPicture.id)).where(_of_album).scalar_subquery().label("every"),
    select(_ids(AlbumPhotographer.user_id))
    .where(AlbumPhotographer.album_id == _album)
    .scalar_subquery()
    .label("photographers"),
)
"""The ids of an album's pictures: those that members see, and all; and its photographers. Parameter `album_id`."""


def _is_trusted(seen: Sight) -> bool:
    assert seen.actor
    return seen.actor.may("manage", "Gallery") or seen.actor.id in seen.row.photographers


def images(seen: Sight) -> list[int]:
    """What of `IMAGES` they see."""
    return seen.row.every if _is_trusted(seen) else seen.row.shown


def refuse_hidden(seen: Sight) -> None:
    """Raises PictureNotFound when `PICTURE` is not there, or not for them."""
    if seen.row is None or not (seen.row.visibility == "shown" or _is_trusted(seen)):
        raise PictureNotFound


def refuse_raw(seen: Sight) -> None:
    """Raises PictureNotFound, and NotYourAlbum for those who do not get the original as the camera wrote it."""
    refuse_hidden(seen)
    if not _is_trusted(seen):
        raise NotYourAlbum
