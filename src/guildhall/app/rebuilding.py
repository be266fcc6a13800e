"""Developing pictures again, from the command line: each in a transaction of its own, so it may end at any moment."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.app.domains import DOMAINS
from guildhall.core import manifest
from guildhall.core.database import Database
from guildhall.core.settings import settings
from guildhall.platform import jobs
from guildhall.platform.images import darkroom
from guildhall.platform.images.errors import Unready
from guildhall.platform.storage.errors import FileMissing
from guildhall.shared.pictures.service import developing

log = structlog.get_logger(__name__)

Choice = Callable[[AsyncSession], Awaitable[list[int]]]


class Rebuilding:
    """A run: what was `chosen`, what is `done`, and how it went (`ready`, `broken`, `gone`, `failed`)."""

    def __init__(self, url: str) -> None:
        manifest.install(DOMAINS)
        jobs.register(DOMAINS)
        self._url, self._processes = url, settings().picture_processes
        self.chosen: Sequence[int] = ()
        self.done: set[int] = set()
        self.outcome: Counter[str] = Counter()

    @property
    def is_right(self) -> bool:
        """Whether every picture that is still there has its renditions."""
        return not (self.outcome["broken"] or self.outcome["failed"])

    @property
    def rest(self) -> int | None:
        """Where to go on: the first that is not done; None when all are."""
        return next((number for number in self.chosen if number not in self.done), None)

    def run(self, choose: Choice, begin: Callable[[int], None], step: Callable[[], None]) -> None:
        """Develop what `choose(session)` finds: `begin(how many)` is called once, `step()` after each."""
        try:
            asyncio.run(self._run(choose, begin, step))
        finally:
            darkroom.close()

    async def _run(self, choose: Choice, begin: Callable[[int], None], step: Callable[[], None]) -> None:
        database = Database(self._url, self._processes)
        try:
            async with database.transaction() as session:
                self.chosen = await choose(session)
            begin(len(self.chosen))
            numbers = iter(self.chosen)
            await asyncio.gather(*(self._work_off(database, numbers, step) for _ in range(self._processes)))
        finally:
            await database.close()

    async def _work_off(self, database: Database, numbers: Iterator[int], step: Callable[[], None]) -> None:
        for number in numbers:
            self.outcome[await self._develop(database, number)] += 1
            self.done.add(number)
            step()

    async def _develop(self, database: Database, number: int) -> str:
        try:
            async with database.transaction() as session:
                return await developing.develop(session, number, again=True) or "gone"
        except (FileMissing, OSError, Unready) as error:  # its file, the watermark or the disk: the others go on
            log.error("a picture could not be developed again", picture_id=number, error=str(error))
            return "failed"
