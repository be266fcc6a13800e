"""Developing on demand: somebody wants to see a picture before its job has run."""

import asyncio

from guildhall.core.database import Database
from guildhall.core.settings import settings
from guildhall.shared.pictures.service import developing


class Demand:
    """What one process develops because somebody asked; a picture once, however many ask.

    Only as many at a time as there are processes to do it: those who wait in line hold no connection.
    """

    def __init__(self) -> None:
        self._running: dict[int, asyncio.Task[None]] = {}
        self._room = asyncio.Semaphore(settings().picture_processes)

    async def develop(self, database: Database, picture_id: int) -> None:
        """Develop a picture that is new, or wait for whoever does. Whether it worked, the database knows."""
        task = self._running.get(picture_id)
        if task is None:
            task = self._running[picture_id] = asyncio.create_task(self._develop(database, picture_id))
            task.add_done_callback(lambda _: self._running.pop(picture_id))
        await asyncio.shield(task)  # others may be waiting when this client goes away

    async def _develop(self, database: Database, picture_id: int) -> None:
        async with self._room, database.transaction() as session:
            await developing.develop(session, picture_id)
