"""An album as one ZIP, streamed: one picture after the other, never a whole one in memory, and no connection held."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import obstore
import structlog
from sqlalchemy import Select, and_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from zipstream.ng import ZipStream  # pyright: ignore[reportMissingTypeStubs]

from guildhall.core.database import Database
from guildhall.domains.gallery.models import AlbumPicture
from guildhall.domains.gallery.rules import name_in_archive
from guildhall.platform.storage import StoredFile, store
from guildhall.platform.storage.models import key_of
from guildhall.shared.pictures.models import Rendition

log = structlog.get_logger(__name__)

CHUNK = 1024 * 1024
PackedSize = Literal["large", "original"]
NOTE = "saknas - missing.txt"
Develop = Callable[[int], Awaitable[None]]


@dataclass(frozen=True)
class Packed:
    """A picture to pack; without a key while it has no rendition."""

    picture_id: int
    file_name: str
    key: str | None
    content_type: str


def _packed(size: PackedSize) -> Select[*tuple[Any, ...]]:
    # The original has one rendition, in whatever format.
    format_fits = true() if size == "original" else Rendition.format == "jpeg"
    wanted = and_(Rendition.picture_id == AlbumPicture.picture_id, Rendition.size == size, format_fits)
    return (
        select(
            AlbumPicture.picture_id,
            AlbumPicture.file_name,
            StoredFile.kind,
            StoredFile.sha256,
            StoredFile.content_type,
        )
        .outerjoin(Rendition, wanted)
        .outerjoin(StoredFile, StoredFile.id == Rendition.file_id)
        .where(AlbumPicture.visibility == "shown")
        .order_by(AlbumPicture.id)
    )


async def _found(session: AsyncSession, statement: Select[*tuple[Any, ...]]) -> list[Packed]:
    rows = await session.execute(statement)
    return [
        Packed(row.picture_id, row.file_name, row.kind and key_of(row.kind, row.sha256), row.content_type or "")
        for row in rows
    ]


async def to_pack(session: AsyncSession, album_id: int, size: PackedSize) -> list[Packed]:
    """The pictures of an album that members see, in the order they came."""
    return await _found(session, _packed(size).where(AlbumPicture.album_id == album_id))


async def packed(
    database: Database, pictures: Sequence[Packed], size: PackedSize, develop: Develop
) -> AsyncGenerator[bytes]:
    """A ZIP of the pictures, in pieces.

    Those without a rendition are developed on the way, by `develop`; what cannot be had then is named in a note.
    """
    archive: Any = ZipStream()  # it has no types
    taken, missing = set[str](), list[str]()
    for wanted in pictures:
        picture = wanted if wanted.key else await _developed(database, wanted, size, develop)
        content = await _opened(picture)
        if content is None:
            missing.append(picture.file_name)
            continue
        name = name_in_archive(picture.file_name, picture.content_type, taken)
        taken.add(name.lower())
        archive.add(content, name)
        async for piece in _in_threads(archive.all_files()):
            yield piece
    if missing:
        archive.add("\n".join(missing) + "\n", NOTE)
    async for piece in _in_threads(archive.finalize()):
        yield piece


async def _developed(database: Database, picture: Packed, size: PackedSize, develop: Develop) -> Packed:
    await develop(picture.picture_id)
    async with database.transaction() as session:
        found = await _found(session, _packed(size).where(AlbumPicture.picture_id == picture.picture_id))
    return found[0] if found else picture


async def _opened(picture: Packed) -> Iterator[bytes] | None:
    if picture.key is None:
        return None
    try:
        found = await obstore.get_async(store().files, picture.key)
    except FileNotFoundError:
        log.error("a file is missing in the store", key=picture.key)
        return None
    return (bytes(part) for part in found.stream(min_chunk_size=CHUNK))


async def _in_threads(pieces: Iterator[bytes]) -> AsyncGenerator[bytes]:
    while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
        yield piece
