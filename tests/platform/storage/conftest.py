"""Places for files."""

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.buckets import Buckets

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
            return f"memory://{secrets.token_hex(8)}"
        buckets: Buckets = request.getfixturevalue("buckets")
        return buckets.new("some/prefix")

    return make
