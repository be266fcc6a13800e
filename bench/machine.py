"""The machine: which core runs what, and what it is called in a table."""

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager


def _cores() -> list[int]:
    # Not every system lets a process choose its cores (macOS does not).
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


CORES = _cores()
SERVER, OTHERS = set(CORES[:1]), set(CORES[1:] or CORES)


@contextmanager
def on(cores: set[int]) -> Iterator[None]:
    """Keep what is started inside the `with` on these cores, where the system can do that."""
    if not CORES:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def description() -> str:
    """What was measured on: `2 cores, Python 3.11, Linux x86_64`."""
    count = len(CORES) or os.cpu_count()
    version = ".".join(platform.python_version_tuple()[:2])
    return f"{count} core{'s'[: count != 1]}, Python {version}, {platform.system()} {platform.machine()}"
