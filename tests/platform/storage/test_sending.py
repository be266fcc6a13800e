"""Sending files from each kind of store: in pieces, out of memory, and when they are not where they should be."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx2
import obstore
import psutil
import pytest
from starlette.types import Message
from structlog.testing import capture_logs

from guildhall.platform.storage import Store, serving
from guildhall.platform.storage.serving import SMALL, Streamed, answer
from guildhall.platform.storage.stores import store
from tests.buckets import Buckets
from tests.core.scratch import house_with
from tests.guild import Guild, code, configured
from tests.platform.storage.conftest import Place
from tests.platform.storage.sending import FRESH, Counter, asked, facts
from tests.platform.storage.shelves import MIB, content
from tests.processes import free_port

SIZES = [1, 1000, SMALL, SMALL + 1, 3 * MIB + 7]
BODY = content(1000)
ETAG = f'"{sha256(BODY).hexdigest()}"'
OTHER = f'"{sha256(b"another").hexdigest()}"'


@pytest.fixture
def counter() -> Counter:
    """Where the file lies that is sent."""
    return Counter()


@pytest.fixture
async def client(guild: Guild, counter: Counter) -> AsyncIterator[httpx2.AsyncClient]:
    """Somebody at the counter."""
    async with house_with(counter.router(), guild) as house:
        yield await house.client()


@pytest.fixture
def folder(place: Place) -> Iterator[Path]:
    """The store is a folder."""
    with configured(storage_url=place("folder")):
        here = store().folder
        assert here
        yield here


@pytest.mark.parametrize("size", SIZES)
async def test_a_file_comes_whole(client: httpx2.AsyncClient, counter: Counter, storage: Store, size: int) -> None:
    sent = await counter.lay(content(size), vary="Accept")
    got = await client.get("/counter")
    assert (got.status_code, got.content) == (200, content(size))
    assert got.headers["content-length"] == str(size)
    assert got.headers["content-type"] == "image/webp"
    assert got.headers["etag"] == f'"{sent.sha256.hex()}"'
    assert got.headers["cache-control"] == FRESH
    assert got.headers["accept-ranges"] == "bytes"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "Accept" in got.headers["vary"].split(", ")
    assert "content-disposition" not in got.headers


async def test_an_empty_file_is_a_file(client: httpx2.AsyncClient, counter: Counter, storage: Store) -> None:
    await counter.lay(b"")
    got = await client.get("/counter")
    assert (got.status_code, got.content, got.headers["content-length"]) == (200, b"", "0")


async def test_what_is_known_may_stand_in_several_lines(folder: Path) -> None:
    request = asked(headers=[("If-None-Match", OTHER), ("If-None-Match", ETAG)])
    assert (await answer(request, facts(BODY), cache_control=FRESH)).status_code == 304


@pytest.mark.parametrize(
    ("wish", "start", "end"),
    [
        ("bytes=1000000-2000000", 1_000_000, 2_000_001),
        ("bytes=3145728-", 3 * MIB, 3 * MIB + 7),
        ("bytes=-10", 3 * MIB - 3, 3 * MIB + 7),
        ("bytes=0-0", 0, 1),
    ],
)
async def test_a_part_of_a_large_file_comes_alone(
    client: httpx2.AsyncClient, counter: Counter, storage: Store, wish: str, start: int, end: int
) -> None:
    await counter.lay(content(3 * MIB + 7))
    got = await client.get("/counter", headers={"Range": wish})
    assert (got.status_code, got.content) == (206, content(3 * MIB + 7)[start:end])
    assert got.headers["content-length"] == str(end - start)


@pytest.mark.parametrize(
    ("condition", "status"),
    [(ETAG, 206), (OTHER, 200), (f"W/{ETAG}", 200), ("Wed, 25 Nov 2026 08:00:00 GMT", 200), ("", 200)],
)
async def test_a_part_is_only_for_who_has_the_rest_of_this_very_file(
    client: httpx2.AsyncClient, counter: Counter, folder: Path, condition: str, status: int
) -> None:
    await counter.lay(BODY)
    got = await client.get("/counter", headers={"Range": "bytes=0-9", "If-Range": condition})
    assert (got.status_code, got.content) == (status, BODY[:10] if status == 206 else BODY)


@pytest.mark.parametrize("size", [0, 1000, 3 * MIB])
async def test_head_is_get_without_the_file(
    client: httpx2.AsyncClient, counter: Counter, folder: Path, size: int
) -> None:
    await counter.lay(content(size), filename="årsmöte.pdf", attachment=True)
    whole, head = await client.get("/counter"), await client.head("/counter")
    assert (head.status_code, head.content) == (200, b"")
    own = {"x-request-id", "date"}
    assert {name: value for name, value in head.headers.items() if name not in own} == {
        name: value for name, value in whole.headers.items() if name not in own
    }


async def test_head_knows_no_parts_and_reads_nothing(
    client: httpx2.AsyncClient, counter: Counter, folder: Path
) -> None:
    counter.file = facts(BODY)  # it is not in the store at all
    got = await client.head("/counter", headers={"Range": "bytes=5000-"})
    assert (got.status_code, got.headers["content-length"]) == (200, "1000")
    assert (await client.head("/counter", headers={"If-None-Match": ETAG})).status_code == 304


async def test_no_proxy_sends_what_lies_in_a_bucket(client: httpx2.AsyncClient, counter: Counter, place: Place) -> None:
    with configured(storage_url=place("bucket"), storage_accel="/internal/files/"):
        await counter.lay(BODY)
        got = await client.get("/counter")
    assert (got.status_code, got.content) == (200, BODY)
    assert "x-accel-redirect" not in got.headers


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_the_bucket_sends_it_to_who_is_sent_there(
    client: httpx2.AsyncClient, counter: Counter, place: Place, method: str
) -> None:
    with configured(storage_url=place("bucket"), storage_redirect_seconds="60"):
        await counter.lay(BODY, vary="Accept")
        got = await client.request(method, "/counter")
    assert (got.status_code, got.headers["cache-control"]) == (307, "no-store")
    assert "X-Amz-Expires=60&" in got.headers["location"]
    async with httpx2.AsyncClient() as outside:
        there = await outside.request(method, got.headers["location"])
    assert (there.status_code, there.content) == (200, BODY if method == "GET" else b"")
    assert there.headers["content-type"] == "image/webp"


@pytest.mark.parametrize("size", [500, 3 * MIB - 1])
async def test_a_row_without_its_file_is_a_refusal_that_operators_hear_of(
    client: httpx2.AsyncClient, counter: Counter, storage: Store, size: int
) -> None:
    counter.file = facts(content(size, seed=7))
    with capture_logs() as logs:
        got = await client.get("/counter")
    assert code(got) == (503, "file_missing")
    assert [line["key"] for line in logs if line["log_level"] == "error"] == [counter.file.key]


@pytest.mark.parametrize("wish", [{}, {"Range": "bytes=0-9"}])
@pytest.mark.parametrize("size", [501, 2 * MIB])
async def test_half_a_file_is_no_file(
    client: httpx2.AsyncClient, counter: Counter, storage: Store, size: int, wish: dict[str, str]
) -> None:
    counter.file = facts(content(size, seed=8))
    await obstore.put_async(store().files, counter.file.key, content(size, seed=8)[: size // 2])
    assert code(await client.get("/counter", headers=wish)) == (503, "file_missing")


@pytest.mark.parametrize("size", [502, 2 * MIB])
async def test_a_store_that_does_not_answer_is_told_of_soon(
    client: httpx2.AsyncClient, counter: Counter, buckets: Buckets, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(serving, "PATIENCE", 0.3)
    counter.file = facts(content(size, seed=9))
    with configured(storage_url=buckets.url("bucket-of-nobody", port=free_port())), capture_logs() as logs:
        got = await client.get("/counter")
    assert code(got) == (503, "busy")
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["a file cannot be read"]


async def is_sent(client: httpx2.AsyncClient, counter: Counter, body: bytes) -> bool:
    counter.file = facts(body)
    return (await client.get("/counter")).status_code == 200


async def test_the_last_small_files_stay_in_memory_and_no_more_than_it_may_hold(
    client: httpx2.AsyncClient, counter: Counter, place: Place
) -> None:
    bodies = [content(60_000, seed=seed) for seed in range(100, 120)]
    with configured(storage_url=place("folder"), picture_cache_mib="1"):
        for body in bodies:
            await counter.lay(body)
            assert (await client.get("/counter")).content == body
        for body in bodies:
            await obstore.delete_async(store().files, facts(body).key)
        left = [await is_sent(client, counter, body) for body in bodies]
    assert left == [False] * 3 + [True] * 17  # 17 * 60,000 bytes are just less than a MiB


async def test_what_was_sent_lately_stays_longest(client: httpx2.AsyncClient, counter: Counter, place: Place) -> None:
    first, *others = [content(60_000, seed=seed) for seed in range(200, 218)]
    with configured(storage_url=place("folder"), picture_cache_mib="1"):
        for body in [first, *others[:-1]]:
            await counter.lay(body)
            await client.get("/counter")
        assert await is_sent(client, counter, first)
        await counter.lay(others[-1])
        await client.get("/counter")
        for body in [first, *others]:
            await obstore.delete_async(store().files, facts(body).key)
        assert await is_sent(client, counter, first)
        assert not await is_sent(client, counter, others[0])


async def test_without_memory_every_file_is_read(client: httpx2.AsyncClient, counter: Counter, place: Place) -> None:
    body = content(1000, seed=300)
    with configured(storage_url=place("folder"), picture_cache_mib="0"):
        await counter.lay(body)
        assert (await client.get("/counter")).content == body
        await obstore.delete_async(store().files, facts(body).key)
        assert code(await client.get("/counter")) == (503, "file_missing")


@pytest.mark.parametrize("kind", ["folder", "bucket"])
async def test_a_large_file_is_never_in_memory_as_a_whole(counter: Counter, place: Place, kind: str) -> None:
    with configured(storage_url=place(kind)):
        await counter.lay(content(12 * MIB))
        response = await answer(asked(), counter.file, cache_control=FRESH)
        assert isinstance(response, Streamed)
        pieces = [len(piece) async for piece in response.body_iterator]
    assert sum(pieces) == 12 * MIB
    assert max(pieces) <= MIB


async def test_a_client_that_leaves_lets_go_of_the_file(counter: Counter, folder: Path) -> None:
    await counter.lay(content(12 * MIB))
    request = asked()
    response = await answer(request, counter.file, cache_control=FRESH)
    has_seen_enough, sent = asyncio.Event(), 0

    async def receive() -> Message:
        await has_seen_enough.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        nonlocal sent
        sent += len(message.get("body", b""))
        if sent:
            assert is_open(folder / counter.file.key)
            has_seen_enough.set()
            await asyncio.Event().wait()  # nothing goes out to somebody who has left

    await response(request.scope, receive, send)
    assert 0 < sent < 12 * MIB
    assert not is_open(folder / counter.file.key)


def is_open(path: Path) -> bool:
    found: list[Any] = psutil.Process().open_files()
    return str(path) in [one.path for one in found]
