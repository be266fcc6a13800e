"""Keeping files and letting them go: in folders, in memory and in buckets."""

import asyncio
import hashlib
import os
import tempfile
from contextlib import AsyncExitStack
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.errors import TooLarge
from guildhall.core.settings import settings
from guildhall.platform import storage as files
from guildhall.platform.storage import Store, StoredFile, store
from guildhall.platform.storage.domain import domain
from guildhall.platform.storage.files import drop_now, remove_now
from guildhall.shared.pictures.models import Picture
from tests.guild import Guild, configured
from tests.platform.storage.conftest import Place
from tests.platform.storage.shelves import MIB, content, held, put
from tests.platform.work import work_off

LIMIT = 16 * MIB


async def kept(guild: Guild, what: bytes, kind: str = "pictures", *, referred: bool = False) -> StoredFile:
    """A file that is kept, and that a picture refers to if it is said."""
    async with guild.session() as session, files.received(BytesIO(what), LIMIT) as file:
        row = await files.keep(session, file, kind, "image/jpeg")
        if referred:
            await refer(session, row.id)
        return row


async def refer(session: AsyncSession, file_id: int) -> None:
    """Let a picture be of this file."""
    await session.execute(
        insert(Picture).values(original_id=file_id, width=1, height=1, thumbhash="-", watermarked=False, state="new")
    )


async def drop(guild: Guild, *rows: StoredFile) -> None:
    """Let files go, and do what is to be done after the commit."""
    async with guild.session() as session:
        await files.drop(session, [row.id for row in rows])
    await work_off(guild, domain)


async def rows(guild: Guild) -> dict[str, int]:
    """The keys of the rows that everybody sees, and the sizes they tell of."""
    async with guild.session() as session:
        return {row.key: row.size for row in await session.scalars(select(StoredFile))}


async def test_a_file_is_kept_whole_and_known_by_what_it_holds(guild: Guild, storage: Store) -> None:
    what = content(9 * MIB)
    row = await kept(guild, what)
    assert row.sha256 == hashlib.sha256(what).digest()
    assert row.key == f"pictures/{row.sha256.hex()[:2]}/{row.sha256.hex()}"
    assert await held(storage.url) == {row.key: what}
    assert await rows(guild) == {row.key: len(what)}


async def test_a_file_on_the_disk_of_the_folder_is_not_copied(guild: Guild, place: Place, tmp_path: Path) -> None:
    with configured(storage_url=place("folder"), data=str(tmp_path / "data")):
        async with guild.session() as session, files.received(BytesIO(b"once"), LIMIT) as file:
            row = await files.keep(session, file, "pictures", "image/jpeg")
            lies = store().path(row.key)
            assert lies and await asyncio.to_thread(lies.samefile, file.path)
        assert await files.read(row.key) == b"once"  # also when what was received is gone


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="this system has no other disk for everybody")
async def test_a_file_on_another_disk_is_copied(guild: Guild, place: Place) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as data, configured(storage_url=place("folder"), data=data):
        row = await kept(guild, b"far away")
        assert await files.read(row.key) == b"far away"


async def test_a_file_of_nothing_is_a_file(guild: Guild, storage: Store) -> None:
    row = await kept(guild, b"")
    assert await held(storage.url) == {row.key: b""}
    assert await files.read(row.key) == b""


async def test_a_rollback_leaves_no_row_and_nothing_on_its_way(guild: Guild, storage: Store) -> None:
    with pytest.raises(RuntimeError):
        async with guild.session() as session, files.received(BytesIO(b"never"), LIMIT) as file:
            await files.keep(session, file, "pictures", "image/jpeg")
            raise RuntimeError
    assert await rows(guild) == {}
    assert not any(key.startswith("incoming/") for key in await held(storage.url))
    assert left_on_this_machine() == []


async def test_a_file_too_large_leaves_nothing(guild: Guild, storage: Store) -> None:
    with pytest.raises(TooLarge):
        async with files.received(BytesIO(content(3 * MIB)), 3 * MIB - 1):
            raise AssertionError
    async with files.received(BytesIO(content(3 * MIB)), 3 * MIB) as file:
        assert file.size == file.path.stat().st_size == 3 * MIB
    assert left_on_this_machine() == []
    assert await held(storage.url) == {}


async def test_the_same_bytes_lie_there_once_for_each_kind(guild: Guild, storage: Store) -> None:
    one, same = await kept(guild, b"the same"), await kept(guild, b"the same")
    other = await kept(guild, b"the same", "documents")
    assert one.id == same.id != other.id
    assert await held(storage.url) == {one.key: b"the same", other.key: b"the same"}


async def test_the_same_bytes_kept_by_many_at_once_lie_there_once(guild: Guild, storage: Store) -> None:
    ids = {row.id for row in await asyncio.gather(*(kept(guild, b"the same") for _ in range(6)))}
    assert len(ids) == 1
    assert list((await held(storage.url)).values()) == [b"the same"]
    assert len(await rows(guild)) == 1


async def test_several_are_kept_in_the_order_of_the_wishes(guild: Guild, storage: Store) -> None:
    async with guild.session() as session, files.received(BytesIO(b"a"), 9) as a, files.received(BytesIO(b"b"), 9) as b:
        found = await files.keep_all(session, [(one, "pictures", "image/webp") for one in (b, a, b)])
    assert [row.sha256 for row in found] == [b.sha256, a.sha256, b.sha256]
    assert sorted((await held(storage.url)).values()) == [b"a", b"b"]


async def test_many_with_the_same_files_in_other_orders_do_not_stop_each_other(guild: Guild, storage: Store) -> None:
    contents = [b"a", b"b", b"c", b"d"]

    async def keep_in(order: list[bytes]) -> None:
        async with guild.session() as session, AsyncExitStack() as stack:
            arrived = [await stack.enter_async_context(files.received(BytesIO(one), 9)) for one in order]
            await files.keep_all(session, [(one, "pictures", "image/webp") for one in arrived])

    await asyncio.gather(*(keep_in(order) for order in (contents, contents[::-1]) * 4))
    assert sorted((await held(storage.url)).values()) == contents


async def test_a_file_that_was_damaged_is_whole_when_it_comes_again(guild: Guild, storage: Store) -> None:
    row = await kept(guild, b"whole")
    await put(storage.url, row.key, b"who")
    await kept(guild, b"whole")
    assert await held(storage.url) == {row.key: b"whole"}


async def test_a_dropped_file_is_gone_with_its_row(guild: Guild, storage: Store) -> None:
    row, stays = await kept(guild, b"goes"), await kept(guild, b"stays")
    await drop(guild, row)
    assert await rows(guild) == {stays.key: 5}
    assert await held(storage.url) == {stays.key: b"stays"}


async def test_a_drop_that_is_rolled_back_drops_nothing(guild: Guild, storage: Store) -> None:
    row = await kept(guild, b"stays")
    with pytest.raises(RuntimeError):
        async with guild.session() as session:
            await files.drop(session, [row.id])
            raise RuntimeError
    await work_off(guild, domain)
    assert await held(storage.url) == {row.key: b"stays"}


async def test_a_file_that_somebody_refers_to_is_not_dropped(guild: Guild, storage: Store) -> None:
    row = await kept(guild, b"needed", referred=True)
    await drop(guild, row, row)
    assert await rows(guild) == {row.key: 6}
    assert await held(storage.url) == {row.key: b"needed"}


async def test_who_lets_a_file_go_removes_the_row_first_and_the_file_after_the_commit(
    guild: Guild, storage: Store
) -> None:
    row = await kept(guild, b"goes")
    with pytest.raises(RuntimeError):
        async with guild.session() as session:
            await drop_now(session, file_id=row.id)
            raise RuntimeError  # killed before the commit
    assert set(await rows(guild)) == set(await held(storage.url)) == {row.key}
    async with guild.session() as session:
        await drop_now(session, file_id=row.id)  # and killed after it
    assert await rows(guild) == {}
    await work_off(guild, domain)
    assert await held(storage.url) == {}


async def test_who_keeps_what_is_just_let_go_waits_and_has_it(guild: Guild, storage: Store) -> None:
    row = await kept(guild, b"wanted")
    async with guild.session() as session:
        await drop_now(session, file_id=row.id)
        keeping = asyncio.create_task(kept(guild, b"wanted", referred=True))
        await guild.until_waiting()
    new = await keeping
    await work_off(guild, domain)
    assert new.id != row.id
    assert await rows(guild) == {new.key: 6}
    assert await held(storage.url) == {new.key: b"wanted"}


async def test_who_removes_a_file_waits_for_who_is_keeping_it(guild: Guild, storage: Store) -> None:
    row = await kept(guild, b"wanted")
    async with guild.session() as session:
        await drop_now(session, file_id=row.id)
    async with guild.session() as session, files.received(BytesIO(b"wanted"), LIMIT) as file:
        await files.keep(session, file, "pictures", "image/jpeg")
        removing = asyncio.create_task(removed(guild, row.key))
        await guild.until_waiting()
    await removing
    assert await held(storage.url) == {row.key: b"wanted"}
    assert set(await rows(guild)) == {row.key}


async def removed(guild: Guild, key: str) -> None:
    async with guild.session() as session:
        await remove_now(session, key=key)


async def test_keeping_and_dropping_race_and_no_row_is_ever_without_its_file(guild: Guild, storage: Store) -> None:
    contents, over = [content(1000, seed) for seed in range(3)], asyncio.Event()

    async def keep_and_drop(which: int) -> None:
        for turn in range(6):
            row = await kept(guild, contents[(which + turn) % 3])
            async with guild.session() as session:
                await drop_now(session, file_id=row.id)
            await removed(guild, row.key)

    looking = asyncio.create_task(look_until(over, guild))
    await asyncio.gather(*(keep_and_drop(which) for which in range(4)))
    over.set()
    assert await looking > 0
    assert await rows(guild) == {}
    assert await held(storage.url) == {}


async def look_until(over: asyncio.Event, guild: Guild) -> int:
    """Read the file of every row that there is, again and again; how many were there to be read."""
    seen = 0
    while not over.is_set():
        async with guild.session() as session:
            for row in await session.scalars(select(StoredFile).with_for_update(read=True, key_share=True)):
                seen += len(await files.read(row.key)) == row.size  # nobody can let it go meanwhile
    return seen


async def test_no_foreign_key_lets_a_file_go_or_waits_with_its_refusal(guild: Guild) -> None:
    keys = """
        SELECT conrelid::regclass::text, confdeltype::text, condeferrable FROM pg_constraint
        WHERE contype = 'f' AND confrelid = 'stored_files'::regclass
    """
    async with guild.session() as session:
        found = {table: (on_delete, late) for table, on_delete, late in await session.execute(text(keys))}
    assert {"pictures", "picture_renditions", "documents"} <= set(found)
    assert set(found.values()) == {("a", False)}


async def test_a_file_and_its_folders_are_on_the_disk_before_the_commit(
    guild: Guild, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[Path] = []
    fsync = os.fsync

    def noted(descriptor: int) -> None:
        fsync(descriptor)
        flushed.append(Path(f"/proc/self/fd/{descriptor}").readlink())

    monkeypatch.setattr(os, "fsync", noted)
    with configured(storage_url=place("folder")):
        folder = store().folder
        assert folder
        async with guild.session() as session, files.received(BytesIO(b"lasts"), LIMIT) as file:
            row = await files.keep(session, file, "pictures", "image/jpeg")
            before_the_commit = list(flushed)
    whole, *others = before_the_commit
    assert whole.parts[-3] == "incoming"  # the bytes before the name: a name that leads to nothing is no file
    assert {folder / row.key, *(folder / row.key).parents[:3]} <= {*others}


def left_on_this_machine() -> list[Path]:
    """What lies in the folder for files that are nobody's yet."""
    return list((settings().data / "scratch").iterdir())
