"""Reading files out of the store."""

from collections.abc import AsyncGenerator

import obstore

from guildhall.platform.storage.stores import store

CHUNK = 256 * 1024


async def read(key: str) -> bytes:
    """A whole file; for small ones."""
    return bytes(await (await obstore.get_async(store().files, key)).bytes_async())


async def stream(key: str, start: int = 0, end: int | None = None) -> AsyncGenerator[bytes]:
    """A file in pieces, or the bytes from `start` up to and without `end`."""
    options = {"range": (start, end)} if end is not None else {"range": {"offset": start}} if start else None
    found = await obstore.get_async(store().files, key, options=options)  # pyright: ignore[reportArgumentType]
    async for part in found.stream(min_chunk_size=CHUNK):
        yield bytes(part)
