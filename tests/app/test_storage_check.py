"""`guildhall storage check`: a real process, a real store, and what it says."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from guildhall.platform.storage import store
from guildhall.platform.storage.files import remove
from tests.guild import Guild, configured
from tests.platform.storage.shelves import held, put
from tests.platform.storage.test_files import kept, rows
from tests.processes import Process, free_port

ELSEWHERE = f"pictures/00/{'00' * 32}"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[str]:
    """The store of the tests and of the command."""
    url = (tmp_path / "files").as_uri()
    with configured(storage_url=url):
        yield url


def check(tmp_path: Path, database_url: str, folder: str, *arguments: str) -> Process:
    settings = {"DATABASE_URL": database_url, "STORAGE_URL": folder, "SECRET_KEY": os.environ["GUILDHALL_SECRET_KEY"]}
    done = Process("storage", "check", *arguments, data=tmp_path / "data", settings=settings)
    done.wait()
    return done


async def test_what_is_found_is_told_and_mended(guild: Guild, database_url: str, tmp_path: Path, folder: str) -> None:
    good, unneeded = await kept(guild, b"good", referred=True), await kept(guild, b"unneeded")
    await put(folder, ELSEWHERE, b"stray")
    looked = check(tmp_path, database_url, folder, "--no-mend", "--older-than", "0")
    assert looked.wait() == 0, looked.said
    for words in (
        "Found: 0 rows without their file",
        "Found: 1 files without a row",
        "Found: 1 rows that nobody refers to",
        "2 files are as their rows say",
    ):
        assert words in looked.said
    assert "Removed" not in looked.said
    assert set(await held(folder)) == {good.key, unneeded.key, ELSEWHERE}
    mended = check(tmp_path, database_url, folder, "--older-than", "0")
    assert mended.wait() == 0, mended.said
    assert "Removed: 2 files without a row" in mended.said
    assert "Removed: 1 rows that nobody refers to" in mended.said
    assert await held(folder) == {good.key: b"good"}


async def test_nothing_young_is_mended(guild: Guild, database_url: str, tmp_path: Path, folder: str) -> None:
    await put(folder, ELSEWHERE, b"stray")
    done = check(tmp_path, database_url, folder)
    assert done.wait() == 0, done.said
    assert set(await held(folder)) == {ELSEWHERE}


async def test_a_missing_file_is_named_and_ends_with_1(
    guild: Guild, database_url: str, tmp_path: Path, folder: str
) -> None:
    row = await kept(guild, b"lost", referred=True)
    await remove(store(), row.key)
    done = check(tmp_path, database_url, folder, "--checksums")
    assert done.wait() == 1
    assert row.key in done.said
    assert "Found: 1 rows without their file" in done.said
    assert "Bring them back from the backup" in done.said
    assert set(await rows(guild)) == {row.key}


async def test_another_guilds_store_is_not_swept(guild: Guild, database_url: str, tmp_path: Path, folder: str) -> None:
    for number in range(101):
        await put(folder, f"pictures/00/00{number:062x}", b"theirs")
    refused = check(tmp_path, database_url, folder, "--older-than", "0")
    assert refused.wait() == 1
    assert "nothing is removed: 101 files have no row" in refused.said
    assert len(await held(folder)) == 101
    done = check(tmp_path, database_url, folder, "--older-than", "0", "--even-most")
    assert done.wait() == 0
    assert await held(folder) == {}


async def test_a_store_that_is_away_is_told_in_a_sentence(guild: Guild, database_url: str, tmp_path: Path) -> None:
    away = f"s3://key:hemligt@bucket?endpoint=http://127.0.0.1:{free_port()}"
    done = check(tmp_path, database_url, away)
    assert done.wait() == 1
    assert "s3://bucket cannot be used: no answer" in done.said
    assert "Traceback" not in done.said
    assert "hemligt" not in done.said
