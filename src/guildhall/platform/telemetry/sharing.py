"""One folder in which all processes of a machine count, so that whichever of them is asked knows all figures.

Each process has files of its own there. Those of processes that ended are added up in the files of process 0 when
another one starts, so that counters go on and files do not pile up; when nobody else lives, counting begins anew.
"""

import contextlib
import fcntl
import os
import struct
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import structlog

log = structlog.get_logger(__name__)

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # the library's own name
KINDS = {"counter": 65_536, "histogram": 1_048_576, "gauge_livesum": 65_536}  # bytes, enough for what we count
NOBODY = 0  # whose files hold what ended processes had counted


def shared(folder: Path) -> None:
    """Count in `folder`, with whoever else does. Before the first figure; alone if the folder is of no use."""
    if "prometheus_client" in sys.modules:
        raise RuntimeError("something was counted before it was said where")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder, fcntl.LOCK_EX):
            os.environ[FOLDER] = str(folder)
            _tidy(folder)
            for kind in KINDS:
                _make_room(folder, kind, os.getpid())
    except OSError as error:
        log.warning("this process counts alone", folder=str(folder), error=str(error))


@contextlib.contextmanager
def locked(folder: Path, kind: int = fcntl.LOCK_SH) -> Generator[None]:
    """Hold the folder: readers share it, who tidies up has it alone."""
    with (folder / "lock").open("a") as file:
        fcntl.flock(file, kind)
        yield


def forget_dead(folder: Path) -> None:
    """Remove what ended processes said of a moment that is over: requests in flight, connections in use."""
    for file in folder.glob("gauge_*.db"):
        if not _lives(_owner(file)):
            file.unlink(missing_ok=True)


def _owner(file: Path) -> int:
    return int(file.stem.rpartition("_")[2])


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return process != NOBODY


def _tidy(folder: Path) -> None:
    files = sorted(folder.glob("*.db"))
    left = [file for file in files if _owner(file) == os.getpid() or not _lives(_owner(file))]
    if left == files:
        for file in left:
            _remove(file)
        return
    for file in left:
        if _owner(file) != NOBODY:
            _keep(file)


def _remove(file: Path) -> None:
    with contextlib.suppress(OSError):
        file.unlink()


def _keep(file: Path) -> None:
    from prometheus_client.mmap_dict import MmapedDict

    files: Any = MmapedDict
    kind, is_past = file.stem.rpartition("_")[0], file.stem.startswith("gauge")
    with contextlib.suppress(OSError, RuntimeError, ValueError, struct.error):  # its process ended while it wrote
        if not is_past:
            values = list(files.read_all_values_from_file(str(file)))
            kept = files(str(_make_room(file.parent, kind, NOBODY)))
            for key, value, _, _ in values:
                kept.write_value(key, kept.read_value(key)[0] + value, 0.0)
            kept.close()
    _remove(file)


def _make_room(folder: Path, kind: str, process: int) -> Path:
    # A file that is mapped into memory and has holes kills its process when the disk is full.
    file = folder / f"{kind}_{process}.db"
    if hasattr(os, "posix_fallocate"):
        with contextlib.suppress(OSError), file.open("ab") as opened:
            os.posix_fallocate(opened.fileno(), 0, KINDS[kind])
    return file
