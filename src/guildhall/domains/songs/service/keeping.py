"""Keeping the song book."""

from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.database import flush
from guildhall.domains.songs.errors import SongCategoryNotFound, SongNotFound, SongTitleTaken
from guildhall.domains.songs.models import Song
from guildhall.domains.songs.schemas import SongCreate, SongRead
from guildhall.domains.songs.service import reading

VIOLATIONS = {"songs_title_key": SongTitleTaken, "songs_category_id_fkey": SongCategoryNotFound}


async def create(session: AsyncSession, wish: SongCreate) -> Song:
    """A new song. Raises SongTitleTaken, SongCategoryNotFound."""
    song = Song(**wish.model_dump())
    session.add(song)
    await flush(session, VIOLATIONS)
    return song


async def update(session: AsyncSession, song_id: int, wish: SongCreate) -> None:
    """Make a song what was sent; its views stay. Raises SongNotFound, SongTitleTaken, SongCategoryNotFound."""
    song = await _find(session, song_id)
    for name, value in wish.model_dump().items():
        setattr(song, name, value)
    await flush(session, VIOLATIONS)


async def delete(session: AsyncSession, song_id: int) -> SongRead:
    """Remove a song, and return what it was. Raises SongNotFound."""
    song = await _find(session, song_id)
    removed = await reading.get(session, song_id)
    await session.delete(song)
    await session.flush()
    return removed


async def _find(session: AsyncSession, song_id: int) -> Song:
    song = await session.get(Song, song_id, with_for_update=True)
    if song is None:
        raise SongNotFound
    return song
