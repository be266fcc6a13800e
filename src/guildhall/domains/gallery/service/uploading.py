"""Putting pictures into albums, and taking them out."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.access import Actor
from guildhall.core.database import flush
from guildhall.core.scratch import Received
from guildhall.domains.gallery.errors import AlbumNotFound, NotPhotographer, PictureIsThere
from guildhall.domains.gallery.models import Album, AlbumPicture
from guildhall.domains.gallery.rules import file_name_of
from guildhall.domains.gallery.service import progress
from guildhall.domains.gallery.service.photographers import refuse_others, takes
from guildhall.platform.storage import StoredFile
from guildhall.shared.pictures.errors import PictureNotFound
from guildhall.shared.pictures.models import Picture
from guildhall.shared.pictures.service import intake


async def add(
    session: AsyncSession,
    actor: Actor,
    album_id: int,
    file: Received,
    file_name: str | None,
    photographer_id: int | None = None,
) -> AlbumPicture:
    """Put a picture into an album; nothing may have been written before.

    It credits `photographer_id`, or the actor; either only if they are a photographer of the album.

    Raises AlbumNotFound, NotYourAlbum, NotPhotographer, FileHasNoName, FileNameTooLong, WrongExtension,
    PictureIsThere, and what taking in a picture raises.
    """
    await refuse_others(session, actor, album_id)
    credited = await credit(session, actor, album_id, photographer_id)
    name = file_name_of(file_name)

    async def refuse(sha256: bytes) -> None:
        await _refuse_duplicate(session, album_id, sha256)

    is_watermarked = bool(await session.scalar(select(Album.watermarked).where(Album.id == album_id)))
    picture = await intake.take_in(session, file, watermarked=is_watermarked, refuse=refuse)
    return await _place(session, actor, album_id, picture, name, credited)


async def credit(session: AsyncSession, actor: Actor, album_id: int, photographer_id: int | None) -> int | None:
    """Whom a picture of the actor credits. Raises NotPhotographer for somebody named who is none of the album."""
    wanted = actor.id if photographer_id is None else photographer_id
    if await session.scalar(select(takes(wanted, album_id))):
        return wanted
    if photographer_id is not None:
        raise NotPhotographer
    return None


async def _place(
    session: AsyncSession, actor: Actor, album_id: int, picture: Picture, name: str, credited: int | None
) -> AlbumPicture:
    original = await session.get_one(StoredFile, picture.original_id)
    # Once more: who put the same bytes there at the same time is done now, because the store let us in one by one.
    await _refuse_duplicate(session, album_id, original.sha256)
    placed = AlbumPicture(
        album_id=album_id,
        picture_id=picture.id,
        sha256=original.sha256,
        file_name=name,
        uploaded_by=actor.id,
        photographer_id=credited,
    )
    session.add(placed)
    violations = {"album_pictures_album_id_sha256_key": PictureIsThere, "album_pictures_album_id_fkey": AlbumNotFound}
    await flush(session, violations)
    await progress.tell_of_new(session, picture.id)
    return placed


async def _refuse_duplicate(session: AsyncSession, album_id: int, sha256: bytes) -> None:
    same = select(AlbumPicture.id).where(AlbumPicture.album_id == album_id, AlbumPicture.sha256 == sha256)
    if (image_id := await session.scalar(same)) is not None:
        raise PictureIsThere(image_id)


async def remove(session: AsyncSession, image_id: int) -> None:
    """Take a picture out of its album, and let it go. Raises PictureNotFound."""
    placed = await session.get(AlbumPicture, image_id, with_for_update=True)
    if placed is None:
        raise PictureNotFound
    await session.delete(placed)
    await session.flush()
    await intake.remove(session, [placed.picture_id])
