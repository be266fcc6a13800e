"""Every test of documents has a folder of its own for files: other tests run at the same time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.guild import configured


@pytest.fixture(autouse=True)
def shelf(tmp_path: Path) -> Iterator[Path]:
    """The folder that files are kept in."""
    folder = tmp_path / "shelf"
    with configured(storage_url=folder.as_uri()):
        yield folder
