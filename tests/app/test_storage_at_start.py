"""A store that cannot be used is said before the start, and by our health."""

import os
import shutil
from pathlib import Path

import pytest

from tests.buckets import SECRET, Buckets
from tests.guild import Guild, configured
from tests.processes import Process, serving

PRODUCTION = {
    "ENVIRONMENT": "production",
    "PUBLIC_URL": "https://api.example.com",
    "SITE_URL": "https://example.com",
    "SMTP_URL": "smtp+plain://127.0.0.1:9",
}


def on(url: str, **more: str) -> dict[str, str]:
    return {"DATABASE_URL": url, "SECRET_KEY": os.environ["GUILDHALL_SECRET_KEY"], **more}


@pytest.mark.parametrize("command", ["up", "serve", "worker"])
@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("/srv/files", "GUILDHALL_STORAGE_URL: the URL of a store must be"),
        ("file:///proc/no/folder", "GUILDHALL_STORAGE_URL: the folder /proc/no/folder cannot be made"),
        ("file:///proc/self", "GUILDHALL_STORAGE_URL: nothing can be kept in /proc/self"),
        (f"s3://KEY:{SECRET}/@bucket", "GUILDHALL_STORAGE_URL: in a bucket's key and secret"),
    ],
)
def test_nothing_starts_with_a_store_that_cannot_be_used(
    database_url: str, tmp_path: Path, command: str, url: str, words: str
) -> None:
    process = Process(command, data=tmp_path / "data", settings=on(database_url, STORAGE_URL=url))
    assert process.wait() == 1
    assert words in process.said
    assert SECRET not in process.said
    assert len(process.said.splitlines()) == 1


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_production_does_not_start_with_memory(database_url: str, tmp_path: Path, command: str) -> None:
    settings = on(database_url, STORAGE_URL="memory://", **PRODUCTION)
    process = Process(command, data=tmp_path / "data", settings=settings)
    assert process.wait() == 1
    assert "memory:// loses every file at the end; not in production" in process.said


def test_the_health_tells_of_a_folder_that_goes_away_and_comes_back(database_url: str, tmp_path: Path) -> None:
    files = tmp_path / "files"
    with serving(tmp_path / "data", on(database_url, STORAGE_URL=files.as_uri())) as server:
        assert server.http.get("/health/ready").json()["storage"] == "ok"
        shutil.rmtree(files)
        without = server.http.get("/health/ready")
        assert without.status_code == 503
        assert without.json() == {
            "status": "not ready",
            "database": "ok",
            "migrations": "ok",
            "storage": "No such file or directory",
        }
        files.mkdir()
        assert server.http.get("/health/ready").status_code == 200


async def test_the_health_tells_of_a_bucket_without_its_secrets(guild: Guild, buckets: Buckets) -> None:
    client = await guild.client()
    with configured(storage_url=buckets.new()):
        assert (await client.get("/health/ready")).json()["storage"] == "ok"
    with configured(storage_url=buckets.url("nowhere")):
        answer = await client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["storage"] == "no such bucket"
    assert SECRET not in answer.text


async def test_a_guild_in_memory_is_ready(guild: Guild) -> None:
    with configured(storage_url="memory://"):
        assert (await (await guild.client()).get("/health/ready")).json()["storage"] == "ok"
