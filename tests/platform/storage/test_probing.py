"""Whether a store can be used: said in words for people, without secrets."""

from pathlib import Path

import obstore
import pytest

from guildhall.platform import storage
from guildhall.platform.storage import UnusableStore, WrongStorageUrl, probing
from guildhall.platform.storage.probing import explained, probe
from guildhall.platform.storage.stores import store_at
from tests.buckets import KEY, SECRET, Buckets, Pipe
from tests.guild import configured
from tests.platform.storage.conftest import Place
from tests.processes import free_port

WRONG = [
    "files",
    "/srv/files",
    "http://example.org/files",
    "file://elsewhere/files",
    "s3://",
    f"s3://KEY:{SECRET}/with/slashes@bucket",
    f"s3://KEY:{SECRET}#@bucket",
    f"s3://KEY:{SECRET}?@bucket",
    f"s3://KEY:[{SECRET}@bucket",
    f"s3://bucket?{SECRET}=1",
    f"s3://bucket?virtual_hosted_style_request={SECRET}",
]


@pytest.mark.parametrize("url", WRONG)
def test_a_wrong_url_is_refused_without_its_secrets(url: str) -> None:
    with pytest.raises(WrongStorageUrl) as told:
        store_at(url)
    assert SECRET not in str(told.value)


def test_a_key_with_odd_letters_is_written_in_percents() -> None:
    place = store_at("s3://KEY:a%2Fb%40c%3A@bucket/prefix?endpoint=http://127.0.0.1:9")
    assert place.name == "s3://bucket/prefix"
    assert "a%2Fb" not in repr(place)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WrongStorageUrl, match=rf"the folder {tmp_path}/file/files cannot be made: Not a directory"):
        store_at((tmp_path / "file" / "files").as_uri())


def test_the_setting_is_named_when_its_url_is_wrong() -> None:
    with configured(storage_url="files"), pytest.raises(WrongStorageUrl, match=r"^GUILDHALL_STORAGE_URL: "):
        storage.usable()


def test_a_folder_that_cannot_be_written_to_is_refused_before_the_start() -> None:
    with configured(storage_url="file:///proc/self"), pytest.raises(UnusableStore, match="/proc/self"):
        storage.usable()


def test_a_bucket_that_does_not_answer_hinders_no_start() -> None:
    with configured(storage_url=f"s3://key:secret@bucket?endpoint=http://127.0.0.1:{free_port()}"):
        assert storage.usable().name == "s3://bucket"


@pytest.mark.parametrize("kind", ["folder", "bucket"])
async def test_a_store_that_can_be_used_is_ok(place: Place, kind: str) -> None:
    assert await probe(store_at(place(kind))) == "ok"


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def remove_folders_in(folder: Path) -> None:
    for one in folder.iterdir():
        one.rmdir()


async def test_probing_a_folder_leaves_nothing_in_it(place: Place, tmp_path: Path) -> None:
    url = place("folder")
    await probe(store_at(url))
    assert files_in(tmp_path) == []


async def test_a_folder_that_went_away_is_told(place: Place, tmp_path: Path) -> None:
    place_of_files = store_at(place("folder"))
    remove_folders_in(tmp_path)
    assert await probe(place_of_files) == "No such file or directory"


async def test_a_bucket_that_is_not_there_is_told(buckets: Buckets) -> None:
    assert await probe(store_at(buckets.url("nowhere"))) == "no such bucket"


async def test_a_bucket_that_does_not_answer_is_told_soon(buckets: Buckets) -> None:
    with Pipe(buckets.port) as pipe:
        pipe.hold_after(0)
        assert await probe(store_at(buckets.url("bucket", port=pipe.port)), patience=0.5) == "no answer"


async def test_what_a_bucket_says_is_asked_for_once_in_a_while(
    buckets: Buckets, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Pipe(buckets.port) as pipe, configured(storage_url=buckets.new(port=pipe.port)):
        assert await storage.health() == "ok"
        pipe.hold_after(0)
        assert await storage.health() == "ok"
        assert not pipe.is_stuck.is_set()
        monkeypatch.setattr(probing, "FRESH", 0)
        monkeypatch.setattr(probing, "PATIENCE", 0.5)
        assert await storage.health() == "no answer"


async def test_what_is_explained_holds_no_secret(buckets: Buckets) -> None:
    with pytest.raises(Exception, match="bucket") as told:
        await obstore.list_with_delimiter_async(store_at(buckets.url("nowhere")).files)
    words = explained(told.value)
    assert "NoSuchBucket" in words
    assert SECRET not in words
    assert KEY not in words
    assert "\n" not in words


def test_an_error_without_words_is_explained_by_its_name() -> None:
    assert explained(TimeoutError()) == "TimeoutError"


def test_an_address_is_explained_without_who_asks() -> None:
    assert explained(ValueError(f"no way to https://{KEY}:{SECRET}@s3.example.org/x")) == (
        "no way to https://s3.example.org/x"
    )
