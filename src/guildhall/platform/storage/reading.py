"""Reading files out of the store. All of it raises FileNotFoundError when a file is not there."""

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

import obstore

from guildhall.platform.storage.stores import store

if TYPE_CHECKING:
    from obstore import GetResult

CHUNK = 256 * 1024


async def read(key: str) -> bytes:
    """A whole file; for small ones."""
    return bytes(await (await obstore.get_async(store().files, key)).bytes_async())


async def opened(key: str, part: tuple[int, int] | None = None) -> "GetResult":
    """A file, or a part of it (from one byte up to and without another), of which nothing is read yet."""
    return await obstore.get_async(store().files, key, options={"range": part} if part else None)


async def pieces(found: "GetResult") -> AsyncGenerator[bytes]:
    """What was opened, in pieces of a quarter of a MiB at least, the last one excepted."""
    async for piece in found.stream(min_chunk_size=CHUNK):
        yield bytes(piece)


async def stream(key: str) -> AsyncGenerator[bytes]:
    """A file in pieces."""
    async for piece in pieces(await opened(key)):
        yield piece
