"""Sweeping: what is found where store and table differ, what is mended, and what is left to people."""

import asyncio
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from guildhall.core import clock
from guildhall.core.settings import settings
from guildhall.platform import jobs
from guildhall.platform.storage import Store, StoredFile, comparing, read, store, sweeping
from guildhall.platform.storage.domain import domain
from guildhall.platform.storage.files import clear, remove
from guildhall.platform.storage.findings import Ages, Found, What
from tests.guild import Guild, configured
from tests.platform.storage.conftest import Place
from tests.platform.storage.shelves import content, held, put
from tests.platform.storage.test_files import kept, rows
from tests.platform.work import work_off

AT_ONCE = Ages(timedelta(0), timedelta(0))
ELSEWHERE = f"pictures/00/{'00' * 32}"


@pytest.fixture(autouse=True)
def own_scratch(tmp_path: Path) -> Iterator[None]:
    """What is in work elsewhere meanwhile is none of these tests' business."""
    with configured(data=str(tmp_path / "data")):
        yield


async def looked(guild: Guild, ages: Ages = AT_ONCE, *, checksums: bool = False) -> Found:
    async with guild.session() as session:
        return await sweeping.look(session, ages, checksums=checksums)


async def mended(guild: Guild, ages: Ages = AT_ONCE, *, even_most: bool = False) -> dict[What, int]:
    async with guild.session() as session:
        return dict(await sweeping.mend(session, await sweeping.look(session, ages), ages, even_most=even_most))


async def test_an_empty_guild_has_nothing_to_find(guild: Guild, storage: Store) -> None:
    assert await looked(guild) == Found()
    assert await mended(guild) == {}


async def test_files_that_are_referred_to_are_good(guild: Guild, storage: Store) -> None:
    for number in range(5):
        await kept(guild, content(100, number), referred=True)
    assert await looked(guild, checksums=True) == Found(good=5)
    assert await mended(guild) == {}


async def test_a_row_without_its_file_is_told_of_and_stays(guild: Guild, storage: Store) -> None:
    row = await kept(guild, b"lost", referred=True)
    await remove(storage, row.key)
    with capture_logs() as logs:
        assert (found := await looked(guild)).counts == {"missing": 1}
    assert found.faults == 1
    told = [log for log in logs if log["log_level"] == "error"]
    assert [told[0][fact] for fact in ("what", "key", "file_id")] == ["missing", row.key, row.id]
    assert await mended(guild) == {}
    assert await rows(guild) == {row.key: 4}


async def test_a_file_without_a_row_is_removed(guild: Guild, storage: Store) -> None:
    good = await kept(guild, b"good", referred=True)
    await put(storage.url, ELSEWHERE, b"stray")
    assert (await looked(guild)).counts == {"stray": 1}
    assert await mended(guild) == {"stray": 1}
    assert await held(storage.url) == {good.key: b"good"}
    assert await looked(guild) == Found(good=1)


async def test_a_file_of_a_kind_without_rows_is_found_too(guild: Guild, storage: Store) -> None:
    await put(storage.url, f"forgotten/00/{'00' * 32}", b"stray")
    assert await mended(guild) == {"stray": 1}
    assert await held(storage.url) == {}


async def test_a_young_file_without_a_row_may_still_get_it(guild: Guild, storage: Store) -> None:
    await put(storage.url, ELSEWHERE, b"young")
    assert await looked(guild, Ages()) == Found()
    with clock.stopped(clock.now() + timedelta(hours=1, minutes=1)):
        assert (await looked(guild, Ages())).counts == {"stray": 1}


async def test_what_is_none_of_ours_is_counted_and_left(guild: Guild, storage: Store) -> None:
    theirs = ["readme.txt", "Backup/yesterday", "pictures/notes", "pictures/ab/notes", f"pictures/ab/{'00' * 32}"]
    for key in theirs:
        await put(storage.url, key, b"theirs")
    assert (await looked(guild)).counts == {"foreign": len(theirs)}
    assert await mended(guild) == {}
    assert sorted(await held(storage.url)) == sorted(theirs)


async def test_what_was_on_its_way_is_removed_after_an_hour(guild: Guild, storage: Store) -> None:
    await put(storage.url, "incoming/2026-01-01/ab12", b"half")
    assert await mended(guild, Ages()) == {}
    with clock.stopped(clock.now() + timedelta(hours=1, minutes=1)):
        assert await mended(guild, Ages()) == {"unfinished": 1}
    assert await held(storage.url) == {}


async def test_what_the_store_itself_wrote_half_is_removed_too(guild: Guild, place: Place, tmp_path: Path) -> None:
    with configured(storage_url=place("folder"), data=str(tmp_path / "data")):
        half = store().path("incoming/2026-01-01/ab12#1")
        assert half
        half.parent.mkdir(parents=True)
        half.write_bytes(b"half")
        assert await held(store().url) == {}  # the library does not show it
        assert await mended(guild) == {"unfinished": 1}
        assert not half.exists()


async def test_what_was_in_work_on_this_machine_is_removed_after_an_hour(guild: Guild, storage: Store) -> None:
    scratch = settings().data / "scratch"
    (scratch / "developing-1").mkdir(parents=True)
    for path in (scratch / "a", scratch / "developing-1" / "b", scratch / "young"):
        path.write_bytes(b"half")
    before = (clock.now() - timedelta(hours=2)).timestamp()
    for path in (scratch / "a", scratch / "developing-1"):
        os.utime(path, (before, before))
    assert await mended(guild, Ages()) == {"leftover": 2}
    assert [path.name for path in scratch.iterdir()] == ["young"]


async def test_a_row_that_nobody_refers_to_goes_after_a_day_with_its_file(guild: Guild, storage: Store) -> None:
    row, needed = await kept(guild, b"unneeded"), await kept(guild, b"needed", referred=True)
    assert await mended(guild, Ages()) == {}
    with clock.stopped(clock.now() + timedelta(hours=25)):
        assert (await looked(guild, Ages())).counts == {"unneeded": 1}
        assert await mended(guild, Ages()) == {"unneeded": 1, "stray": 1}
    assert await rows(guild) == {needed.key: 6}
    assert row.key not in await held(storage.url)
    await work_off(guild, domain)
    assert await held(storage.url) == {needed.key: b"needed"}


async def test_a_file_of_another_size_is_told_of_and_stays(guild: Guild, storage: Store) -> None:
    row = await kept(guild, b"whole", referred=True)
    await put(storage.url, row.key, b"who")
    assert (found := await looked(guild)).counts == {"damaged": 1}
    assert (found.good, found.faults) == (0, 1)
    assert await mended(guild) == {}
    assert await held(storage.url) == {row.key: b"who"}


async def test_other_bytes_of_the_same_size_are_found_by_the_checksum(guild: Guild, storage: Store) -> None:
    row, good = await kept(guild, b"whole", referred=True), await kept(guild, content(300_000), referred=True)
    await put(storage.url, row.key, b"wrong")
    assert await looked(guild) == Found(good=2)
    assert (await looked(guild, checksums=True)).counts == {"damaged": 1}
    assert set(await held(storage.url)) == {row.key, good.key}


async def test_a_store_most_of_which_has_no_row_is_not_mended_unless_it_is_said(guild: Guild, place: Place) -> None:
    with configured(storage_url=place("folder")):
        many = sweeping.MANY + 1
        for number in range(many):
            await put(store().url, f"pictures/00/00{number:062x}", b"another guild's")
        with pytest.raises(sweeping.WrongStore, match="101 files have no row, and only 0 have one"):
            await mended(guild)
        assert len(await held(store().url)) == many
        assert await mended(guild, even_most=True) == {"stray": many}
        assert await held(store().url) == {}


async def test_many_faults_are_told_of_one_by_one_up_to_a_hundred(guild: Guild, place: Place) -> None:
    with configured(storage_url=place("memory")):
        async with guild.session() as session:
            await session.execute(text(MANY_ROWS), {"many": sweeping.TOLD + 5})
        with capture_logs() as logs:
            assert (await looked(guild)).counts["missing"] == sweeping.TOLD + 5
    assert sum("key" in log for log in logs) == sweeping.TOLD
    assert [log["missing"] for log in logs if "good" in log] == [sweeping.TOLD + 5]


MANY_ROWS = """
INSERT INTO stored_files (kind, sha256, size, content_type)
SELECT 'pictures', sha256(number::text::bytea), 1, 'image/jpeg' FROM generate_series(1, :many) AS number
"""


async def test_as_many_statements_are_asked_for_a_thousand_files_as_for_one_on_a_shelf(
    guild: Guild, place: Place
) -> None:
    with configured(storage_url=place("memory")):
        await put_rows(guild, 1)
        with guild.statements() as few:
            assert (await looked(guild, Ages())).good == 1
        await put_rows(guild, 1000)
        with guild.statements() as many:
            assert (await looked(guild, Ages())).good == 1001
    assert len(many) == len(few)


async def put_rows(guild: Guild, many: int) -> None:
    """So many files with their rows, all on one shelf."""
    async with guild.session() as session:
        for number in range(many):
            name = f"ab{many:08}{number:054}"
            session.add(StoredFile(kind="pictures", sha256=bytes.fromhex(name), size=1, content_type="image/jpeg"))
            await put(store().url, f"pictures/ab/{name}", b"1")


async def test_the_job_of_every_night_mends(guild: Guild, storage: Store) -> None:
    await put(storage.url, ELSEWHERE, b"stray")
    with clock.stopped(clock.now() + timedelta(hours=2)):
        async with guild.session() as session:
            await jobs.enqueue(session, sweeping.SWEEP, at=clock.now() - timedelta(hours=3))
        await work_off(guild, domain)
    assert await held(storage.url) == {}
    assert sweeping.SWEEP in {schedule.job for schedule in domain.schedules}


async def test_every_foreign_key_counts_whatever_its_table_is_called(guild: Guild, storage: Store) -> None:
    row = await kept(guild, b"needed")
    async with guild.session() as session:
        await session.execute(text('CREATE TABLE "Odd ones" ("The file" integer REFERENCES stored_files)'))
        await session.execute(text('INSERT INTO "Odd ones" VALUES (:id)'), {"id": row.id})
    try:
        assert await mended(guild) == {}
    finally:
        async with guild.session() as session:
            await session.execute(text('DROP TABLE "Odd ones"'))
    assert await mended(guild) == {"unneeded": 1, "stray": 1}


async def test_who_removes_strays_takes_nothing_from_those_who_are_just_keeping(guild: Guild, storage: Store) -> None:
    over = asyncio.Event()

    async def sweep_on() -> None:
        while not over.is_set():
            async with guild.session() as session:
                async for finding in comparing.differences(session, storage, timedelta(0), Found()):
                    await clear(session, finding.name)
                    await session.commit()

    sweeping_on = asyncio.create_task(sweep_on())

    async def keep_some(seed: int) -> None:
        for turn in range(5):
            row = await kept(guild, content(1000, seed * 10 + turn), referred=True)
            assert len(await read(row.key)) == 1000

    try:
        await asyncio.gather(*(keep_some(seed) for seed in range(3)))
    finally:
        over.set()
    await sweeping_on
    assert (await looked(guild, checksums=True)).good == 15
