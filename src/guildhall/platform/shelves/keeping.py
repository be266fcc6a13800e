"""What one process has made and keeps: nothing old, nothing twice at once, and not too much.

Things are kept only while changes are heard. While they are not (before the first connection, and after one was
lost), everybody gets something that was begun after they asked.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass

from guildhall.core.database import Database
from guildhall.core.glances import Glances
from guildhall.platform.live import Live
from guildhall.platform.shelves.packing import Packed

Build = Callable[[Glances], Awaitable[bytes]]


@dataclass(frozen=True)
class _Underway:
    number: int
    task: asyncio.Task[Packed]


class Keeper:
    """At most `most` things that have at most `most_bytes` together; what was asked for last stays longest."""

    def __init__(self, database: Database, live: Live, most: int, most_bytes: int) -> None:
        self._database, self._live = database, live
        self._most, self._most_bytes = most, most_bytes
        self._kept: OrderedDict[Hashable, Packed] = OrderedDict()
        self._size = 0
        self._underway: dict[Hashable, _Underway] = {}
        self._begun = 0

    def forget(self) -> None:
        """Something has changed: give nobody from now on what was made, or begun, before."""
        self._kept.clear()
        self._size = 0
        self._underway.clear()

    async def get(self, key: Hashable, build: Build) -> Packed:
        """What is kept under the key, or else what `build` makes at a glance: that is not in line with those who write.

        However many ask at once, it is made once. Raises what `build` raises, and keeps nothing then.
        """
        begun_before = self._begun
        while (kept := self._kept.get(key)) is None:
            underway = self._underway.get(key)
            if underway is None:
                underway = self._begin(key, build)
            elif underway.number <= begun_before and not self._live.is_hearing:
                await asyncio.wait([underway.task])  # something may have changed since it was begun
                continue
            return await asyncio.shield(underway.task)  # others wait for it, even when this client leaves
        self._kept.move_to_end(key)
        return kept

    def _begin(self, key: Hashable, build: Build) -> _Underway:
        self._begun += 1
        task = asyncio.create_task(self._make(key, build, self._begun))
        task.add_done_callback(lambda done: done.cancelled() or done.exception())  # perhaps nobody waits any more
        self._underway[key] = underway = _Underway(self._begun, task)
        return underway

    async def _make(self, key: Hashable, build: Build, number: int) -> Packed:
        try:
            made = await build(self._database.glances)
            result = Packed(made)
            if self._is_current(key, number) and self._live.is_hearing:
                self._keep(key, result)
            return result
        finally:
            if self._is_current(key, number):
                del self._underway[key]

    def _is_current(self, key: Hashable, number: int) -> bool:
        """Whether nothing was forgotten since this was begun."""
        underway = self._underway.get(key)
        return underway is not None and underway.number == number

    def _keep(self, key: Hashable, result: Packed) -> None:
        self._kept[key] = result
        self._size += result.size
        while len(self._kept) > self._most or self._size > self._most_bytes:
            _, dropped = self._kept.popitem(last=False)
            self._size -= dropped.size
