"""What killed processes left: on its way below `incoming/` in the store, or in the folder `scratch` of this machine."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path

import obstore

from guildhall.core import clock
from guildhall.core.scratch import scratch as in_work
from guildhall.platform.storage import files
from guildhall.platform.storage.findings import Finding
from guildhall.platform.storage.stores import Store

INCOMING = "incoming"
PAGE = 1000


async def on_the_way(place: Store, age: timedelta) -> AsyncGenerator[Finding]:
    """What has been on its way into the store for longer than `age`."""
    if place.folder:
        for path in await asyncio.to_thread(_older, place.folder / INCOMING, age, "*/*"):
            yield Finding("unfinished", str(path))
        return
    before = clock.now() - age
    async for page in obstore.list(place.files, INCOMING, chunk_size=PAGE):  # pyright: ignore[reportUnknownMemberType]
        for file in page:
            if file["last_modified"] <= before:
                yield Finding("unfinished", file["path"])


async def scratch(age: timedelta) -> AsyncGenerator[Finding]:
    """What has been in work on this machine for longer than `age`."""
    for path in await asyncio.to_thread(_older, in_work(), age, "*"):
        yield Finding("leftover", str(path))


def _older(folder: Path, age: timedelta, pattern: str) -> list[Path]:
    # Not listed by the store: it hides what it has half written itself.
    before = (clock.now() - age).timestamp()
    return sorted(path for path in folder.glob(pattern) if _changed(path) <= before)


def _changed(path: Path) -> float:
    with contextlib.suppress(FileNotFoundError):  # it is done meanwhile
        return path.lstat().st_mtime
    return float("inf")


async def remove(place: Store, finding: Finding) -> None:
    """Remove something that was left on its way."""
    if finding.what == "unfinished" and not place.folder:
        await files.remove(place, finding.name)
    else:
        await asyncio.to_thread(_remove, Path(finding.name))


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
