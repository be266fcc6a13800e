"""Where the tests keep files: in a folder, unless `GUILDHALL_TESTS_STORAGE` says `memory` or `s3`.

    GUILDHALL_TESTS_STORAGE=s3 ./guildhall test tests/shared/pictures

Every worker has a store of its own, as it has a database of its own: the same bytes lie in a store once, and what the
tests of one worker let go is not to be missed by those of another.
"""

import os
from collections.abc import Callable
from pathlib import Path

from guildhall.core.settings import settings
from tests.buckets import Buckets

KIND = "GUILDHALL_TESTS_STORAGE"
KINDS = ("folder", "memory", "s3")
BUCKET = "GUILDHALL_TESTS_BUCKET"


def open_for_all(closing: Callable[[Callable[[], None]], None]) -> None:
    """Start what all workers share; `closing` is told how to end it. Before the workers are started."""
    kind = os.environ.setdefault(KIND, "folder")
    if kind not in KINDS:
        raise ValueError(f"{KIND} must be one of {', '.join(KINDS)}, and not {kind}")
    if kind == "s3":
        buckets = Buckets().__enter__()
        closing(buckets.__exit__)
        os.environ[BUCKET] = buckets.new("NAME")


def use_own(worker: str, folder: Path) -> None:
    """Let this process keep files in a store of its own; below `folder`, if it is a folder. What is in work, too."""
    os.environ["GUILDHALL_STORAGE_URL"] = url_of(worker, folder / "stores")
    os.environ["GUILDHALL_DATA"] = str(folder / worker)
    settings.cache_clear()


def url_of(name: str, folder: Path) -> str:
    """The URL of a store with a name, of the kind that the tests run on; below `folder`, if it is a folder."""
    kinds = {
        "folder": (folder / name).as_uri(),
        "memory": f"memory://{name}",
        "s3": os.environ.get(BUCKET, "").replace("NAME", name),
    }
    return kinds[os.environ[KIND]]
