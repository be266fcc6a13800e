"""Views of songs, counted without a write for each."""

import asyncio
from collections import Counter

import structlog
from sqlalchemy import ARRAY, Integer, column, func, literal, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from guildhall.core.database import Database
from guildhall.domains.songs.models import Song

log = structlog.get_logger(__name__)
SECONDS = 1.0  # that a view waits to be written, at most; so much is lost when a process is killed


class Views:
    """What one process has answered, and what the database does not know of it yet."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._shown: dict[int, int] = {}
        self._waiting: Counter[int] = Counter()
        self._writing: asyncio.Task[None] | None = None

    def counted(self, song_id: int, known: int) -> int:
        """Count a view of a song that has `known` views in the database; how many it has with this one."""
        self._waiting[song_id] += 1
        # While some are being written it is not certain whether the database knows of them: then what was shown counts.
        self._shown[song_id] = max(self._shown.get(song_id, 0) + 1, known + self._waiting[song_id])
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_soon())
        return self._shown[song_id]

    def shown(self, song_id: int, known: int) -> int:
        """How many views a song has that has `known` in the database; never less than was answered before."""
        return max(self._shown.get(song_id, 0), known)

    async def write(self) -> None:
        """Write what waits. When the database does not take it, it waits on."""
        writing, self._waiting = self._waiting, Counter()
        if not writing:
            return
        ids, views = literal(list(writing), ARRAY(Integer)), literal(list(writing.values()), ARRAY(Integer))
        more = (
            func.unnest(ids, views).table_valued(column("id", Integer), column("views", Integer)).render_derived("more")
        )
        try:
            async with self._database.transaction() as session:
                await session.execute(update(Song).where(Song.id == more.c.id).values(views=Song.views + more.c.views))
        except (OperationalError, PoolTimeout) as error:
            self._waiting.update(writing)
            log.warning("views of songs wait to be written", songs=len(writing), error=type(error).__name__)

    async def close(self) -> None:
        """Write what waits, at once."""
        if self._writing:
            self._writing.cancel()
            await asyncio.gather(self._writing, return_exceptions=True)
        await self.write()

    async def _write_soon(self) -> None:
        while self._waiting:
            await asyncio.sleep(SECONDS)
            await self.write()
        self._writing = None
