"""Songs as they are read, in one statement however many."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import searching
from guildhall.core.database import AnyRow
from guildhall.domains.songs.errors import SongNotFound
from guildhall.domains.songs.models import Song, SongCategory
from guildhall.domains.songs.schemas import SongRead
from guildhall.domains.songs.service.views import Views

_by_title = (Song.sort_key, Song.id)
_songs: Select[*tuple[Any, ...]] = select(
    Song.id, Song.title, Song.author, Song.melody, Song.content, Song.views, Song.category_id, SongCategory.name
).outerjoin(SongCategory, SongCategory.id == Song.category_id)
_shelf = searching.Shelf(Song.id, Song.heading, Song.search, Song.title_key, _by_title)


async def all_songs(session: AsyncSession, views: Views) -> list[SongRead]:
    """Every song, by title as Swedish sorts."""
    return _shapes(await session.execute(_songs.order_by(*_by_title)), views)


async def top(session: AsyncSession, views: Views, limit: int) -> list[SongRead]:
    """The songs that were viewed most."""
    return _shapes(await session.execute(_songs.order_by(Song.views.desc(), *_by_title).limit(limit)), views)


async def search(session: AsyncSession, views: Views, query: str, limit: int) -> list[SongRead]:
    """The songs whose title, melody, author or text has the words, the best first."""
    await searching.by_index(session)
    best = searching.best(_shelf, query)
    found = _songs.join(best, best.c.id == Song.id).order_by(best.c.rank.desc(), *_by_title).limit(limit)
    return _shapes(await session.execute(found), views)


async def get(session: AsyncSession, song_id: int) -> SongRead:
    """The song, with the views that the database knows. Raises SongNotFound."""
    row = (await session.execute(_songs.where(Song.id == song_id))).first()
    if row is None:
        raise SongNotFound
    return _shape(row)


async def view(session: AsyncSession, views: Views, song_id: int) -> SongRead:
    """The song, viewed once more. Raises SongNotFound."""
    song = await get(session, song_id)
    song.views = views.counted(song_id, song.views)
    return song


def _shapes(rows: Iterable[AnyRow], views: Views) -> list[SongRead]:
    songs = [_shape(row) for row in rows]
    for song in songs:
        song.views = views.shown(song.id, song.views)
    return songs


def _shape(row: AnyRow) -> SongRead:
    number, title, author, melody, content, seen, category_id, category = row
    return SongRead.model_validate(
        {
            "id": number,
            "title": title,
            "author": author,
            "melody": melody,
            "content": content,
            "category": {"id": category_id, "name": category} if category_id else None,
            "views": seen,
        }
    )
