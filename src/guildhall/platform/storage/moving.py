"""Moving: every file of one store copied to another, and measured on its way.

The rows of `stored_files` say what there is. What the other store has already is passed over, so a move that was
killed goes on where it was. Nothing is taken from the first store.
"""

import asyncio
import hashlib
import secrets
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import obstore
from obstore.exceptions import BaseError
from sqlalchemy import func, select

from guildhall.core import clock
from guildhall.core.database import Database
from guildhall.platform.storage.files import flush, remove
from guildhall.platform.storage.models import StoredFile
from guildhall.platform.storage.probing import OK, explained, probe
from guildhall.platform.storage.stores import Store, folder_of, store_at

AT_ONCE = 8  # files
PAGE = 500  # rows
PIECE = 5 * 1024 * 1024  # bytes; the smallest part that S3 takes of a file in parts
PARTS_AT_ONCE = 2

Fate = Literal["copied", "there", "gone", "missing", "wrong", "failed"]
"""What became of a file. `gone`: nobody needs it any more. The last three are faults."""
FAULTS: Sequence[Fate] = ("missing", "wrong", "failed")


class WrongMove(Exception):
    """Nothing can be moved from there to there."""


class StoreAway(Exception):
    """A store cannot be used (any more); the move goes on when it is started again."""


class _Wrong(Exception):
    """These are not the bytes that the row tells of."""


@dataclass(frozen=True)
class Moved:
    """One file of a move; `why` in words, for a fault."""

    key: str
    size: int
    fate: Fate
    why: str = ""


def ends(source: str, target: str) -> tuple[Store, Store]:
    """The stores at two URLs, if files can be moved from one to the other. Raises WrongStorageUrl, WrongMove."""
    if (folder := folder_of(source)) and not folder.is_dir():
        raise WrongMove(f"there is no folder {folder} to move from")
    one, other = store_at(source), store_at(target)
    if not (one.lasts and other.lasts):
        raise WrongMove("memory:// is gone with its process; nothing can be moved from there or to there")
    if one.place == other.place:
        raise WrongMove("both URLs name the same store")
    return one, other


async def amount(database: Database) -> tuple[int, int]:
    """How many files there are, and how many bytes."""
    async with database.transaction() as session:
        found = await session.execute(select(func.count(StoredFile.id), func.coalesce(func.sum(StoredFile.size), 0)))
    files, size = found.one()
    return files, int(size)


class Move:
    """A move from `source` to `target`; with `verify`, what is there already is read again."""

    def __init__(self, database: Database, source: Store, target: Store, *, verify: bool = False) -> None:
        self._database, self._source, self._target, self._verify = database, source, target, verify
        self._at_once = asyncio.Semaphore(AT_ONCE)

    async def run(self, tell: Callable[[Moved], None]) -> None:
        """Move everything; `tell` hears of each file, in the order in which they are done. Raises StoreAway."""
        await self._see_to_stores()
        async for page in self._pages():
            try:
                async with asyncio.TaskGroup() as tasks:
                    for file in page:
                        tasks.create_task(self._in_turn(file, tell))
            except* StoreAway as group:
                raise group.exceptions[0] from None

    async def _see_to_stores(self) -> None:
        for place in (self._source, self._target):
            if (finding := await probe(place, patience=30)) != OK:
                raise StoreAway(f"{place.name} cannot be used: {finding}")

    async def _pages(self) -> AsyncGenerator[Sequence[StoredFile]]:
        last = 0
        while True:
            async with self._database.transaction() as session:
                following = select(StoredFile).where(StoredFile.id > last).order_by(StoredFile.id).limit(PAGE)
                page = (await session.scalars(following)).all()
            if not page:
                return
            yield page
            last = page[-1].id

    async def _in_turn(self, file: StoredFile, tell: Callable[[Moved], None]) -> None:
        async with self._at_once:
            fate, why = await self._move(file)
        tell(Moved(file.key, file.size, fate, why))

    async def _move(self, file: StoredFile) -> tuple[Fate, str]:
        try:
            if await self._has(file):
                return "there", ""
            return await self._copy(file)
        except _Wrong as error:
            return "wrong", str(error)
        except (BaseError, OSError) as error:
            await self._see_to_stores()  # one file, or everything?
            return "failed", explained(error)

    async def _has(self, file: StoredFile) -> bool:
        """Whether the file is in the target already."""
        try:
            if not self._verify:
                return (await obstore.head_async(self._target.files, file.key))["size"] == file.size
            found = await obstore.get_async(self._target.files, file.key)
            async for _ in _checked(found.stream(min_chunk_size=PIECE), file):
                pass
        except (FileNotFoundError, _Wrong):
            return False
        return True

    async def _copy(self, file: StoredFile) -> tuple[Fate, str]:
        try:
            found = await obstore.get_async(self._source.files, file.key)
        except FileNotFoundError:
            return ("missing", "the row is there, the file is not") if await self._is_needed(file) else ("gone", "")
        if found.meta["size"] != file.size:
            raise _Wrong(f"{found.meta['size']} bytes, and not {file.size}")
        await self._put(file, _checked(found.stream(min_chunk_size=PIECE), file))
        return "copied", ""

    async def _is_needed(self, file: StoredFile) -> bool:
        async with self._database.transaction() as session:
            return await session.get(StoredFile, file.id) is not None

    async def _put(self, file: StoredFile, pieces: AsyncIterable[bytes]) -> None:
        """Put a file into its place, whole and right, or not at all."""
        target = self._target
        if target.folder is None:
            # A bucket shows a file when its last byte is there; wrong bytes are found before that.
            await self._send(file.key, file, pieces)
            return
        on_the_way = f"incoming/{clock.now():%Y-%m-%d}/{secrets.token_hex(16)}"
        try:
            await self._send(on_the_way, file, pieces)
            await obstore.rename_async(target.files, on_the_way, file.key)
        finally:
            await remove(target, on_the_way)
        await asyncio.to_thread(flush, target.path(file.key))

    async def _send(self, key: str, file: StoredFile, pieces: AsyncIterable[bytes]) -> None:
        attributes = None if self._target.folder else {"Content-Type": file.content_type}
        content = pieces
        if file.size <= PIECE:
            content = b"".join([piece async for piece in pieces])  # one request instead of three
        await obstore.put_async(
            self._target.files,
            key,
            content,
            attributes=attributes,
            chunk_size=PIECE,
            max_concurrency=PARTS_AT_ONCE,
        )


async def _checked(pieces: AsyncIterable[bytes], file: StoredFile) -> AsyncGenerator[bytes]:
    """The pieces of a file; raises _Wrong after the last one, if they were not what the row tells of."""
    seen = hashlib.sha256()
    async for piece in pieces:
        seen.update(piece)
        yield piece
    if seen.digest() != file.sha256:
        raise _Wrong("the checksum is another")
