"""Real uploads into a real `serve` that is killed a hundred times: no row is ever without its file.

Some fill an album, others change their own picture again and again, so that files also go. The server does its jobs
itself, so whoever develops and whoever throws away is killed too. At the end the first look, before anything is mended,
reads every file; then `storage check` mends, and a second look finds nothing.
"""

import asyncio
import contextlib
import hashlib
import random
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from time import perf_counter

import httpx2
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bench import house, machine
from bench.pictures import ALBUM, KEEPER
from guildhall.app import starting
from guildhall.platform.embedded_postgres import Server
from guildhall.platform.storage import StoredFile, sweeping
from guildhall.platform.storage.findings import Ages, Found
from guildhall.shared.auth.service import identity, sessions
from guildhall.shared.pictures.models import Picture
from guildhall.shared.users.models import User
from tests import images

KILLS, FILLING, OWNERS, PICTURES = 100, 4, 2, 12
LONGEST = 2.0  # seconds that a server lives after its first answer
AT_ONCE = Ages(timedelta(0), timedelta(0))
SETTINGS = {"GUILDHALL_RATE_LIMIT_PICTURES": "1000000/minute"}
SIZES = ((40, 30), (800, 600), (1600, 1200))


@dataclass
class Fates:
    """What became of the uploads: the checksums of those into the album that were taken, and how often what."""

    taken: set[bytes] = field(default_factory=set[bytes])
    counts: Counter[str] = field(default_factory=Counter[str])


@dataclass(frozen=True)
class Uploader:
    """Somebody who uploads for as long as they are answered: into an album, or always their own picture."""

    token: str
    album: int | None = None

    async def upload(self, port: int, fates: Fates) -> None:
        """Upload until the server is gone."""
        headers = {"Authorization": f"Bearer {self.token}"}
        with contextlib.suppress(httpx2.TransportError):
            async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10, headers=headers) as http:
                while True:
                    fates.counts["sent"] += 1
                    await self._send(http, fates)

    async def _send(self, http: httpx2.AsyncClient, fates: Fates) -> None:
        picture = _pictures()[random.randrange(PICTURES)]
        if self.album is None:
            answer = await http.post("/users/image", files={"image": ("me.jpg", picture, "image/jpeg")})
        else:
            picture += random.randbytes(8)  # behind the end: another file of the same picture
            file = {"file": ("camera.jpg", picture, "image/jpeg")}
            answer = await http.post("/img/", params={"album_id": self.album}, files=file)
            if answer.is_success:
                fates.taken.add(hashlib.sha256(picture).digest())
        fates.counts[f"answered {answer.status_code}"] += 1


@cache
def _pictures() -> list[bytes]:
    return [images.jpeg(*SIZES[seed % len(SIZES)], seed=seed) for seed in range(PICTURES)]


def run() -> bool:
    """Kill, and print what came of it; whether nothing was lost, and all could be tidied up."""
    print(machine.description())
    with house.database() as database:
        people, fates, begin = _people(database), Fates(), perf_counter()
        for _ in range(KILLS):
            with house.serving(True, **SETTINGS) as server:
                asyncio.run(_kill(server, people, fates))
        told = ", ".join(f"{many} {fate}" for fate, many in sorted(fates.counts.items()))
        print(f"{KILLS} kills in {perf_counter() - begin:.0f} s amid the uploads of {len(people)} clients: {told}")
        return _is_well(database, fates)


def _people(database: Server) -> list[Uploader]:
    async def sign_in(session: AsyncSession) -> list[str]:
        ids = await session.scalars(
            select(User.id).where(User.is_member).order_by(User.email != KEEPER).limit(OWNERS + 1)
        )
        return [identity.access_token((await sessions.open_session(session, one, "bench")).actor) for one in ids]

    keeper, *owners = starting.in_session(database.url(), sign_in)
    with house.serving() as server:
        headers = {"Authorization": f"Bearer {keeper}"}
        made = httpx2.post(f"http://127.0.0.1:{server.port}/albums/", json=ALBUM, headers=headers)
        album = made.raise_for_status().json()["id"]
    return [Uploader(keeper, album)] * FILLING + [Uploader(owner) for owner in owners]


async def _kill(server: house.Process, people: list[Uploader], fates: Fates) -> None:
    """Let everybody upload to a server, and kill it amid that."""
    uploads = [asyncio.create_task(one.upload(server.port, fates)) for one in people]
    await asyncio.sleep(random.uniform(0.05, LONGEST))
    server.process.kill()
    await asyncio.gather(*uploads)


def _is_well(database: Server, fates: Fates) -> bool:
    first = _look(database, "before anything is mended")
    lost = starting.in_session(database.url(), lambda session: _lost(session, fates))
    print(f"{lost} of {len(fates.taken)} uploads into the album that were taken are lost")
    subprocess.run([sys.executable, "-m", "guildhall", "storage", "check", "--older-than", "0"], check=True)
    second = _look(database, "after `storage check --older-than 0`")
    return not (first.faults or lost or second.counts)


def _look(database: Server, when: str) -> Found:
    found = starting.in_session(database.url(), lambda session: sweeping.look(session, AT_ONCE, checksums=True))
    print(
        f"{when}: {found.counts['missing']} rows without file, {found.counts['damaged']} damaged files, "
        f"{found.counts['stray']} files without row, {found.counts['unneeded']} rows that nobody refers to, "
        f"{found.counts['unfinished'] + found.counts['leftover']} half files, {found.good} good"
    )
    return found


async def _lost(session: AsyncSession, fates: Fates) -> int:
    """How many pictures that the server said it has taken are not there."""
    known = set(await session.scalars(select(StoredFile.sha256).join(Picture, Picture.original_id == StoredFile.id)))
    return len(fates.taken - known)
