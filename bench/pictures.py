"""What pictures cost: the check, the renditions, a bomb; and whether others notice that somebody uploads.

`darkroom` is the work on one picture alone; then real uploads into an album of a real `serve`, without its worker to
count their CPU, with it to see how others fare meanwhile.
"""

import asyncio
import os
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

import httpx2
import psutil
import uvloop
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bench import client, house, machine
from bench.client import Tally
from guildhall.app import starting
from guildhall.platform.embedded_postgres import Server
from guildhall.platform.images import darkroom
from guildhall.platform.images.darkroom import Print
from guildhall.platform.images.errors import Unfit
from guildhall.platform.images.pool import CHILD
from guildhall.shared.auth.service import identity, sessions
from guildhall.shared.pictures.service.developing import SIZES
from guildhall.shared.users.models import User
from tests import images

PICTURES, AT_ONCE, ROUNDS = 10, 8, 4
CONNECTIONS, RATE, SECONDS = 4, 100.0, 5.0  # requests a second, the same when nobody uploads
CHECK, RENDITIONS, BOMB = 150, 600, 50  # the aims: ms of CPU, of CPU, and of time
KEEPER = "boss@fsektionen.se"
ALBUM = {
    "title_sv": "Mätning",
    "title_en": "Measuring",
    "desc_sv": "",
    "desc_en": "",
    "year": 2026,
    "location": "Lund",
    "date": "2026-11-25T12:00:00Z",
}


def run() -> bool:
    """Measure and print; whether every upload was taken, and the aims of CPU and time were met."""
    print(machine.description())
    with house.database() as database, tempfile.TemporaryDirectory(prefix="guildhall-bench-") as folder:
        token = _sign_in(database)
        results = [asyncio.run(_alone(Path(folder)))]
        darkroom.close()
        return all([*results, _uploads(token), _meanwhile(token)])


async def _alone(folder: Path) -> bool:
    """The work on one picture, in children of this process."""
    (folder / "warm.jpg").write_bytes(images.jpeg())
    (folder / "bomb.png").write_bytes(images.bomb())
    (folder / "camera.jpg").write_bytes(images.noisy())
    await darkroom.examine(folder / "warm.jpg")
    refused = await _bomb(folder / "bomb.png")
    checked = await _cost("check", lambda: darkroom.examine(folder / "camera.jpg"))
    await darkroom.develop(folder / "warm.jpg", folder, [Print("small", 200)])
    made = await _cost("all renditions", lambda: darkroom.develop(folder / "camera.jpg", folder, SIZES))
    return refused < BOMB and checked < CHECK and made < RENDITIONS


async def _bomb(path: Path) -> float:
    begin = perf_counter()
    try:
        await darkroom.examine(path)
    except Unfit as unfit:
        print(f"bomb of {len(images.bomb()) // 1000} kB, {unfit}: refused ({unfit.reason})", end="")
    taken = (perf_counter() - begin) * 1000
    print(f" after {taken:.1f} ms, peak of the child {_peak(_children()[-1]):.0f} MiB")
    return taken


async def _cost(what: str, work: Callable[[], object]) -> float:
    begin, before = perf_counter(), _cpu()
    for _ in range(PICTURES):
        await work()  # pyright: ignore[reportGeneralTypeIssues]
    cpu = (_cpu() - before) / PICTURES * 1000
    time = (perf_counter() - begin) / PICTURES * 1000
    print(f"{what} of 12 MP: {cpu:.0f} ms CPU, {time:.0f} ms, peak of the child {_peak(_children()[-1]):.0f} MiB")
    return cpu


def _children(of: int | None = None) -> list[psutil.Process]:
    return [child for child in psutil.Process(of).children() if CHILD in child.cmdline()]


def _cpu(of: int | None = None) -> float:
    """Seconds of CPU of the children; those that have gone home are not counted any more."""
    return sum(times.user + times.system for times in (child.cpu_times() for child in _children(of)))


def _peak(child: psutil.Process) -> float:
    status = Path(f"/proc/{child.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _sign_in(database: Server) -> str:
    async def work(session: AsyncSession) -> str:
        keeper = (await session.scalars(select(User.id).where(User.email == KEEPER))).one()
        return identity.access_token((await sessions.open_session(session, keeper, "bench")).actor)

    return starting.in_session(database.url(), work)


class _Uploader:
    """Somebody who fills an album, with another picture each time."""

    def __init__(self, port: int, token: str, title: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self._http = httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=120, headers=headers)
        album = self._http.post("/albums/", json=ALBUM | {"title_sv": title})
        self.album = album.raise_for_status().json()["id"]

    def upload(self, picture: bytes) -> bool:
        """Whether it was taken."""
        file = {"file": ("camera.jpg", picture, "image/jpeg")}
        return self._http.post("/img/", params={"album_id": self.album}, files=file).is_success


def _camera(many: int) -> list[bytes]:
    # Bytes behind the end make another file of the same picture; making another picture takes a while.
    return [images.noisy() + number.to_bytes(4, "big") for number in range(many)]


def _uploads(token: str) -> bool:
    with house.serving() as process:
        uploader, pictures = _Uploader(process.port, token, "Bench 1"), _camera(PICTURES + 1)
        taken = [uploader.upload(pictures.pop())]  # starts the child
        before, pid = process.cpu + _cpu(process.process.pid), process.process.pid
        begin = perf_counter()
        taken += [uploader.upload(picture) for picture in pictures]
        cpu = (process.cpu + _cpu(pid) - before) / PICTURES * 1000
        time = (perf_counter() - begin) / PICTURES * 1000
    size = len(images.noisy()) / 1e6
    print(f"upload of 12 MP, {size:.1f} MB: {cpu:.0f} ms CPU of the server and its child, {time:.0f} ms")
    return all(taken) and cpu < CHECK


def _meanwhile(token: str) -> bool:
    asked = client.request("GET", "/users/me", token)
    # Those who upload are another process, that waits for everybody: in life they are other machines.
    patient = ProcessPoolExecutor(1, get_context("fork"), initializer=os.nice, initargs=(19,))
    with house.serving(True) as process, patient as others:
        others.submit(_prepare, process.port, token).result()
        _ask(process.port, asked, _after(SECONDS / 5))
        idle = _ask(process.port, asked, _after(SECONDS))
        uploads = others.submit(_upload_at_once, process.port)
        busy = _ask(process.port, asked, uploads.done)
        after = _ask(process.port, asked, _after(SECONDS / 2))  # what the worker still has to develop
    for when, tally in (("idle", idle), (f"during {AT_ONCE} uploads", busy), ("while they are developed", after)):
        p50, p99 = tally.percentile(0.5), tally.percentile(0.99)
        print(f"GET /users/me {when}: p50 {p50:.1f} ms, p99 {p99:.1f} ms, {tally.rate:.0f}/s, {tally.seconds:.1f} s")
    print(f"p99 during uploads is {busy.percentile(0.99) / idle.percentile(0.99):.1f} times that when idle")
    return uploads.result() and not set(busy.statuses) - {200}


_ready: list[bytes] = []
"""Uploads that are ready to be sent: whoever sends them takes no time from the server for making them."""


def _prepare(port: int, token: str) -> None:
    uploader = _Uploader(port, token, "Bench 2")
    album = uploader.album
    first, *pictures = _camera(1 + AT_ONCE * ROUNDS)
    uploader.upload(first)  # so that whoever works on pictures is there
    for picture in pictures:
        body, header = client.form("file", "camera.jpg", picture)
        _ready.append(client.request("POST", f"/img/?album_id={album}", token, body=body, headers=[header]))


def _upload_at_once(port: int) -> bool:
    """All that are ready, so many at once; whether all were taken."""
    tally = uvloop.run(client.load(port, iter(_ready), AT_ONCE))
    return set(tally.statuses) == {200}


def _after(seconds: float) -> Callable[[], bool]:
    end = perf_counter() + seconds
    return lambda: perf_counter() > end


def _ask(port: int, asked: bytes, is_over: Callable[[], bool]) -> Tally:
    return asyncio.run(client.paced(port, asked, CONNECTIONS, RATE, is_over))
