"""Forms with files: read as they come, from those who may send them, and gone when the answer has left."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Annotated, Any

import httpx2
import pytest
from fastapi import Body, Depends, Form

from guildhall.core import uploads
from guildhall.core.access import public
from guildhall.core.forms import FIELDS, LONGEST_FIELD
from guildhall.core.routing import Router
from guildhall.core.uploads import FILES, PIECE, Upload
from tests.core.scratch import house_with
from tests.guild import Guild, Person, code, configured

PICTURE = bytes(range(256)) * 4096 + b"\r\n--edg"  # ends like a boundary, and is none
TYPE = {"Content-Type": "multipart/form-data; boundary=edge"}
ROUTES = ["/img/?album_id=1", "/document/", "/users/image", "/posts/1/image"]

router = Router(prefix="/scratch", dependencies=[Depends(public)])


@router.post("/taken")
async def take(file: Upload, title: Annotated[str, Form()] = "") -> dict[str, Any]:
    got = file.received
    whole = await asyncio.to_thread(got.path.read_bytes)
    return {
        "lies": hashlib.sha256(whole).hexdigest(),
        "measured": got.sha256.hex(),
        "size": got.size,
        "name": file.filename,
        "title": title,
        "read": len(await file.read()),
    }


@router.post("/told")
async def hear(wish: Annotated[dict[str, str], Body()]) -> dict[str, str]:
    return wish


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path) -> Iterator[Path]:
    with configured(data=str(tmp_path)):
        yield tmp_path / "scratch"


@pytest.fixture
async def client(guild: Guild) -> AsyncIterator[httpx2.AsyncClient]:
    async with house_with(router, guild) as house:
        yield await house.client()


def part(name: str, content: bytes, filename: str | None = None) -> bytes:
    named = f'; filename="{filename}"' if filename is not None else ""
    return f'--edge\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode() + content + b"\r\n"


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--edge--\r\n"


async def pieces(whole: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(whole), size):
        yield whole[start : start + size]


async def left(scratch: Path) -> list[Path]:
    """What lies there, once the thread that takes forms in has done what it was given."""
    await asyncio.wrap_future(uploads.taking_in.submit(lambda: None))
    return await asyncio.to_thread(lambda: list(scratch.glob("*")))


@pytest.mark.parametrize("size", [53, 4096, PIECE, 10 * PIECE])
async def test_a_file_is_written_and_measured_however_it_comes(
    client: httpx2.AsyncClient, scratch: Path, size: int
) -> None:
    whole = form(part("title", "Våren".encode()), part("file", PICTURE, "vår.jpg"))
    got = (await client.post("/scratch/taken", content=pieces(whole, size), headers=TYPE)).json()
    digest = hashlib.sha256(PICTURE).hexdigest()
    assert (got["lies"], got["measured"], got["size"], got["read"]) == (digest, digest, len(PICTURE), len(PICTURE))
    assert (got["name"], got["title"]) == ("vår.jpg", "Våren")
    assert await left(scratch) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"files": {"other": ("a.jpg", b"x")}},
        {"data": {"file": "a text"}, "files": {"other": ("a.jpg", b"x")}},
        {"content": form(), "headers": TYPE},
        {"data": {"file": "x"}},
        {},
    ],
    ids=["another field", "a text", "empty form", "no multipart", "nothing"],
)
async def test_a_file_that_is_missing_is_told(client: httpx2.AsyncClient, scratch: Path, wrong: dict[str, Any]) -> None:
    answer = await client.post("/scratch/taken", **wrong)
    assert code(answer) == (422, "invalid_input")
    assert [fault["loc"] for fault in answer.json()["detail"]] == [["body", "file"]]
    assert await left(scratch) == []


FILE = part("file", PICTURE, "a.jpg")


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (FILE, (400, "malformed")),
        (FILE[: PIECE * 2], (400, "malformed")),
        (b"nonsense", (400, "malformed")),
        (form(FILE) + b"", (200, None)),
        (form(b'--edge\r\nContent-Disposition: form-data; filename="a.jpg"\r\n\r\nx\r\n'), (400, "malformed")),
        (form(b"--edge\r\n\r\nx\r\n"), (400, "malformed")),
        (form(FILE, b"--edge\r\nX: " + b"x" * 100_000 + b"\r\n\r\n\r\n"), (400, "malformed")),
        (form(FILE, part("title", b"x" * (LONGEST_FIELD + 1))), (400, "malformed")),
        (form(FILE, *(part("more", b"x") for _ in range(FIELDS + 1))), (400, "malformed")),
        (form(*(part("file", b"x", "a.jpg") for _ in range(FILES + 1))), (413, "too_many_files")),
    ],
    ids=[
        "no end",
        "half",
        "nonsense",
        "whole",
        "no name",
        "no head",
        "long head",
        "long field",
        "many fields",
        "many files",
    ],
)
async def test_what_is_no_good_form_is_refused_and_leaves_nothing(
    client: httpx2.AsyncClient, scratch: Path, body: bytes, refusal: tuple[int, str | None]
) -> None:
    answer = await client.post("/scratch/taken", content=pieces(body, 50_000), headers=TYPE)
    assert (answer.status_code, answer.json().get("code")) == refusal
    assert await left(scratch) == []


async def test_a_route_that_takes_no_form_keeps_none(client: httpx2.AsyncClient, scratch: Path) -> None:
    assert code(await client.post("/scratch/told", content=form(FILE), headers=TYPE)) == (422, "invalid_input")
    assert await left(scratch) == []


async def test_a_form_without_a_boundary_is_refused(client: httpx2.AsyncClient) -> None:
    headers = {"Content-Type": "multipart/form-data"}
    assert code(await client.post("/scratch/taken", content=form(FILE), headers=headers)) == (400, "malformed")


async def test_what_grows_too_large_on_its_way_leaves_nothing(guild: Guild, scratch: Path) -> None:
    with configured(upload_limit="1000000"):
        async with house_with(router, guild) as house:
            client = await house.client()
            answer = await client.post("/scratch/taken", content=pieces(form(FILE, FILE), 50_000), headers=TYPE)
    assert code(answer) == (413, "too_large")
    assert await left(scratch) == []


async def senders(guild: Guild) -> list[tuple[Person | httpx2.AsyncClient, int]]:
    return [(await guild.client(), 401), (await guild.user("Former"), 403)]


@pytest.mark.parametrize("path", ROUTES)
async def test_a_form_of_who_may_not_send_it_is_not_read(guild: Guild, path: str) -> None:
    read = list[bytes]()

    async def body() -> AsyncIterator[bytes]:
        read.append(b"--edge\r\n")
        yield read[0]

    for sender, status in await senders(guild):
        assert (await sender.post(path, content=body(), headers=TYPE)).status_code == status
    assert read == []


async def test_who_sends_too_often_is_told_before_the_form_is_read(guild: Guild) -> None:
    read = list[bytes]()

    async def body() -> AsyncIterator[bytes]:
        read.append(form())
        yield read[-1]

    with configured(rate_limit_pictures="2/hour"):
        anna = await guild.member()
        got = [(await anna.post("/users/image", content=body(), headers=TYPE)).status_code for _ in range(3)]
    assert got == [422, 422, 429]
    assert len(read) == 2
