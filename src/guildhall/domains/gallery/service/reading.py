"""Albums and their pictures as the wire shows them; columns, in a number of statements that does not grow."""

from typing import Any

from sqlalchemy import RowMapping, Select, func, select, true
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.access import Actor
from guildhall.domains.gallery.errors import AlbumNotFound
from guildhall.domains.gallery.models import Album, AlbumPhotographer, AlbumPicture
from guildhall.domains.gallery.schemas import AlbumPictureRead, AlbumPicturesRead, AlbumRead
from guildhall.domains.gallery.service import photographers
from guildhall.shared.pictures.models import Picture
from guildhall.shared.users.models import User

_is_shown = AlbumPicture.visibility == "shown"
_user = func.jsonb_build_object("id", User.id, "first_name", User.first_name, "last_name", User.last_name)
_credits = (
    select(
        AlbumPhotographer.album_id,
        func.jsonb_agg(
            aggregate_order_by(func.jsonb_build_object("user", _user), User.sort_key, User.id), type_=JSONB
        ).label("photographer"),
    )
    .join(User, User.id == AlbumPhotographer.user_id)
    .group_by(AlbumPhotographer.album_id)
    .subquery()
)
_shown = (
    select(
        AlbumPicture.album_id,
        func.count().label("picture_count"),
        func.coalesce(func.min(AlbumPicture.id).filter(AlbumPicture.is_cover), func.min(AlbumPicture.id)).label(
            "cover_id"
        ),
    )
    .where(_is_shown)
    .group_by(AlbumPicture.album_id)
    .subquery()
)
_albums: Select[*tuple[Any, ...]] = (
    select(
        *(column for column in Album.__table__.c if column.name != "folder"),
        _credits.c.photographer,
        _shown.c.cover_id,
        func.coalesce(_shown.c.picture_count, 0).label("picture_count"),
    )
    .outerjoin(_credits, _credits.c.album_id == Album.id)
    .outerjoin(_shown, _shown.c.album_id == Album.id)
)


def _album(row: RowMapping) -> AlbumRead:
    return AlbumRead.model_validate(dict(row) | {"photographer": row["photographer"] or []})


async def all_albums(session: AsyncSession) -> list[AlbumRead]:
    """Every album, the newest year first, and the newest of a year."""
    rows = await session.execute(_albums.order_by(Album.year.desc(), Album.date.desc(), Album.id))
    return [_album(row) for row in rows.mappings()]


async def album(session: AsyncSession, album_id: int) -> AlbumRead:
    """The album. Raises AlbumNotFound."""
    row = (await session.execute(_albums.where(Album.id == album_id))).mappings().first()
    if row is None:
        raise AlbumNotFound
    return _album(row)


async def pictures(session: AsyncSession, actor: Actor, album_id: int, *, limit: int, offset: int) -> AlbumPicturesRead:
    """The pictures of an album that the actor sees, in the order they came. Raises AlbumNotFound."""
    both = select(func.count().label("every"), func.count().filter(_is_shown).label("shown"))
    counted = both.where(AlbumPicture.album_id == album_id).subquery()
    takes_it = photographers.takes(actor.id, album_id)
    of_album = select(takes_it.label("takes_it"), *counted.c).join(Album, Album.id == album_id)
    found: Any = (await session.execute(of_album)).first()
    if found is None:
        raise AlbumNotFound
    fills = photographers.fills(actor, takes_it=found.takes_it)
    seen = _pictures.where(AlbumPicture.album_id == album_id, true() if fills else _is_shown)
    rows = await session.execute(seen.limit(limit).offset(offset))
    return AlbumPicturesRead(
        total=found.every if fills else found.shown, pictures=[_picture(row) for row in rows.mappings()]
    )


_pictures: Select[*tuple[Any, ...]] = (
    select(
        AlbumPicture.id,
        AlbumPicture.file_name,
        (AlbumPicture.visibility != "shown").label("hidden"),
        Picture.width,
        Picture.height,
        Picture.thumbhash,
        Picture.state,
        User.id.label("user_id"),
        User.first_name,
        User.last_name,
    )
    .join(Picture, Picture.id == AlbumPicture.picture_id)
    .outerjoin(User, User.id == AlbumPicture.photographer_id)
    .order_by(AlbumPicture.id)
)


def _picture(row: RowMapping) -> AlbumPictureRead:
    user = {"id": row["user_id"], "first_name": row["first_name"], "last_name": row["last_name"]}
    return AlbumPictureRead.model_validate(dict(row) | {"photographer": user if row["user_id"] else None})
