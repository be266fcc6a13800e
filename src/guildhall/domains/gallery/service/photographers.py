"""Who takes the pictures of an album, and what that lets them do; and who does not want to be on them."""

from sqlalchemy import ColumnElement, SQLColumnExpression, exists, func, select
from sqlalchemy import delete as delete_rows
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.access import Actor
from guildhall.core.database import flush
from guildhall.domains.gallery.errors import (
    AlbumNotFound,
    AlreadyPhotographer,
    NotAPhotographer,
    NotPhotographer,
    NotYourAlbum,
)
from guildhall.domains.gallery.models import Album, AlbumPhotographer
from guildhall.domains.gallery.schemas import AlbumPhotographerAdd, PhotoConsentsRead
from guildhall.domains.gallery.service import albums
from guildhall.shared.users import service as users
from guildhall.shared.users.errors import UserNotFound
from guildhall.shared.users.models import User
from guildhall.shared.users.schemas import SimpleUserRead


async def add(session: AsyncSession, wish: AlbumPhotographerAdd) -> None:
    """Let a user be a photographer of an album. Raises AlbumNotFound, UserNotFound, AlreadyPhotographer."""
    await albums.get(session, wish.album_id)
    await users.get(session, wish.user_id)
    session.add(AlbumPhotographer(user_id=wish.user_id, album_id=wish.album_id))
    violations = {
        "album_photographers_pkey": AlreadyPhotographer,
        "album_photographers_user_id_fkey": UserNotFound,
        "album_photographers_album_id_fkey": AlbumNotFound,
    }
    await flush(session, violations)


async def remove(session: AsyncSession, wish: AlbumPhotographerAdd) -> None:
    """Let them be one no more; pictures still credit them. Raises AlbumNotFound, UserNotFound, NotPhotographer."""
    await albums.get(session, wish.album_id)
    await users.get(session, wish.user_id)
    gone = delete_rows(AlbumPhotographer).where(
        AlbumPhotographer.album_id == wish.album_id, AlbumPhotographer.user_id == wish.user_id
    )
    if await session.scalar(gone.returning(AlbumPhotographer.user_id)) is None:
        raise NotPhotographer


def takes(user_id: int, album_id: SQLColumnExpression[int] | int) -> ColumnElement[bool]:
    """The condition that a user is a photographer of an album."""
    return exists().where(AlbumPhotographer.user_id == user_id, AlbumPhotographer.album_id == album_id)


async def is_trusted(session: AsyncSession, actor: Actor, album_id: int) -> bool:
    """Whether somebody fills this album: a keeper, or a member who is one of its photographers.

    Raises AlbumNotFound.
    """
    takes_it = await session.scalar(select(takes(actor.id, Album.id)).where(Album.id == album_id))
    if takes_it is None:
        raise AlbumNotFound
    return fills(actor, takes_it=takes_it)


def fills(actor: Actor, *, takes_it: bool) -> bool:
    """Whether somebody fills an album, of which they are a photographer or not."""
    return actor.may("manage", "Gallery") or (takes_it and actor.is_member)


async def is_still_trusted(session: AsyncSession, actor: Actor | None, album_id: int) -> bool:
    """Whether somebody who follows an album may go on; not when it is gone."""
    try:
        return actor is not None and actor.is_verified and await is_trusted(session, actor, album_id)
    except AlbumNotFound:
        return False


async def refuse_others(session: AsyncSession, actor: Actor, album_id: int) -> None:
    """Raises AlbumNotFound, and NotYourAlbum for those who do not fill this album."""
    if not await is_trusted(session, actor, album_id):
        raise NotYourAlbum


async def refusals_of_consent(
    session: AsyncSession, actor: Actor, *, name: str | None, limit: int, offset: int
) -> PhotoConsentsRead:
    """Members who do not want to be photographed, by last name; for photographers of any album and keepers.

    Raises NotAPhotographer.
    """
    takes_any = select(exists().where(AlbumPhotographer.user_id == actor.id))
    if not (actor.may("manage", "Gallery") or (actor.is_member and await session.scalar(takes_any))):
        raise NotAPhotographer
    refusing: list[ColumnElement[bool]] = [User.is_member.is_(True), User.photo_consent.is_(False)]
    if name and name.strip():
        refusing.append(users.named(name))
    columns = select(User.id, User.first_name, User.last_name).where(*refusing)
    rows = await session.execute(columns.order_by(User.sort_key, User.id).limit(limit).offset(offset))
    total = await session.scalar(select(func.count()).select_from(User).where(*refusing))
    return PhotoConsentsRead(total=total or 0, members=[SimpleUserRead.model_validate(row) for row in rows])
