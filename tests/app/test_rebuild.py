"""`guildhall pictures rebuild`: an operator makes renditions again."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import delete

from guildhall.platform.storage import store
from guildhall.shared.pictures.models import Rendition
from guildhall.shared.pictures.service import developing
from tests import images
from tests.guild import Guild
from tests.platform.images.children import signal_at_work
from tests.processes import Process
from tests.shared.pictures.rolls import count, developed, facts, renditions, taken_in, work


@pytest.fixture
async def rolls(guild: Guild) -> AsyncIterator[list[int]]:
    """Three pictures: one complete, one that lacks a size, one new."""
    complete, lacking = [await developed(guild, images.jpeg(300, 200, seed=number)) for number in range(2)]
    new = await taken_in(guild, images.jpeg(300, 200, seed=2))
    async with guild.session() as session:
        await session.execute(delete(Rendition).where(Rendition.picture_id == lacking, Rendition.size == "small"))
    yield [complete, lacking, new]
    await work(guild)


def rebuild(database_url: str, data: Path, *options: str, **settings: str) -> Process:
    where = {"DATABASE_URL": database_url, "STORAGE_URL": store().url}
    return Process("pictures", "rebuild", *options, data=data / "data", settings=where | settings)


async def ended(process: Process) -> int:
    return await asyncio.to_thread(process.wait)


async def test_what_is_missing_is_made_and_then_nothing_is_left_to_do(
    guild: Guild, rolls: list[int], database_url: str, tmp_path: Path
) -> None:
    first = rebuild(database_url, tmp_path)
    assert await ended(first) == 0, first.said
    assert "2 of 2 pictures: 2 ready" in first.said
    assert await count(guild, "picture_renditions") == 3 * developing.RENDITIONS
    second = rebuild(database_url, tmp_path)
    assert await ended(second) == 0
    assert "0 of 0 pictures: nothing to do" in second.said


async def test_all_are_made_by_several_processes_and_look_as_before(
    guild: Guild, rolls: list[int], database_url: str, tmp_path: Path
) -> None:
    before = await renditions(guild, rolls[0])
    process = rebuild(database_url, tmp_path, "--all", PICTURE_PROCESSES="2")
    assert await ended(process) == 0, process.said
    assert "3 of 3 pictures: 3 ready" in process.said
    assert await renditions(guild, rolls[0]) == before


async def test_only_those_that_are_named(guild: Guild, rolls: list[int], database_url: str, tmp_path: Path) -> None:
    process = rebuild(database_url, tmp_path, "--ids", f"{rolls[2]}, 12345")
    assert await ended(process) == 0, process.said
    assert "1 of 1 pictures: 1 ready" in process.said
    assert (await facts(guild, rolls[2])).state == "ready"
    assert len(await renditions(guild, rolls[1])) == developing.RENDITIONS - 2


async def test_a_name_that_is_none_is_told_in_words(database_url: str, tmp_path: Path) -> None:
    process = rebuild(database_url, tmp_path, "--ids", "1,frog")
    assert await ended(process) == 2
    assert "frog is not the id of a picture" in process.said


async def test_one_that_cannot_be_made_keeps_what_it_has_and_the_others_go_on(
    guild: Guild, rolls: list[int], database_url: str, tmp_path: Path
) -> None:
    before = await renditions(guild, rolls[0])
    async with guild.session() as session:
        original = await developing._found(session, rolls[0])  # pyright: ignore[reportPrivateUsage]
    assert original
    place = store().path(original[1].key)
    assert place
    place.unlink()
    process = rebuild(database_url, tmp_path, "--all")
    assert await ended(process) == 1
    assert "3 of 3 pictures: 1 failed, 2 ready" in process.said
    assert await renditions(guild, rolls[0]) == before


async def test_who_ends_it_is_told_where_to_go_on(guild: Guild, database_url: str, tmp_path: Path) -> None:
    slow = [await developed(guild, images.bomb(8000 + number)) for number in range(3)]
    quick = await developed(guild)
    before = await renditions(guild, slow[-1])
    process = rebuild(database_url, tmp_path, "--all")
    await signal_at_work(0, parent=process.pid)
    process.stop(signal.SIGINT)
    assert any(f"Go on with --from {one}" in process.said for one in slow), process.said
    assert await renditions(guild, slow[-1]) == before
    again = rebuild(database_url, tmp_path, "--all", "--from", str(quick))
    assert await ended(again) == 0, again.said
    assert "1 of 1 pictures: 1 ready" in again.said
