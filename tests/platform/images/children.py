"""The processes that work on pictures, as the kernel sees them."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

CHILD = b"guildhall.platform.images.child"


def children_of(pid: int) -> list[int]:
    """Those of a process, by id."""
    born = [int(word) for file in Path(f"/proc/{pid}/task").glob("*/children") for word in file.read_text().split()]
    return [one for one in born if CHILD in read(one, "cmdline") and not is_gone(one)]


def is_gone(pid: int) -> bool:
    """Whether a process has ended with all its threads, whether or not anybody has asked how."""
    status = read(pid, "status")
    return not status or (b"State:\tZ" in status and len(_tasks(pid)) <= 1)


def is_busy(pid: int) -> bool:
    """Whether one of its threads is running or wants to."""
    return any(read(pid, f"task/{task.name}/stat").rpartition(b")")[2].split()[:1] == [b"R"] for task in _tasks(pid))


def _tasks(pid: int) -> list[Path]:
    return list(Path(f"/proc/{pid}/task").glob("*"))


def read(pid: int, name: str) -> bytes:
    """A file of the kernel about a process; empty when it has ended."""
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


async def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so; processes tell nobody what they are about."""
    async with asyncio.timeout(30):
        while not is_so():  # noqa: ASYNC110
            await asyncio.sleep(0.001)


async def signal_at_work(number: int, *, parent: int | None = None) -> int:
    """Send a signal to the child that works now; which one that was."""
    found: list[int] = []

    def is_at_work() -> bool:
        found[:] = [one for one in children_of(parent or os.getpid()) if is_busy(one)]
        return bool(found)

    await until(is_at_work)
    os.kill(found[0], number)
    return found[0]
