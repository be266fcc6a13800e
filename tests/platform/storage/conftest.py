"""Places for files."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from guildhall.platform.storage import Store, store
from tests.buckets import Buckets
from tests.guild import configured

Place = Callable[[str], str]


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Makes the URL of a new, empty store: `place("folder")`, `place("bucket")`, `place("memory")`."""

    def make(kind: str) -> str:
        if kind == "folder":
            folder = tmp_path / f"folder-{len(list(tmp_path.iterdir()))}"
            folder.mkdir()
            return folder.as_uri()
        if kind == "memory":
            return f"memory://{tmp_path.name}"
        buckets: Buckets = request.getfixturevalue("buckets")
        return buckets.new("some/prefix")

    return make


@pytest.fixture(params=["folder", "memory", "bucket"])
def storage(request: pytest.FixtureRequest, place: Place, tmp_path: Path) -> Iterator[Store]:
    """An empty store of each kind in its turn, and an empty data folder: the ones that are set."""
    with configured(storage_url=place(request.param), data=str(tmp_path / "data")):
        yield store()
