"""`./guildhall storage move`, as an operator runs it: told in words, killed in the middle, and gone on with."""

import os
import re
import signal
from pathlib import Path

import obstore
import pytest

from guildhall.platform.storage.stores import store_at
from tests.buckets import KEY, SECRET, Buckets, Pipe
from tests.guild import Guild
from tests.platform.storage.shelves import MIB, content, fill, held
from tests.processes import Process

FILES = [content(200_000, seed) for seed in range(20)] + [content(12 * MIB)]


@pytest.fixture
def folder(tmp_path: Path) -> str:
    (tmp_path / "files").mkdir()
    return (tmp_path / "files").as_uri()


def start(tmp_path: Path, database_url: str, *arguments: str) -> Process:
    settings = {"DATABASE_URL": database_url, "SECRET_KEY": os.environ["GUILDHALL_SECRET_KEY"]}
    return Process("storage", "move", *arguments, data=tmp_path / "data", settings=settings)


def number(said: str, fate: str) -> int:
    found = re.search(rf"(\d+) {fate}", said)
    return int(found[1]) if found else 0


async def test_a_move_tells_what_it_did_and_what_to_do_next(
    guild: Guild, database_url: str, tmp_path: Path, folder: str, buckets: Buckets
) -> None:
    bucket = buckets.new("guild")
    await fill(guild, folder, FILES)
    move = start(tmp_path, database_url, folder, bucket)
    assert move.wait() == 0, move.said
    assert f"21 files (15.8 MiB) from {folder} to s3://bucket-" in move.said
    assert "21 copied" in move.said
    assert "Set GUILDHALL_STORAGE_URL" in move.said
    assert await held(bucket) == await held(folder)
    again = start(tmp_path, database_url, folder, bucket, "--verify")
    assert again.wait() == 0, again.said
    assert "21 there" in again.said
    for said in (move.said, again.said):
        assert SECRET not in said
        assert KEY not in said


async def test_faults_are_told_by_their_keys_and_end_with_1(
    guild: Guild, database_url: str, tmp_path: Path, folder: str
) -> None:
    target = (tmp_path / "other").as_uri()
    keys = await fill(guild, folder, FILES[:5])
    await obstore.put_async(store_at(folder).files, keys[1], content(200_000, seed=99))
    await obstore.delete_async(store_at(folder).files, keys[3])
    move = start(tmp_path, database_url, folder, target)
    assert move.wait() == 1
    assert f"wrong: {keys[1]} (the checksum is another)" in move.said
    assert f"missing: {keys[3]} (" in move.said
    assert "3 copied" in move.said
    assert "Set GUILDHALL_STORAGE_URL" not in move.said
    assert set(await held(target)) == {keys[0], keys[2], keys[4]}


@pytest.mark.parametrize("way", ["into a bucket", "out of a bucket"])
async def test_a_move_that_is_killed_in_the_middle_goes_on(
    guild: Guild, database_url: str, tmp_path: Path, folder: str, buckets: Buckets, way: str
) -> None:
    bucket = buckets.new("guild")
    source, target = (folder, bucket) if way == "into a bucket" else (bucket, folder)
    keys = await fill(guild, source, FILES)
    with Pipe(buckets.port) as pipe:
        through = bucket.replace(str(buckets.port), str(pipe.port))
        pipe.hold_after(2 * MIB)  # some files are through, others begun
        move = start(tmp_path, database_url, *((folder, through) if target == bucket else (through, folder)))
        pipe.wait_until_stuck()
        assert move.stop(signal.SIGKILL) == -signal.SIGKILL
    before = {key: found for key, found in (await held(target)).items() if not key.startswith("incoming")}
    assert 0 < len(before) < len(keys)
    assert before.items() <= (await held(source)).items()
    again = start(tmp_path, database_url, source, target)
    assert again.wait() == 0, again.said
    # A bucket may still finish what it had got whole when we were killed.
    assert len(before) <= number(again.said, "there") < len(keys)
    assert number(again.said, "there") + number(again.said, "copied") == len(keys)
    after = await held(target)
    assert {key: after[key] for key in keys} == await held(source)


async def test_an_empty_guild_has_nothing_to_move(guild: Guild, database_url: str, tmp_path: Path, folder: str) -> None:
    move = start(tmp_path, database_url, folder, (tmp_path / "other").as_uri())
    assert move.wait() == 0, move.said
    assert "there is no file" in move.said


@pytest.mark.parametrize(
    ("source", "target", "words"),
    [
        ("file:///tmp", "file:///tmp", "both URLs name the same store"),
        ("file:///tmp", "memory://", "memory:// is gone with its process"),
        ("file:///no/such/folder", "file:///tmp", "there is no folder /no/such/folder"),
        ("file:///tmp", f"s3://{KEY}:{SECRET}/@bucket", "write / @ : ? # % as"),
        ("file:///tmp", "/tmp/files", "the URL of a store must be"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(
    database_url: str, tmp_path: Path, source: str, target: str, words: str
) -> None:
    move = start(tmp_path, database_url, source, target)
    assert move.wait() == 1
    assert words in move.said
    assert SECRET not in move.said
    assert len(move.said.splitlines()) == 1


def test_a_bucket_that_is_not_there_is_said_in_a_sentence(
    database_url: str, tmp_path: Path, folder: str, buckets: Buckets
) -> None:
    move = start(tmp_path, database_url, folder, buckets.url("nowhere"))
    assert move.wait() == 1
    assert "s3://nowhere/ cannot be used: no such bucket" in move.said
    assert "Traceback" not in move.said
    assert SECRET not in move.said
