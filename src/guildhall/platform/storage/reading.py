"""Reading files out of the store. All of it raises FileNotFoundError when a file is not there."""

from collections.abc import AsyncGenerator
from typing import Any

import obstore

from guildhall.platform.storage.stores import store

CHUNK = 256 * 1024


async def read(key: str) -> bytes:
    """A whole file; for small ones."""
    return bytes(await (await obstore.get_async(store().files, key)).bytes_async())


async def opened(key: str, part: tuple[int, int] | None = None) -> Any:
    """The pieces of a file, or of a part of it: from one byte up to and without another."""
    found = await obstore.get_async(store().files, key, options={"range": part} if part else None)
    return found.stream(min_chunk_size=CHUNK)


async def stream(key: str) -> AsyncGenerator[bytes]:
    """A file in pieces."""
    async for piece in await opened(key):
        yield bytes(piece)
