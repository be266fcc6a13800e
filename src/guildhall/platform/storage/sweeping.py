"""Sweeping: proving that every row has its file and every file its row, and mending what a killed process left.

Rows without a file cannot be mended: nothing is done to them, and they are told of as errors.
"""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import obstore
import structlog
from sqlalchemy import select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.core.database import lock
from guildhall.platform.storage.files import drop, remove
from guildhall.platform.storage.models import StoredFile, key_of
from guildhall.platform.storage.stores import Store, store

log = structlog.get_logger(__name__)

INCOMING = "incoming/"
BATCH = 1000
UNFINISHED_AFTER = timedelta(hours=1)  # longer than any upload takes
UNNEEDED_AFTER = timedelta(days=1)
REFERRING = text("""
SELECT format('SELECT %1$I FROM %2$s WHERE %1$I IS NOT NULL', attribute.attname, referring.conrelid::regclass)
FROM pg_constraint referring
JOIN pg_attribute attribute ON attribute.attrelid = referring.conrelid AND attribute.attnum = referring.conkey[1]
WHERE referring.contype = 'f' AND referring.confrelid = 'stored_files'::regclass
""")


@dataclass
class Findings:
    """What was found, by key: rows without file, files without row, uploads that were never finished, and files that
    nobody refers to."""

    files: int = 0
    rows_without_file: list[str] = field(default_factory=list[str])
    files_without_row: list[str] = field(default_factory=list[str])
    unfinished: list[str] = field(default_factory=list[str])
    unneeded: list[str] = field(default_factory=list[str])


async def sweep(session: AsyncSession, *, mend: bool, older_than: timedelta = UNFINISHED_AFTER) -> Findings:
    """Compare the store with the database, and `mend` what can be mended.

    Unfinished uploads are those that began longer than `older_than` ago.
    """
    place, found = store(), Findings()
    async for batch in _listed(place):
        found.unfinished += [key for key, since in batch if _is_old(key, since, older_than)]
        files = [key for key, _ in batch if not key.startswith(INCOMING)]
        found.files += len(files)
        found.files_without_row += await _without_row(session, files)
    found.rows_without_file = await _without_file(session, place)
    unneeded = await _unneeded(session)
    found.unneeded = [file.key for file in unneeded]
    if mend:
        await drop(session, [file.id for file in unneeded])
        await _mend(session, place, found)
    for key in found.rows_without_file:
        log.error("a row has no file", key=key)
    return found


async def _listed(place: Store) -> AsyncGenerator[Sequence[tuple[str, datetime]]]:
    pages: Any = obstore.list(place.files, chunk_size=BATCH)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    async for batch in pages:
        yield [(one["path"], one["last_modified"]) for one in batch]


def _is_old(key: str, since: datetime, older_than: timedelta) -> bool:
    return key.startswith(INCOMING) and since <= clock.now() - older_than


def _named(key: str) -> tuple[str, bytes] | None:
    """Kind and checksum of a key; None for one that we have not given."""
    kind, _, name = key.partition("/")
    try:
        checksum = bytes.fromhex(name.rpartition("/")[2])
    except ValueError:
        return None
    return (kind, checksum) if key_of(kind, checksum) == key else None


async def _without_row(session: AsyncSession, keys: Sequence[str]) -> list[str]:
    # Whoever keeps a file now has its row committed a moment later; those are looked at again under their lock.
    names = {key: name for key in keys if (name := _named(key))}
    both = tuple_(StoredFile.kind, StoredFile.sha256)
    rows = await session.execute(select(StoredFile.kind, StoredFile.sha256).where(both.in_(names.values())))
    known = {key_of(kind, checksum) for kind, checksum in rows}
    return [key for key in names if key not in known]


async def _without_file(session: AsyncSession, place: Store) -> list[str]:
    missing: list[str] = []
    last = 0
    while True:
        page = select(StoredFile).where(StoredFile.id > last).order_by(StoredFile.id).limit(BATCH)
        files = (await session.scalars(page)).all()
        if not files:
            return missing
        last = files[-1].id
        missing += [file.key for file in files if not await _is_there(place, file) and await _stays(session, file)]


async def _stays(session: AsyncSession, file: StoredFile) -> bool:
    """Whether the row is there also after whoever keeps or drops the file now has finished."""
    await lock(session, f"file {file.key}")
    return await session.scalar(select(StoredFile.id).where(StoredFile.id == file.id)) is not None


async def _is_there(place: Store, file: StoredFile) -> bool:
    try:
        return (await obstore.head_async(place.files, file.key))["size"] == file.size
    except FileNotFoundError:
        return False


async def _unneeded(session: AsyncSession) -> Sequence[StoredFile]:
    """Files that no foreign key of any table refers to."""
    old = StoredFile.created_at < clock.now() - UNNEEDED_AFTER
    unneeded: Any = select(StoredFile).where(old)
    for referring in await session.scalars(REFERRING):
        unneeded = unneeded.where(text(f"stored_files.id NOT IN ({referring})"))
    return (await session.scalars(unneeded.order_by(StoredFile.id))).all()


async def _mend(session: AsyncSession, place: Store, found: Findings) -> None:
    for key in found.unfinished:
        await remove(place, key)
    for key in found.files_without_row:
        await lock(session, f"file {key}")
        if await _without_row(session, [key]):
            await remove(place, key)
