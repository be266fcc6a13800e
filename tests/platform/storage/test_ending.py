"""A process that has just used a store ends as it should.

Once every third such process was killed by a thread of the library at its very end, with its work done.
"""

import asyncio
import os
import sys
from pathlib import Path

from tests.processes import PATIENCE, ROOT

READS = """
import asyncio, sys
from guildhall.platform.storage.stores import store_at
import obstore

async def read() -> None:
    files = store_at(sys.argv[1]).files
    await obstore.put_async(files, "pictures/one", b"one")
    for _ in range(20):
        assert bytes(await (await obstore.get_async(files, "pictures/one")).bytes_async()) == b"one"

asyncio.run(read())
"""


async def ends(url: str) -> int:
    """The exit status of a process that reads from the store at a URL, and ends at once."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", READS, url, env=environment)
    async with asyncio.timeout(PATIENCE):
        return await process.wait()


async def test_a_process_that_has_just_read_ends_in_peace(tmp_path: Path) -> None:
    assert [await ends(tmp_path.as_uri()) for _ in range(6)] == [0] * 6
