"""Sweeping: what is found, what is mended, and what is only told."""

from datetime import timedelta
from io import BytesIO

import obstore
import pytest
from sqlalchemy import update

from guildhall.core import clock
from guildhall.platform import storage
from guildhall.platform.storage import StoredFile
from guildhall.platform.storage.domain import domain
from guildhall.platform.storage.sweeping import Findings, sweep
from guildhall.shared.pictures.models import Picture
from tests.guild import Guild, configured
from tests.platform.storage.conftest import Place
from tests.platform.work import work_off

AT_ONCE = timedelta(0)


async def kept(guild: Guild, content: bytes, *, is_needed: bool = True) -> str:
    """A file that was kept two days ago, as the original of a picture when it is needed; its key."""
    async with guild.session() as session:
        async with storage.received(BytesIO(content), 1000) as file:
            row = await storage.keep(session, file, "tests", "image/png")
        row.created_at = clock.now() - timedelta(days=2)
        if is_needed:
            session.add(Picture(original_id=row.id, width=1, height=1, thumbhash=""))
        return row.key


async def swept(guild: Guild, *, mend: bool = True, older_than: timedelta = AT_ONCE) -> Findings:
    async with guild.session() as session:
        return await sweep(session, mend=mend, older_than=older_than)


@pytest.mark.parametrize("kind", ["folder", "bucket"])
async def test_what_killed_processes_leave_is_found_and_mended(guild: Guild, place: Place, kind: str) -> None:
    with configured(storage_url=place(kind)):
        await kept(guild, b"needed")
        unneeded = await kept(guild, b"unneeded", is_needed=False)
        stray = storage.StoredFile(kind="tests", sha256=bytes(32)).key
        for key in (stray, "incoming/2026-01-01/half"):
            await obstore.put_async(storage.store().files, key, b"left behind")
        clean = Findings(
            files=3, files_without_row=[stray], unfinished=["incoming/2026-01-01/half"], unneeded=[unneeded]
        )
        assert await swept(guild, mend=False) == clean
        assert await swept(guild) == clean
        await work_off(guild, domain)
        assert await swept(guild) == Findings(files=1)


async def test_an_upload_on_its_way_is_left_alone(guild: Guild, place: Place) -> None:
    with configured(storage_url=place("folder")):
        await obstore.put_async(storage.store().files, "incoming/2026-01-01/half", b"on its way")
        assert (await swept(guild, older_than=timedelta(hours=1))).unfinished == []


async def test_a_new_file_is_not_yet_one_that_nobody_needs(guild: Guild, place: Place) -> None:
    with configured(storage_url=place("folder")):
        await kept(guild, b"new", is_needed=False)
        async with guild.session() as session:
            await session.execute(update(StoredFile).values(created_at=clock.now()))
        assert (await swept(guild)).unneeded == []


async def test_a_row_without_its_file_is_told_and_kept(guild: Guild, place: Place) -> None:
    with configured(storage_url=place("folder")):
        key = await kept(guild, b"lost")
        await obstore.delete_async(storage.store().files, key)
        for _ in range(2):
            assert (await swept(guild)).rows_without_file == [key]


async def test_a_file_that_is_cut_off_counts_as_none(guild: Guild, place: Place) -> None:
    with configured(storage_url=place("folder")):
        key = await kept(guild, b"a whole file")
        await obstore.put_async(storage.store().files, key, b"a wh")
        assert (await swept(guild)).rows_without_file == [key]


async def test_what_is_none_of_ours_is_left_where_it_is(guild: Guild, place: Place) -> None:
    with configured(storage_url=place("folder")):
        await obstore.put_async(storage.store().files, "lost+found/thing", b"whatever")
        assert (await swept(guild)).files_without_row == []
        assert bytes(await (await obstore.get_async(storage.store().files, "lost+found/thing")).bytes_async())
