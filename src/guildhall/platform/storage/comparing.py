"""Comparing the store with the table, a shelf at a time.

A shelf is what lies below `pictures/ab/`: the 256th part of a kind. Both sides of it are read at once, so a sweep needs
the memory and the statements of one shelf, however many there are. Whatever differs is looked at again by itself:
meanwhile it may have come or gone.
"""

import contextlib
import hashlib
import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import obstore
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.platform.storage.findings import Finding, Found
from guildhall.platform.storage.models import StoredFile, is_at, key_of
from guildhall.platform.storage.reading import stream
from guildhall.platform.storage.stores import Store

if TYPE_CHECKING:
    from obstore import ObjectMeta

PAGE = 1000
_KIND = re.compile(r"[a-z_]{1,40}")
_SHELF = re.compile(r"[a-z_]{1,40}/[0-9a-f]{2}")
_KEY = re.compile(r"[a-z_]{1,40}/([0-9a-f]{2})/\1[0-9a-f]{62}")


@dataclass(frozen=True)
class Row:
    """What a row tells of its file."""

    id: int
    sha256: bytes
    size: int


async def differences(
    session: AsyncSession, place: Store, age: timedelta, found: Found, *, checksums: bool = False
) -> AsyncGenerator[Finding]:
    """Where store and table differ; counts in `found.good` what does not. With `checksums`, every file is read.

    A file younger than `age` may still get its row.
    """
    strangers, before = list[str](), clock.now() - age
    kinds = await _names_of_kinds(session, place, strangers)
    for kind in kinds:
        for shelf in await _shelves(session, place, kind, strangers):
            async for finding in _on_one_shelf(session, place, shelf, before, found, checksums=checksums):
                yield finding
    for name in strangers:
        yield Finding("foreign", name)


async def _names_of_kinds(session: AsyncSession, place: Store, strangers: list[str]) -> list[str]:
    told = set(await session.scalars(select(StoredFile.kind).distinct()))
    await session.commit()
    lying = await _names(place, "", _KIND, strangers)
    return sorted(told | (lying - {"incoming"}))


async def _shelves(session: AsyncSession, place: Store, kind: str, strangers: list[str]) -> list[str]:
    first = func.encode(func.substr(StoredFile.sha256, 1, 1), "hex")
    told = await session.scalars(select(first).where(StoredFile.kind == kind).distinct())
    shelves = {f"{kind}/{name}" for name in told}
    await session.commit()
    return sorted(shelves | await _names(place, kind, _SHELF, strangers))


async def _names(place: Store, prefix: str, form: re.Pattern[str], strangers: list[str]) -> set[str]:
    """The folders below a prefix that have a form; what has another goes to the strangers."""
    listed = await obstore.list_with_delimiter_async(place.files, prefix or None)  # pyright: ignore[reportUnknownMemberType]
    names = set(listed["common_prefixes"])
    ours = {name for name in names if form.fullmatch(name)}
    strangers += sorted(names - ours) + [file["path"] for file in listed["objects"]]
    return ours


async def _on_one_shelf(
    session: AsyncSession, place: Store, shelf: str, before: datetime, found: Found, *, checksums: bool
) -> AsyncGenerator[Finding]:
    rows = await _rows(session, shelf)
    async for page in obstore.list(place.files, shelf, chunk_size=PAGE):  # pyright: ignore[reportUnknownMemberType]
        for file in page:
            if row := rows.pop(file["path"], None):
                if await _is_as(row, file, checksums=checksums):
                    found.good += 1
                elif await _is_there(session, row):
                    yield Finding("damaged", file["path"], row.id)
            elif finding := await _without_row(session, file, before):
                yield finding
    for key, row in rows.items():
        if not await _lies(place, key) and await _is_there(session, row):
            yield Finding("missing", key, row.id)


async def _rows(session: AsyncSession, shelf: str) -> dict[str, Row]:
    kind, _, name = shelf.partition("/")
    first, last = bytes.fromhex(name), bytes.fromhex(name + "ff" * 31)
    told = select(StoredFile.id, StoredFile.sha256, StoredFile.size).where(
        StoredFile.kind == kind, StoredFile.sha256.between(first, last)
    )
    rows = {key_of(kind, row.sha256): Row(row.id, row.sha256, row.size) for row in await session.execute(told)}
    await session.commit()
    return rows


async def _without_row(session: AsyncSession, file: "ObjectMeta", before: datetime) -> Finding | None:
    key = file["path"]
    if not _KEY.fullmatch(key):
        return Finding("foreign", key)
    if file["last_modified"] > before:
        return None
    told = await session.scalar(select(StoredFile.id).where(is_at(key)))
    await session.commit()
    return Finding("stray", key) if told is None else None


async def _lies(place: Store, key: str) -> bool:
    try:
        await obstore.head_async(place.files, key)
    except FileNotFoundError:
        return False
    return True


async def _is_there(session: AsyncSession, row: Row) -> bool:
    told = await session.scalar(select(StoredFile.id).where(StoredFile.id == row.id))
    await session.commit()
    return told is not None


async def _is_as(row: Row, file: "ObjectMeta", *, checksums: bool) -> bool:
    """Whether a file is as its row says: by its size, with `checksums` by all that it holds."""
    if file["size"] != row.size:
        return False
    seen = hashlib.sha256()
    if checksums:
        with contextlib.suppress(FileNotFoundError):
            async for part in stream(file["path"]):
                seen.update(part)
    return not checksums or seen.digest() == row.sha256
