"""Sending files: known ones, parts, small ones from memory, by proxy and by bucket."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI, Request, Response

from guildhall.core import edge
from guildhall.platform import storage
from guildhall.platform.storage import serving
from guildhall.platform.storage.serving import SMALL, Sent, answer
from tests.buckets import Buckets
from tests.guild import Guild, code, configured
from tests.platform.storage.conftest import Place

LETTERS = b"abcdefghij"
LONG = LETTERS * (SMALL // 5)  # twice as long as a small file
How = dict[str, Any]


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    app = FastAPI()
    edge.install(app)

    @app.api_route("/", methods=["GET", "HEAD"])
    async def send(request: Request) -> Response:
        how: How = request.app.state.how
        return await answer(request, request.app.state.file, cache_control="private, no-cache", **how)

    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://guild.test") as made:
        made.app = app  # pyright: ignore[reportAttributeAccessIssue]
        yield made


async def offer(client: httpx2.AsyncClient, guild: Guild, tmp_path: Path, content: bytes, **how: Any) -> str:
    """Let the client be sent a file of these bytes; its ETag."""
    path = tmp_path / "file"
    path.write_bytes(content)
    async with guild.session() as session:
        kept = await storage.keep(session, await storage.measured(path), "tests", "text/plain")
    state: Any = client.app.state  # pyright: ignore
    state.file, state.how = Sent(kept.kind, kept.sha256, kept.size, kept.content_type), how
    return f'"{kept.sha256.hex()}"'


@pytest.mark.parametrize("content", [LETTERS, LONG, b""], ids=["small", "long", "empty"])
async def test_a_file_is_sent_with_what_is_known_of_it(
    client: httpx2.AsyncClient, guild: Guild, tmp_path: Path, content: bytes
) -> None:
    etag = await offer(
        client, guild, tmp_path, content, vary="Accept", modified=datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
    )
    got, head = await client.get("/"), await client.head("/")
    assert (got.status_code, got.content) == (200, content)
    assert (head.status_code, head.content) == (200, b"")
    for one in (got, head):
        assert one.headers["etag"] == etag
        assert one.headers["content-length"] == str(len(content))
        assert one.headers["content-type"].startswith("text/plain")
        assert one.headers["cache-control"] == "private, no-cache"
        assert one.headers["x-content-type-options"] == "nosniff"
        assert one.headers["accept-ranges"] == "bytes"
        assert one.headers["vary"] == "Accept"
        assert one.headers["last-modified"] == "Tue, 03 Feb 2026 04:05:06 GMT"


@pytest.mark.parametrize("known", ["{}", "W/{}", '"other", {}', "*"])
async def test_who_has_it_is_told_so(client: httpx2.AsyncClient, guild: Guild, tmp_path: Path, known: str) -> None:
    etag = await offer(client, guild, tmp_path, LETTERS)
    for ask in (client.get, client.head):
        got = await ask("/", headers={"If-None-Match": known.format(etag)})
        assert (got.status_code, got.content, got.headers["etag"]) == (304, b"", etag)


@pytest.mark.parametrize("known", ['"other"', "", "other"])
async def test_who_has_another_gets_it(client: httpx2.AsyncClient, guild: Guild, tmp_path: Path, known: str) -> None:
    await offer(client, guild, tmp_path, LETTERS)
    assert (await client.get("/", headers={"If-None-Match": known})).status_code == 200


async def test_who_has_it_is_told_so_though_the_store_is_away(
    client: httpx2.AsyncClient, guild: Guild, tmp_path: Path
) -> None:
    etag = await offer(client, guild, tmp_path, LONG)
    with configured(storage_url=tmp_path.joinpath("elsewhere").as_uri()):
        assert (await client.get("/", headers={"If-None-Match": etag})).status_code == 304
        assert code(await client.get("/")) == (503, "file_missing")


@pytest.mark.parametrize("content", [LETTERS, LONG], ids=["small", "long"])
@pytest.mark.parametrize(("asked", "start", "end"), [("0-0", 0, 1), ("2-5", 2, 6), ("7-", 7, None), ("-3", -3, None)])
async def test_a_part_of_a_file_is_sent(
    client: httpx2.AsyncClient,
    guild: Guild,
    tmp_path: Path,
    content: bytes,
    asked: str,
    start: int,
    end: int | None,
) -> None:
    etag = await offer(client, guild, tmp_path, content)
    wanted = content[start:end]
    begin = start % len(content)
    for more in ({}, {"If-Range": etag}):
        got = await client.get("/", headers={"Range": f"bytes={asked}"} | more)
        assert (got.status_code, got.content) == (206, wanted)
        assert got.headers["content-length"] == str(len(wanted))
        assert got.headers["content-range"] == f"bytes {begin}-{begin + len(wanted) - 1}/{len(content)}"


@pytest.mark.parametrize("asked", ["bytes=0-1,3-4", "bytes=5-2", "bytes=-", "bytes=x-y", "lines=0-1", "bytes=²-3"])
async def test_what_is_no_single_part_is_the_whole(
    client: httpx2.AsyncClient, guild: Guild, tmp_path: Path, asked: str
) -> None:
    await offer(client, guild, tmp_path, LETTERS)
    got = await client.get("/", headers=[(b"Range", asked.encode("latin-1"))])
    assert (got.status_code, got.content) == (200, LETTERS)


async def test_a_part_of_another_version_is_the_whole(client: httpx2.AsyncClient, guild: Guild, tmp_path: Path) -> None:
    await offer(client, guild, tmp_path, LETTERS)
    assert (await client.get("/", headers={"Range": "bytes=0-1", "If-Range": '"other"'})).status_code == 200


@pytest.mark.parametrize("asked", ["10-", "10-20", "-0", "999999999999999-"])
async def test_a_part_beyond_the_end_is_refused(
    client: httpx2.AsyncClient, guild: Guild, tmp_path: Path, asked: str
) -> None:
    await offer(client, guild, tmp_path, LETTERS)
    got = await client.get("/", headers={"Range": f"bytes={asked}"})
    assert code(got) == (416, "range_unsatisfiable")
    assert got.headers["content-range"] == "bytes */10"


async def test_more_than_there_is_is_the_rest(client: httpx2.AsyncClient, guild: Guild, tmp_path: Path) -> None:
    await offer(client, guild, tmp_path, LETTERS)
    for asked, wanted in (("8-99", b"ij"), ("-99", LETTERS)):
        assert (await client.get("/", headers={"Range": f"bytes={asked}"})).content == wanted


@pytest.mark.parametrize(
    ("name", "how"),
    [("stadgar.pdf", 'filename="stadgar.pdf"'), ('åä"ö.pdf', "filename*=utf-8''%C3%A5%C3%A4%22%C3%B6.pdf")],
)
async def test_a_file_is_saved_under_its_name(
    client: httpx2.AsyncClient, guild: Guild, tmp_path: Path, name: str, how: str
) -> None:
    for is_saved, word in ((True, "attachment"), (False, "inline")):
        await offer(client, guild, tmp_path, LETTERS, filename=name, attachment=is_saved)
        assert (await client.get("/")).headers["content-disposition"] == f"{word}; {how}"


async def test_small_files_stay_in_memory_up_to_a_limit(
    client: httpx2.AsyncClient, guild: Guild, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "_recent", serving.OrderedDict())
    monkeypatch.setattr(serving, "_held", 0)
    with configured(picture_cache_mib="1"):
        for number in range(40):
            await offer(client, guild, tmp_path, bytes([number]) * 60_000)
            assert (await client.get("/")).content == bytes([number]) * 60_000
    recent: Any = serving._recent  # pyright: ignore[reportPrivateUsage]
    assert sum(map(len, recent.values())) == serving._held == 17 * 60_000  # pyright: ignore[reportPrivateUsage]


async def test_a_proxy_sends_it_where_there_is_one(
    client: httpx2.AsyncClient, guild: Guild, tmp_path: Path, place: Place
) -> None:
    with configured(storage_url=place("folder"), storage_accel="/internal/files/"):
        etag = await offer(client, guild, tmp_path, LETTERS)
        file: Sent = client.app.state.file  # pyright: ignore
        got = await client.get("/")
        assert (got.status_code, got.content) == (200, b"")
        assert got.headers["x-accel-redirect"] == f"/internal/files/{file.key}"
        assert got.headers["content-type"].startswith("text/plain")
        assert (await client.get("/", headers={"If-None-Match": etag})).status_code == 304


async def test_a_bucket_sends_it_itself_for_a_while(
    client: httpx2.AsyncClient, guild: Guild, tmp_path: Path, buckets: Buckets
) -> None:
    with configured(storage_url=buckets.new(), storage_redirect_seconds="60"):
        await offer(client, guild, tmp_path, LETTERS)
        got = await client.get("/")
        assert (got.status_code, got.headers["cache-control"]) == (307, "no-store")
        async with httpx2.AsyncClient() as outside:
            there = await outside.get(got.headers["location"])
        assert (there.status_code, there.content, there.headers["content-type"]) == (200, LETTERS, "text/plain")
        await offer(client, guild, tmp_path, LETTERS, filename="letters.txt")
        assert (await client.get("/")).content == LETTERS  # the bucket does not know what it is called
