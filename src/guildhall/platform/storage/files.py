"""Taking files in, keeping them, and letting them go."""

import asyncio
import hashlib
import os
import secrets
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO

import obstore
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.core.database import FOREIGN_KEY, lock, sqlstate
from guildhall.core.errors import TooLarge
from guildhall.core.scratch import Received, Sheet, in_scratch
from guildhall.platform import jobs
from guildhall.platform.jobs.queue import Wish as Job
from guildhall.platform.storage.models import StoredFile, is_at, key_of
from guildhall.platform.storage.stores import Store, store

DROP = "storage.drop"
REMOVE = "storage.remove"
CHUNK = 1024 * 1024


Wish = tuple[Received, str, str]
"""A file to keep, its kind, and its content type."""


@asynccontextmanager
async def received(file: BinaryIO, limit: int) -> AsyncGenerator[Received]:
    """What is read from `file`, as a file of this machine for the length of the `with`.

    What somebody sends is one already (`core.uploads`). Raises TooLarge for more than `limit` bytes.
    """
    sheet = await asyncio.to_thread(Sheet)
    try:
        yield await asyncio.to_thread(_copy, file, sheet, limit)
    finally:
        await asyncio.to_thread(sheet.remove)


def _copy(file: BinaryIO, sheet: Sheet, limit: int) -> Received:
    while part := file.read(CHUNK):
        if sheet.write(part) > limit:
            raise TooLarge
    return sheet.done()


async def measured(path: Path) -> Received:
    """A file that lies on this machine already."""

    def measure() -> Received:
        with path.open("rb") as file:
            return Received(path, hashlib.file_digest(file, "sha256").digest(), path.stat().st_size)

    return await asyncio.to_thread(measure)


async def keep(session: AsyncSession, file: Received, kind: str, content_type: str) -> StoredFile:
    """Keep a file, if the transaction is committed. Its row is to be referred to before that."""
    return (await keep_all(session, [(file, kind, content_type)]))[0]


async def keep_all(session: AsyncSession, wishes: Sequence[Wish]) -> list[StoredFile]:
    """Keep several files, if the transaction is committed; their rows in the order of the wishes."""
    place = store()
    arrived = {key_of(kind, file.sha256): (file, kind, content_type) for file, kind, content_type in wishes}
    on_the_way = {key: f"incoming/{clock.now():%Y-%m-%d}/{secrets.token_hex(16)}" for key in arrived}
    try:
        for key, (file, _, content_type) in arrived.items():
            await _put(place, on_the_way[key], file.path, content_type)
            await asyncio.to_thread(flush, place.path(on_the_way[key]))  # before a name leads to it
        # In one order, so that two transactions with the same files do not wait for each other.
        kept = {key: await _settle(session, place, on_the_way[key], arrived[key]) for key in sorted(arrived)}
    finally:
        for left in on_the_way.values():
            await remove(place, left)
    return [kept[key_of(kind, file.sha256)] for file, kind, _ in wishes]


async def _put(place: Store, key: str, path: Path, content_type: str) -> None:
    lies = place.path(key)
    if lies and await asyncio.to_thread(_link, path, lies):
        return
    # A folder knows no types; a bucket may have to show the file itself.
    attributes = None if place.folder else {"Content-Type": content_type}
    await obstore.put_async(place.files, key, path, attributes=attributes)


def _link(path: Path, lies: Path) -> bool:
    """Give a file on the same disk its second name, instead of copying it; whether that can be done."""
    lies.parent.mkdir(parents=True, exist_ok=True)
    try:
        lies.hardlink_to(path)
    except OSError:  # another disk, or one that knows no second names
        return False
    return True


async def _settle(session: AsyncSession, place: Store, on_the_way: str, wish: Wish) -> StoredFile:
    file, kind, content_type = wish
    key = key_of(kind, file.sha256)
    await lock(session, f"file {key}")
    written = insert(StoredFile).values(kind=kind, sha256=file.sha256, size=file.size, content_type=content_type)
    same = written.on_conflict_do_update(constraint="stored_files_key", set_={"content_type": content_type})
    row = (await session.scalars(same.returning(StoredFile))).one()
    # Also when there was a row: a file that somebody brings once more is whole again, whatever happened to it.
    await obstore.rename_async(place.files, on_the_way, key)
    await asyncio.to_thread(flush, place.path(key))
    return row


def flush(path: Path | None) -> None:
    """Let a file and its place in the store's folder survive a power cut; nothing to do in other kinds of stores."""
    for one in (path, *path.parents[:3]) if path else ():
        descriptor = os.open(one, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


async def drop(session: AsyncSession, file_ids: Sequence[int]) -> None:
    """Remove files after the commit, unless somebody refers to them then."""
    await jobs.enqueue_many(session, DROP, [Job({"file_id": file_id}) for file_id in file_ids])


async def drop_now(session: AsyncSession, *, file_id: int) -> None:
    """The job behind `drop`: remove the row, if nobody refers to it; the file is removed after the commit."""
    let_go = delete(StoredFile).where(StoredFile.id == file_id).returning(StoredFile.kind, StoredFile.sha256)
    try:
        async with session.begin_nested():
            gone = (await session.execute(let_go)).first()
    except IntegrityError as error:
        if sqlstate(error) != FOREIGN_KEY:
            raise
        return
    if gone:
        await jobs.enqueue(session, REMOVE, key=key_of(*gone))


async def remove_now(session: AsyncSession, *, key: str) -> None:
    """The job after that: remove the file, unless somebody has kept the same again."""
    await clear(session, key)


async def clear(session: AsyncSession, key: str) -> bool:
    """Remove the file at a key that has no row; whether it has none."""
    await lock(session, f"file {key}")
    if await session.scalar(select(StoredFile.id).where(is_at(key))) is not None:
        return False
    # While the lock is held: after it, somebody may have put the same file there again.
    await remove(store(), key)
    return True


async def remove(place: Store, key: str) -> None:
    """Remove a file from the store, if it is there."""
    try:
        await obstore.delete_async(place.files, key)
    except FileNotFoundError:
        return


@asynccontextmanager
async def fetched(file: StoredFile) -> AsyncGenerator[Path]:
    """The file on this machine for the length of the `with`: where it lies, or a copy. Not to be written to."""
    place = store()
    if lies := place.path(file.key):
        yield lies
        return
    path = in_scratch()
    try:
        stream = (await obstore.get_async(place.files, file.key)).stream()
        with path.open("xb") as copy:
            async for part in stream:
                copy.write(part)
        yield path
    finally:
        path.unlink(missing_ok=True)
