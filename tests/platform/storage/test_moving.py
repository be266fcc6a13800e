"""Moving files: all of them arrive as their rows tell, and what is wrong is told and not passed on."""

from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import obstore
import psycopg
import pytest

from guildhall.platform.storage import moving
from guildhall.platform.storage.moving import Move, Moved, StoreAway, WrongMove, amount, ends
from guildhall.platform.storage.stores import store_at
from tests.buckets import SECRET, Buckets
from tests.guild import Guild
from tests.platform.storage.conftest import Place
from tests.platform.storage.shelves import MIB, content, fill, held, put

WAYS = [("folder", "folder"), ("folder", "bucket"), ("bucket", "folder"), ("bucket", "bucket")]
SMALL = [content(0), content(1), content(70_000), content(300_000)]
LARGE = [content(5 * MIB), content(5 * MIB + 1), content(12 * MIB)]


async def move(guild: Guild, source: str, target: str, *, verify: bool = False) -> list[Moved]:
    """Everything that became of files."""
    told: list[Moved] = []
    await Move(guild.database, *ends(source, target), verify=verify).run(told.append)
    return told


def fates(told: list[Moved]) -> dict[str, int]:
    return dict(Counter(moved.fate for moved in told))


def path(url: str, key: str) -> Path:
    return Path(urlsplit(url).path) / key


@pytest.mark.parametrize(("one", "other"), WAYS)
async def test_every_file_arrives_and_stays_where_it_was(guild: Guild, place: Place, one: str, other: str) -> None:
    source, target = place(one), place(other)
    await fill(guild, source, SMALL + LARGE)
    assert fates(await move(guild, source, target)) == {"copied": 7}
    there = await held(target)
    assert sorted(there.values()) == sorted(SMALL + LARGE)
    assert there == await held(source)


async def test_a_bucket_learns_the_type_of_a_file(guild: Guild, place: Place) -> None:
    source, target = place("folder"), place("bucket")
    keys = await fill(guild, source, [SMALL[2], LARGE[1]])
    await move(guild, source, target)
    for key in keys:
        assert (await obstore.get_async(store_at(target).files, key)).attributes["Content-Type"] == "image/webp"


@pytest.mark.parametrize("other", ["folder", "bucket"])
async def test_what_is_there_already_is_passed_over(guild: Guild, place: Place, other: str) -> None:
    source, target = place("folder"), place(other)
    await fill(guild, source, SMALL)
    await move(guild, source, target)
    before = await obstore.head_async(store_at(target).files, (await fill(guild, source, SMALL))[3])
    await fill(guild, source, [content(50)])
    assert fates(await move(guild, source, target)) == {"there": 4, "copied": 1}
    assert before == await obstore.head_async(store_at(target).files, before["path"])


@pytest.mark.parametrize("other", ["folder", "bucket"])
async def test_what_is_there_with_another_size_is_copied_again(guild: Guild, place: Place, other: str) -> None:
    source, target = place("folder"), place(other)
    keys = await fill(guild, source, SMALL)
    await move(guild, source, target)
    await put(target, keys[3], SMALL[3][:1000])
    assert fates(await move(guild, source, target)) == {"there": 3, "copied": 1}
    assert await held(target) == await held(source)


@pytest.mark.parametrize("other", ["folder", "bucket"])
async def test_verifying_reads_what_is_there_and_mends_it(guild: Guild, place: Place, other: str) -> None:
    source, target = place("folder"), place(other)
    keys = await fill(guild, source, SMALL + LARGE)
    await move(guild, source, target)
    await put(target, keys[3], content(300_000, seed=1))
    await put(target, keys[6], content(12 * MIB, seed=1))
    assert fates(await move(guild, source, target)) == {"there": 7}
    assert fates(await move(guild, source, target, verify=True)) == {"there": 5, "copied": 2}
    assert await held(target) == await held(source)


@pytest.mark.parametrize(("one", "other"), WAYS)
@pytest.mark.parametrize("wrong", [content(300_000, seed=1), content(12 * MIB, seed=1), b"short"])
async def test_a_file_that_is_not_what_its_row_tells_is_not_passed_on(
    guild: Guild, place: Place, one: str, other: str, wrong: bytes
) -> None:
    source, target = place(one), place(other)
    keys = await fill(guild, source, [SMALL[2], SMALL[3], LARGE[2]])
    spoilt = keys[2] if len(wrong) > MIB else keys[1]
    await put(source, spoilt, wrong)
    told = await move(guild, source, target)
    assert fates(told) == {"copied": 2, "wrong": 1}
    assert [moved.key for moved in told if moved.fate == "wrong"] == [spoilt]
    assert set(await held(target)) == set(keys) - {spoilt}


@pytest.mark.parametrize("one", ["folder", "bucket"])
async def test_a_file_that_is_not_there_is_told(guild: Guild, place: Place, one: str) -> None:
    source, target = place(one), place("folder")
    keys = await fill(guild, source, SMALL)
    await obstore.delete_async(store_at(source).files, keys[2])
    told = await move(guild, source, target)
    assert fates(told) == {"copied": 3, "missing": 1}
    assert [moved.key for moved in told if moved.fate == "missing"] == [keys[2]]


async def test_a_file_that_goes_meanwhile_is_no_fault(
    guild: Guild, place: Place, sweeper: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "AT_ONCE", 1)
    source, target = place("folder"), place("folder")
    keys = await fill(guild, source, SMALL)
    told: list[Moved] = []

    def tell(moved: Moved) -> None:
        if not told:  # the rows of the others are read, their files are not
            sweeper.execute("DELETE FROM stored_files WHERE sha256 = decode(%s, 'hex')", [keys[3].rpartition("/")[2]])
            path(source, keys[3]).unlink()
        told.append(moved)

    await Move(guild.database, *ends(source, target)).run(tell)
    assert fates(told) == {"copied": 3, "gone": 1}


async def test_rows_are_read_in_pages(guild: Guild, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "PAGE", 3)
    source, target = place("folder"), place("folder")
    await fill(guild, source, [content(10, seed) for seed in range(7)])
    assert fates(await move(guild, source, target)) == {"copied": 7}


async def test_one_file_that_cannot_be_read_does_not_stop_the_others(guild: Guild, place: Place) -> None:
    source, target = place("folder"), place("folder")
    keys = await fill(guild, source, SMALL)
    path(target, keys[1]).mkdir(parents=True)
    (path(target, keys[1]) / "somebody's").touch()
    told = await move(guild, source, target)
    assert fates(told) == {"copied": 3, "failed": 1}
    assert [moved.key for moved in told if moved.fate == "failed"] == [keys[1]]
    assert not [key for key in await held(target) if key.startswith("incoming")]


async def test_a_bucket_that_is_not_there_stops_the_move(guild: Guild, place: Place, buckets: Buckets) -> None:
    source = place("folder")
    await fill(guild, source, SMALL)
    with pytest.raises(StoreAway, match=r"s3://nowhere/ cannot be used: no such bucket") as told:
        await move(guild, source, buckets.url("nowhere"))
    assert SECRET not in str(told.value)


async def test_the_amount_is_told_before(guild: Guild, place: Place) -> None:
    assert await amount(guild.database) == (0, 0)
    await fill(guild, place("folder"), SMALL)
    assert await amount(guild.database) == (4, 370_001)


def test_memory_is_nothing_to_move_from_or_to(tmp_path: Path) -> None:
    for source, target in (("memory://", tmp_path.as_uri()), (tmp_path.as_uri(), "memory://")):
        with pytest.raises(WrongMove, match="memory://"):
            ends(source, target)


def test_a_store_is_not_moved_to_itself(tmp_path: Path) -> None:
    link = tmp_path / "link"
    (tmp_path / "files").mkdir()
    link.symlink_to(tmp_path / "files")
    same = [
        ((tmp_path / "files").as_uri(), link.as_uri()),
        ("s3://bucket/a?region=eu-north-1", "s3://key:secret@bucket/a/"),
    ]
    for source, target in same:
        with pytest.raises(WrongMove, match="the same store"):
            ends(source, target)


def test_two_prefixes_of_a_bucket_are_two_stores() -> None:
    one, other = ends("s3://bucket/a", "s3://bucket/b")
    assert one.place != other.place


def test_a_folder_to_move_from_must_be_there_and_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(WrongMove, match="no folder"):
        ends((tmp_path / "typo").as_uri(), (tmp_path / "other").as_uri())
    assert list(tmp_path.iterdir()) == []


async def test_a_store_that_goes_away_meanwhile_ends_the_move(
    guild: Guild, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "AT_ONCE", 1)
    source, target = place("folder"), place("folder")
    await fill(guild, source, SMALL)
    folder, told = path(target, ""), list[Moved]()

    def tell(moved: Moved) -> None:
        told.append(moved)
        folder.rename(folder.with_name("elsewhere"))
        folder.touch()

    with pytest.raises(StoreAway, match=f"{target} cannot be used"):
        await Move(guild.database, *ends(source, target)).run(tell)
    assert fates(told) == {"copied": 1}
