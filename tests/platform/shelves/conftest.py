"""Processes with a board."""

from collections.abc import AsyncIterator

import pytest

from guildhall.platform.shelves import Shelf
from tests.guild import Guild
from tests.platform.shelves.boards import TOPIC, Process, process_with


@pytest.fixture
def shelf() -> Shelf:
    """Room for three things."""
    return Shelf("board", topics=(TOPIC, "elsewhere"), most=3)


@pytest.fixture
async def process(guild: Guild, shelf: Shelf, database_url: str) -> AsyncIterator[Process]:
    """One that hears the others, with a name on its board."""
    await guild.council("first")
    async with process_with(shelf, database_url) as made:
        await made.hear()
        yield made


@pytest.fixture
async def other(process: Process, shelf: Shelf, database_url: str) -> AsyncIterator[Process]:
    """Another one on the same database."""
    async with process_with(shelf, database_url) as made:
        await made.hear()
        yield made
