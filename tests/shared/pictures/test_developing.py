"""Developing pictures: by the job, once, again, and in spite of everything."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import text

from guildhall.platform import jobs
from guildhall.platform.live import Buffer, Live, Signal
from guildhall.platform.storage import read, store
from guildhall.platform.storage.errors import FileMissing
from guildhall.platform.storage.files import remove
from guildhall.shared.pictures.service import developing, intake
from tests import images
from tests.guild import Guild, configured
from tests.images import BLUE, GREEN, RED, WHITE
from tests.platform.images.children import signal_at_work
from tests.platform.images.prints import are_near, colours, opened
from tests.platform.storage.shelves import held, put
from tests.platform.test_job_rescue import DIE
from tests.platform.work import until, waiting
from tests.processes import Process
from tests.shared.pictures.rolls import ALL, DEVELOPING, count, developed, facts, files, renditions, taken_in, work


@pytest.fixture
async def news(guild: Guild) -> AsyncIterator[Buffer[str]]:
    """What is told about pictures."""
    live = Live(guild.database)
    with live.listening(developing.TOPIC) as words:
        assert await words.next() is Signal.MISSED  # it hears from now on
        yield words
    await live.close()


async def again(guild: Guild, picture_id: int) -> str | None:
    async with guild.session() as session:
        return await developing.develop(session, picture_id, again=True)


async def test_a_worker_makes_every_rendition(guild: Guild) -> None:
    picture_id = await taken_in(guild, images.jpeg(1600, 1200, orientation=6, gps=True))
    await work(guild)
    made = await renditions(guild, picture_id)
    assert set(made) == {*ALL, ("original", "jpeg")}
    assert len(made) == developing.RENDITIONS
    assert all(are_near(colours(opened(one)), [RED, GREEN, BLUE, WHITE]) for one in made.values())
    assert (await facts(guild, picture_id)).state == "ready"
    assert await waiting(guild) == []


async def test_who_listens_is_told_when_it_is_ready(guild: Guild, news: Buffer[str]) -> None:
    picture_id = await developed(guild)
    assert await news.next() == f"{picture_id} ready"


async def test_developing_twice_changes_nothing(guild: Guild) -> None:
    picture_id = await developed(guild)
    before = await files(guild)
    with guild.statements() as statements:
        async with guild.session() as session:
            await developing.develop_new(session, picture_id=picture_id)
    assert len(statements) == 2
    assert [file.id for file in await files(guild)] == [file.id for file in before]


async def test_a_picture_that_is_gone_is_no_trouble(guild: Guild) -> None:
    async with guild.session() as session:
        assert await developing.develop(session, 12345) is None


async def test_developing_takes_few_statements_and_two_for_each_file(guild: Guild) -> None:
    picture_id = await taken_in(guild, images.noisy(1200, 900))
    with guild.statements() as statements:
        async with guild.session() as session:
            await developing.develop(session, picture_id)
    assert len(statements) == 8 + 2 * developing.RENDITIONS


async def test_a_picture_that_ends_the_process_is_broken_and_others_are_told(guild: Guild, news: Buffer[str]) -> None:
    picture_id = await taken_in(guild, images.bomb(8000))
    working = asyncio.create_task(work(guild))
    await signal_at_work(signal.SIGSEGV)
    assert await news.next() == f"{picture_id} broken"
    await working
    assert (await facts(guild, picture_id)).state == "broken"
    assert await renditions(guild, picture_id) == {}
    assert await again(guild, picture_id) == "ready"


async def test_an_original_that_is_not_where_it_was_makes_no_picture_broken(guild: Guild) -> None:
    picture_id = await taken_in(guild, images.jpeg(seed=77))
    key = (await files(guild))[0].key
    original = await read(key)
    await remove(store(), key)  # as on a volume that is not mounted
    with pytest.raises(FileMissing):
        await again(guild, picture_id)
    await put(store().url, key, original)
    assert (await facts(guild, picture_id)).state == "new"
    assert await again(guild, picture_id) == "ready"


async def test_a_picture_is_developed_again_with_todays_watermark_and_the_old_files_go(
    guild: Guild, tmp_path: Path
) -> None:
    picture_id = await developed(guild, images.jpeg(1600, 1200), watermarked=True)
    before, places = await renditions(guild, picture_id), {file.key for file in await files(guild)}
    Image.new("RGB", (100, 50)).save(tmp_path / "mark.png")
    with configured(picture_watermark=str(tmp_path / "mark.png")):
        assert await again(guild, picture_id) == "ready"
    await work(guild)
    after = await renditions(guild, picture_id)
    assert {name for name in after if after[name] != before[name]} == {("large", "webp"), ("large", "jpeg")}
    gone = places - {file.key for file in await files(guild)}
    assert len(gone) == 2
    assert not gone & set(await held(store().url))


async def test_a_watermark_is_only_for_those_who_asked_for_it(guild: Guild, tmp_path: Path) -> None:
    Image.new("RGB", (100, 50)).save(tmp_path / "mark.png")
    with configured(picture_watermark=str(tmp_path / "mark.png")):
        made = await renditions(guild, await developed(guild, images.jpeg(1600, 1200)))
    assert are_near(colours(opened(made["large", "jpeg"])), [RED, GREEN, BLUE, WHITE])
    assert opened(made["large", "jpeg"]).getpixel((930, 705)) != (0, 0, 0)


async def test_many_at_once_develop_a_picture_once(guild: Guild) -> None:
    picture_id = await taken_in(guild, images.jpeg(1600, 1200))

    async def develop() -> str | None:
        async with guild.session() as session:
            return await developing.develop(session, picture_id)

    with guild.statements() as statements:
        assert await asyncio.gather(*(develop() for _ in range(6))) == ["ready"] * 6
    assert len([one for one in statements if one.startswith("INSERT INTO picture_renditions")]) == 1


async def test_a_picture_that_is_removed_meanwhile_stays_removed(guild: Guild) -> None:
    picture_id = await taken_in(guild, images.bomb(8000))

    async def develop() -> str | None:
        async with guild.session() as session:
            return await developing.develop(session, picture_id)

    developing_it = asyncio.create_task(develop())
    await signal_at_work(0)
    async with guild.session() as session:
        await intake.remove(session, [picture_id])
    assert await developing_it is None
    await work(guild)
    assert await files(guild) == []


async def test_a_rendition_is_never_half_replaced(guild: Guild) -> None:
    picture_id = await developed(guild, images.jpeg(1600, 1200))
    before = await renditions(guild, picture_id)
    with pytest.raises(RuntimeError):
        async with guild.session() as session:
            await developing.develop(session, picture_id, again=True)
            raise RuntimeError
    assert await renditions(guild, picture_id) == before


@pytest.mark.skipif(not store().lasts, reason="another process does not see what is in the memory of this one")
async def test_what_a_killed_worker_was_developing_is_developed_by_the_next(
    guild: Guild, database_url: str, tmp_path: Path
) -> None:
    picture_id = await taken_in(guild, images.bomb(8000))
    where = {"DATABASE_URL": database_url, "STORAGE_URL": store().url}
    process = Process("worker", "--queues", "pictures", data=tmp_path / "data", settings=where)
    await signal_at_work(0, parent=process.pid)
    process.stop(signal.SIGKILL)
    assert [job[2] for job in await waiting(guild) if job[0] == developing.DEVELOP] == ["doing"]
    async with guild.session() as session:
        await session.execute(text(DIE))

    async def is_ready() -> bool:
        return (await facts(guild, picture_id)).state == "ready"

    async with jobs.working(guild.database, [DEVELOPING], 2):
        await until(is_ready)
    assert await count(guild, "picture_renditions") == developing.RENDITIONS
