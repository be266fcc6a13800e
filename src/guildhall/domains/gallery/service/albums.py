"""Albums, and the years they stand under."""

from sqlalchemy import delete as delete_rows
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.database import flush, translated
from guildhall.core.patch import patch
from guildhall.domains.gallery.errors import (
    AlbumNotEmpty,
    AlbumNotFound,
    AlbumTaken,
    NotInTheAlbum,
    YearNotEmpty,
    YearNotFound,
)
from guildhall.domains.gallery.models import Album, AlbumPicture, AlbumYear
from guildhall.domains.gallery.rules import folder_of
from guildhall.domains.gallery.schemas import AlbumCreate, AlbumPatch

_TAKEN = {"albums_year_folder_key": AlbumTaken}


async def get(session: AsyncSession, album_id: int, *, for_update: bool = False) -> Album:
    """The album. Raises AlbumNotFound."""
    album = await session.get(Album, album_id, with_for_update=for_update)
    if album is None:
        raise AlbumNotFound
    return album


async def create(session: AsyncSession, wish: AlbumCreate) -> Album:
    """A new album. Raises TitleUnusable, AlbumTaken."""
    album = Album(**wish.model_dump(), folder=folder_of(wish.title_sv))
    year = insert(AlbumYear).values(year=wish.year)
    # Not DO NOTHING: the update holds the year until the album stands there.
    await session.execute(year.on_conflict_do_update(constraint="album_years_pkey", set_={"year": wish.year}))
    session.add(album)
    await flush(session, _TAKEN)
    return album


async def change(session: AsyncSession, album_id: int, wish: AlbumPatch) -> None:
    """Change what was sent. Raises AlbumNotFound, TitleUnusable, AlbumTaken, NotInTheAlbum."""
    album = await get(session, album_id, for_update=True)
    patch(album, wish)
    album.folder = folder_of(album.title_sv)
    await flush(session, _TAKEN)
    if "cover_id" in wish.model_fields_set:
        await _choose_cover(session, album_id, wish.cover_id)


async def _choose_cover(session: AsyncSession, album_id: int, cover_id: int | None) -> None:
    of_album = update(AlbumPicture).where(AlbumPicture.album_id == album_id)
    await session.execute(of_album.where(AlbumPicture.is_cover).values(is_cover=False))
    if cover_id is None:
        return
    chosen = of_album.where(AlbumPicture.id == cover_id).values(is_cover=True)
    if await session.scalar(chosen.returning(AlbumPicture.id)) is None:
        raise NotInTheAlbum


async def delete(session: AsyncSession, album_id: int) -> None:
    """Delete an album without pictures. Raises AlbumNotFound, AlbumNotEmpty."""
    await session.delete(await get(session, album_id, for_update=True))
    await flush(session, {"album_pictures_album_id_fkey": AlbumNotEmpty})


async def delete_year(session: AsyncSession, year: int) -> None:
    """Delete a year that no album stands under. Raises YearNotFound, YearNotEmpty."""
    gone = delete_rows(AlbumYear).where(AlbumYear.year == year).returning(AlbumYear.year)
    async with translated({"albums_year_fkey": YearNotEmpty}):
        if await session.scalar(gone) is None:
            raise YearNotFound
