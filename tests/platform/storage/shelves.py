"""Stores with something in them, and a look at what they hold."""

import random
from collections.abc import Sequence
from io import BytesIO

import obstore

from guildhall.platform import storage
from guildhall.platform.storage.stores import store_at
from tests.guild import Guild, configured

MIB = 2**20


def content(size: int, seed: int = 0) -> bytes:
    """So many bytes, others for another seed."""
    return random.Random(f"{size} {seed}").randbytes(size)


async def fill(guild: Guild, url: str, contents: Sequence[bytes], kind: str = "pictures") -> list[str]:
    """Keep files in the store at a URL, with their rows; their keys."""
    keys: list[str] = []
    with configured(storage_url=url):
        async with guild.session() as session:
            for each in contents:
                async with storage.received(BytesIO(each), 64 * MIB) as file:
                    keys.append((await storage.keep(session, file, kind, "image/webp")).key)
    return keys


async def held(url: str) -> dict[str, bytes]:
    """Everything in the store at a URL, by its key; also what is on its way."""
    files = store_at(url).files
    listed = [found["path"] async for page in obstore.list(files) for found in page]
    return {key: bytes(await (await obstore.get_async(files, key)).bytes_async()) for key in listed}


async def put(url: str, key: str, wrong: bytes) -> None:
    """Let other bytes lie where a file should."""
    await obstore.put_async(store_at(url).files, key, wrong)
