"""A worker that is killed while it pushes: every device is told, and none twice but those that were on their way."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.guild import Guild
from tests.processes import Process
from tests.push_services import Firebase
from tests.shared.notifications.telling import PUSHED, told, waiting

DEVICES, CHUNK, AT_ONCE = 200, 50, 2
REGISTERED = """
INSERT INTO push_devices (token, provider, platform, user_id, session_id, created_at, last_seen_at)
SELECT 'device' || n, 'app', 'ios', :user, (SELECT id FROM refresh_sessions WHERE user_id = :user), now(), now()
FROM generate_series(1, 200) AS n
"""
# The kind is the house's own: the worker is another process and does not know those of the tests.
HOUSES = "UPDATE notices SET kind = 'guild.message'"


@contextmanager
def worker(folder: Path, settings: dict[str, str]) -> Iterator[Process]:
    """A worker as an operator runs it."""
    process = Process("worker", data=folder, settings=settings)
    try:
        process.wait_until_it_says("Working")
        yield process
    finally:
        process.stop(signal.SIGTERM)


async def test_a_worker_killed_in_the_middle_of_pushing_loses_none_and_repeats_few(
    guild: Guild, database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    anna = await guild.member()
    async with guild.session() as session:
        await session.execute(text(REGISTERED), {"user": anna.id})
    await told(guild, [anna], PUSHED)
    async with guild.session() as session:
        await session.execute(text(HOUSES))
    with Firebase() as firebase:
        firebase.pause = 0.2
        settings = {name.upper(): value for name, value in firebase.settings(tmp_path).items()} | {
            "DATABASE_URL": database_url,
            "SECRET_KEY": os.environ["GUILDHALL_SECRET_KEY"],
            "WORKER_QUEUES": f"push={AT_ONCE}",
        }
        with worker(tmp_path, settings) as first:
            await until(lambda: len(firebase.received) >= DEVICES // 3)
            assert first.stop(signal.SIGKILL) == -signal.SIGKILL
        before = len(firebase.received)
        with worker(tmp_path, settings):
            async with asyncio.timeout(90):
                while await waiting(guild):  # noqa: ASYNC110 - it happens in another process
                    await asyncio.sleep(0.1)
    times = Counter(one.token for one in firebase.received)
    twice = sum(many - 1 for many in times.values())
    with capsys.disabled():
        print(f"\n{before} told when the worker was killed, {len(times)} of {DEVICES} in the end, {twice} twice")  # noqa: T201
    assert before < DEVICES
    assert len(times) == DEVICES
    assert max(times.values()) <= 2
    assert twice <= CHUNK * AT_ONCE


async def until(there: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not there():  # noqa: ASYNC110 - it happens in another process
            await asyncio.sleep(0.01)
