"""Answers from a shelf: in the encoding that the client takes, and not at all for who has it already."""

import gzip
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from guildhall.platform.shelves import Shelf
from guildhall.platform.shelves.packing import LARGE, SMALL
from tests.guild import Guild
from tests.platform.shelves.boards import TOPIC, Process, process_with

BOTH = pytest.mark.parametrize("encoding", ["identity", "gzip"])
PADDING = "dans och sång " * 5_000
OTHER = {"identity": "gzip", "gzip": "identity"}


@pytest.fixture
async def process(guild: Guild, database_url: str) -> AsyncIterator[Process]:
    """One with a long board."""
    await guild.council("first")
    async with process_with(Shelf("long", (TOPIC,)), database_url) as made:
        await made.hear()
        made.board.padding = PADDING
        yield made


async def ask(process: Process, encoding: str, method: str = "GET", **headers: str) -> tuple[httpx2.Response, bytes]:
    """The answer, and its bytes as they came over the wire."""
    said = {"Accept-Encoding": encoding, **headers}
    async with process.client.stream(method, "/board/all", headers=said) as answer:
        return answer, b"".join([piece async for piece in answer.aiter_raw()])


def facts(answer: httpx2.Response) -> dict[str, Any]:
    names = ("cache-control", "vary", "content-type", "content-encoding")
    return {name: answer.headers.get(name) for name in names}


async def test_who_takes_gzip_gets_the_same_much_shorter(process: Process) -> None:
    plain, as_it_is = await ask(process, "identity")
    short, shorter = await ask(process, "gzip")
    everybodys = {"cache-control": "no-cache", "vary": "Accept-Encoding, Origin", "content-type": "application/json"}
    assert facts(plain) == everybodys | {"content-encoding": None}
    assert facts(short) == everybodys | {"content-encoding": "gzip"}
    assert json.loads(as_it_is) == ["first", PADDING]
    assert gzip.decompress(shorter) == as_it_is
    assert len(shorter) * 10 < len(as_it_is)
    assert [int(answer.headers["content-length"]) for answer in (plain, short)] == [len(as_it_is), len(shorter)]
    assert process.board.built == 1


async def test_each_encoding_has_a_strong_etag_of_its_own(process: Process) -> None:
    etags = [(await ask(process, encoding))[0].headers["etag"] for encoding in ("identity", "gzip", "identity")]
    assert etags[0] == etags[2] != etags[1]
    assert all(etag.startswith('"') for etag in etags)


@BOTH
@pytest.mark.parametrize("known", ["{}", "W/{}", '"another", {}', "*"])
async def test_who_has_it_is_told_so(process: Process, encoding: str, known: str) -> None:
    first, _ = await ask(process, encoding)
    for method in ("GET", "HEAD"):
        again, body = await ask(process, encoding, method, **{"If-None-Match": known.format(first.headers["etag"])})
        assert (again.status_code, body) == (304, b"")
        for name in ("etag", "cache-control", "vary"):
            assert again.headers[name] == first.headers[name]
        assert not {"content-type", "content-encoding", "content-length"} & set(again.headers)
    assert process.board.built == 1


@BOTH
async def test_who_has_it_in_another_encoding_or_an_older_one_gets_it(process: Process, encoding: str) -> None:
    old, _ = await ask(process, encoding)
    other, _ = await ask(process, OTHER[encoding])
    got, _ = await ask(process, encoding, **{"If-None-Match": other.headers["etag"]})
    assert (got.status_code, got.headers["etag"]) == (200, old.headers["etag"])
    await process.put_up("second")
    got, _ = await ask(process, encoding, **{"If-None-Match": old.headers["etag"]})
    assert got.status_code == 200
    assert got.headers["etag"] != old.headers["etag"]


async def test_what_is_made_anew_and_is_the_same_has_the_same_etag_in_every_process(
    process: Process, database_url: str
) -> None:
    async with process_with(process.board.shelf, database_url) as other:
        other.board.padding = PADDING
        for encoding in ("identity", "gzip"):
            here, there = await ask(process, encoding), await ask(other, encoding)
            assert here[0].headers["etag"] == there[0].headers["etag"]


@BOTH
async def test_head_tells_what_get_would_and_sends_nothing(process: Process, encoding: str) -> None:
    head, nothing = await ask(process, encoding, "HEAD")
    get, _ = await ask(process, encoding)
    assert (head.status_code, nothing) == (200, b"")
    for name in ("etag", "cache-control", "vary", "content-type", "content-length"):
        assert head.headers[name] == get.headers[name]
    assert head.headers.get("content-encoding") == get.headers.get("content-encoding")


@pytest.mark.parametrize("size", [SMALL, SMALL + 1, LARGE, LARGE + 1])
async def test_what_is_short_is_not_packed(process: Process, size: int) -> None:
    process.board.padding = "x" * (size - len('["first", ""]'))
    _, body = await ask(process, "identity")
    answer, packed = await ask(process, "gzip")
    assert len(body) == size
    if size > SMALL:
        assert (answer.headers["content-encoding"], gzip.decompress(packed)) == ("gzip", body)
    else:
        assert ("content-encoding" in answer.headers, packed) == (False, body)
