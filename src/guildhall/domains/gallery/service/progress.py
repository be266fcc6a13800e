"""How far the pictures of an album are, as it happens."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.database import Database
from guildhall.core.errors import Busy
from guildhall.domains.gallery.models import AlbumPicture
from guildhall.domains.gallery.schemas import ProgressRead
from guildhall.platform import live
from guildhall.platform.live import Buffer, Live, Signal
from guildhall.shared.pictures.models import Picture
from guildhall.shared.pictures.service.developing import TOPIC

HEARTBEAT = 20.0  # seconds
TROUBLES = (DBAPIError, NoConnectionFree, OSError)
"""The database does not answer."""


async def tell_of_new(session: AsyncSession, picture_id: int) -> None:
    """Let those who follow an album know that it has one more, when the transaction commits."""
    await live.tell(session, TOPIC, f"{picture_id} new")


@dataclass
class _Following:
    database: Database
    album_id: int
    waiting: frozenset[int] = field(default=frozenset())

    async def count(self) -> ProgressRead:
        """Look at the album, and note whom it waits for."""
        of_state = select(Picture.state, func.array_agg(Picture.id)).join(
            AlbumPicture, AlbumPicture.picture_id == Picture.id
        )
        by_state = of_state.where(AlbumPicture.album_id == self.album_id).group_by(Picture.state)
        async with self.database.transaction() as session:
            found = {row[0]: row[1] for row in await session.execute(by_state)}
        self.waiting = frozenset(found.get("new", ()))
        ready, broken = len(found.get("ready", ())), len(found.get("broken", ()))
        return ProgressRead(total=len(self.waiting) + ready + broken, ready=ready, broken=broken)

    def concerns(self, word: str | Signal) -> bool:
        """Whether what was told may have changed the album."""
        if isinstance(word, Signal):
            return True
        picture_id, _, state = word.partition(" ")
        return state == "new" or int(picture_id) in self.waiting


def refuse_when_over(news: Live) -> None:
    """Raises Busy when the process stops."""
    if news.is_over:
        raise Busy


async def follow(
    database: Database, news: Live, album_id: int, may_stay: Callable[[], Awaitable[bool]]
) -> AsyncGenerator[ProgressRead | None]:
    """The counts of an album, now and whenever they change, until nothing waits; None as a sign of life.

    Ends also when the process stops, and when `may_stay`, asked about every 20 seconds, says no.
    """
    following, told = _Following(database, album_id), None
    beat = _in_a_while()
    with news.listening(TOPIC) as words:
        word: str | Signal | None = Signal.MISSED
        while word is not Signal.OVER:
            if word is None or _is_past(beat):
                if not await _may_stay(may_stay):
                    return
                beat = _in_a_while()
                yield None
            if word is not None and following.concerns(word):
                try:
                    now = await following.count()
                except TROUBLES:
                    return  # the client comes back
                if now != told:
                    yield now
                told = now
                if now.is_over:
                    return
            word = await _next(words, beat)


async def _may_stay(may_stay: Callable[[], Awaitable[bool]]) -> bool:
    try:
        return await may_stay()
    except TROUBLES:
        return True  # nothing can be told either; the next beat asks again


def _in_a_while() -> float:
    return asyncio.get_running_loop().time() + HEARTBEAT


def _is_past(beat: float) -> bool:
    return asyncio.get_running_loop().time() >= beat


async def _next(words: Buffer[str], beat: float) -> str | Signal | None:
    try:
        async with asyncio.timeout_at(beat):
            return await words.next()
    except TimeoutError:
        return None
