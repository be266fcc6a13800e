"""Jobs outlive the workers that began them."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.testing import capture_logs

from guildhall.core.database import Database
from guildhall.core.manifest import Domain
from guildhall.platform import jobs
from guildhall.platform.jobs import reading, rescuing, workers
from tests.conftest import url_of
from tests.guild import Guild
from tests.platform.work import domain_with, enqueue, nothing, until, waiting

DIE = "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'"
BEGUN = "INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id"
BEGIN = "UPDATE procrastinate_jobs SET status = 'doing', worker_id = :worker"

AGE = """
UPDATE procrastinate_events SET at = at - interval '91 days'
WHERE job_id = (SELECT min(id) FROM procrastinate_jobs)
"""


async def begun_by_the_dead(guild: Guild) -> None:
    """Let the jobs that wait be those of a worker that has not been heard of for a minute."""
    async with guild.session() as session:
        await session.execute(text(BEGIN), {"worker": await session.scalar(text(BEGUN))})
        await session.execute(text(DIE))


async def rescue(guild: Guild) -> int:
    async with guild.session() as session:
        return await rescuing.rescue(session)


@asynccontextmanager
async def at_work(guild: Guild, domain: Domain) -> AsyncIterator[None]:
    async with jobs.working(guild.database, [domain], 1):
        yield


async def test_a_dead_workers_job_waits_again_and_says_what_happened(guild: Guild) -> None:
    domain_with(nothing)
    await enqueue(guild, number=7)
    await begun_by_the_dead(guild)
    assert await rescue(guild) == 1
    assert await waiting(guild) == [("tests.work", {"number": 7}, "todo", 1, "default")]
    async with guild.session() as session:
        (job,) = await reading.listed(session, state=None, queue=None, limit=9, offset=0)
    assert (job.error, job.deaths) == ("the worker ended while it did this job", 1)


async def test_a_living_workers_job_is_left_to_it(guild: Guild) -> None:
    domain_with(nothing)
    await enqueue(guild)
    async with guild.session() as session:
        await session.execute(text(BEGIN), {"worker": await session.scalar(text(BEGUN))})
    assert await rescue(guild) == 0


async def test_the_job_of_a_worker_that_was_forgotten_altogether_is_rescued_too(guild: Guild) -> None:
    domain_with(nothing)
    await enqueue(guild)
    async with guild.session() as session:
        await session.execute(text(BEGIN), {"worker": None})
    assert await rescue(guild) == 1


async def test_many_rescuers_at_once_rescue_each_job_once(guild: Guild) -> None:
    domain_with(nothing)
    for number in range(20):
        await enqueue(guild, number=number)
    await begun_by_the_dead(guild)
    assert sum(await asyncio.gather(*(rescue(guild) for _ in range(8)))) == 20
    assert [attempts for *_, attempts, _ in await waiting(guild)] == [1] * 20


async def test_a_job_that_kills_every_worker_is_given_up(guild: Guild) -> None:
    """A job that ends its worker each time would end workers for ever."""
    domain_with(nothing)
    await enqueue(guild)
    for _ in range(rescuing.MOST_DEATHS):
        await begun_by_the_dead(guild)
        assert await rescue(guild) == 1
    assert [status for _, _, status, *_ in await waiting(guild)] == ["failed"]
    assert await rescue(guild) == 0


async def test_a_worker_does_what_a_dead_one_left(guild: Guild) -> None:
    domain = domain_with(nothing)
    await enqueue(guild)
    await begun_by_the_dead(guild)
    async with at_work(guild, domain):

        async def is_done() -> bool:
            return await waiting(guild) == []

        await until(is_done)


async def test_a_rescuer_without_a_database_goes_on_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rescuing, "HEARTBEAT", 0.01)
    nowhere = Database(url_of("nowhere"))
    with capture_logs() as logs:
        rescuer = asyncio.create_task(rescuing.keep_rescuing(nowhere))

        async def it_tried_twice() -> bool:
            return [entry["event"] for entry in logs].count("nothing could be rescued") >= 2

        await until(it_tried_twice)
    assert not rescuer.done()
    rescuer.cancel()
    await nowhere.close()


def test_a_worker_that_stops_is_not_taken_for_dead_while_its_jobs_end() -> None:
    """It gives no sign of life meanwhile; its jobs were rescued while they ran, and done twice."""
    assert workers.GRACE + rescuing.HEARTBEAT < rescuing.DEAD_AFTER


async def test_a_commit_that_was_cut_does_not_end_the_rescuer(
    guild: Guild, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The loss of a connection at just that moment is told by another exception, and no job was done any more."""
    monkeypatch.setattr(rescuing, "HEARTBEAT", 0.01)
    own, cuts = Database(database_url), []

    def cut(connection: Connection) -> None:
        if not cuts:
            pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            with psycopg.connect(url_of("postgres"), autocommit=True) as killer:
                killer.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
            cuts.append(pid)

    event.listen(own.engine.sync_engine, "commit", cut)
    domain_with(nothing)
    rescuer = asyncio.create_task(rescuing.keep_rescuing(own))

    async def it_was_cut() -> bool:
        return bool(cuts)

    await until(it_was_cut)
    await enqueue(guild)
    await begun_by_the_dead(guild)

    async def it_is_rescued() -> bool:
        return [status for _, _, status, *_ in await waiting(guild)] == ["todo"]

    await until(it_is_rescued)
    rescuer.cancel()
    await own.close()


async def test_a_job_whose_end_cannot_be_noted_at_once_is_noted_later(guild: Guild, database_url: str) -> None:
    """The library noted it once; whoever made an index on its table let jobs run for ever, and their lines wait."""
    running: list[int] = []
    end = asyncio.Event()

    async def work(_session: AsyncSession, number: int) -> None:
        running.append(number)
        await end.wait()

    domain = domain_with(work, schedules=("0 0 1 1 *",))
    for number in range(8):
        await enqueue(guild, number=number)

    async def all_run() -> bool:
        return len(running) == 8

    async def all_are_done() -> bool:
        return await waiting(guild) == []

    with psycopg.connect(database_url) as locker:
        async with jobs.working(guild.database, [domain], 8):
            await until(all_run)
            locker.execute("LOCK procrastinate_jobs IN SHARE MODE")
            end.set()
            await asyncio.sleep(workers.PATIENCE + 1)  # until those who find no connection have given up once
            locker.rollback()
            await until(all_are_done)
    assert sorted(running) == list(range(8))


KILLED = """
import asyncio, os, signal, sys
from guildhall.core.database import Database
from guildhall.core.manifest import Domain, Job
from guildhall.platform import jobs

async def die(session):
    os.kill(os.getpid(), signal.SIGKILL)

async def work():
    async with jobs.working(Database(sys.argv[1]), [Domain("tests", jobs=[Job("tests.work", die)])], 1) as task:
        await task

asyncio.run(work())
"""


async def test_the_job_of_a_process_that_was_killed_is_done_by_the_next(
    guild: Guild, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(rescuing, "DEAD_AFTER", 0.5)
    monkeypatch.setattr(rescuing, "HEARTBEAT", 0.1)
    domain = domain_with(nothing)
    await enqueue(guild)
    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    python = await asyncio.create_subprocess_exec(sys.executable, str(script), database_url)
    assert await asyncio.wait_for(python.wait(), 60) == -signal.SIGKILL
    assert [status for _, _, status, *_ in await waiting(guild)] == ["doing"]
    async with at_work(guild, domain):

        async def is_done() -> bool:
            return await waiting(guild) == []

        await until(is_done)


async def test_old_failures_are_forgotten_and_what_waits_is_not(guild: Guild) -> None:
    async def fail(_session: AsyncSession) -> None:
        raise ValueError

    domain = domain_with(fail, retries=0)
    await enqueue(guild, number=1)
    await enqueue(guild, number=2)
    async with at_work(guild, domain):

        async def both_failed() -> bool:
            return [status for _, _, status, *_ in await waiting(guild)] == ["failed"] * 2

        await until(both_failed)
    await enqueue(guild, number=3)
    async with guild.session() as session:
        await session.execute(text(AGE))
        await reading.prune(session, 90)
    assert [(ids["number"], status) for _, ids, status, *_ in await waiting(guild)] == [(2, "failed"), (3, "todo")]
    assert workers.queues([domain]) == {"default"}
