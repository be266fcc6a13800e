"""Every test of documents has an empty store of its own."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import stores
from tests.guild import configured


@pytest.fixture(autouse=True)
def shelf(tmp_path: Path) -> Iterator[None]:
    """The store that files are kept in."""
    with configured(storage_url=stores.url_of(f"shelf-{secrets.token_hex(4)}", tmp_path)):
        yield
