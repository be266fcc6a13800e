"""Later work: written with the transaction that causes it, done by a worker, again when it fails, and by the clock."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.app.domains import DOMAINS
from guildhall.core.database import release
from guildhall.core.manifest import Domain, Schedule
from guildhall.domains.cars.errors import CarTaken
from guildhall.platform import jobs
from guildhall.platform.jobs import workers
from guildhall.platform.mail.models import Mail
from tests.conftest import url_of
from tests.guild import Guild
from tests.platform.work import domain_with, enqueue, hurry, nothing, until, waiting, work_off


async def test_a_job_waits_from_the_commit_on(guild: Guild) -> None:
    domain_with(nothing, queue="slow")
    async with guild.session() as session:
        await jobs.enqueue(session, "tests.work", booking_id=7, word="a'b")
        assert await waiting(guild) == []
    assert await waiting(guild) == [("tests.work", {"booking_id": 7, "word": "a'b"}, "todo", 0, "slow")]


@pytest.mark.parametrize("error", [CarTaken, ValueError])
async def test_a_job_goes_with_the_transaction_that_caused_it(guild: Guild, error: type[Exception]) -> None:
    domain_with(nothing)
    with pytest.raises(error):
        async with guild.session() as session:
            await jobs.enqueue(session, "tests.work")
            raise error
    assert await waiting(guild) == []


async def test_a_job_that_no_domain_names_cannot_be_enqueued(guild: Guild) -> None:
    async with guild.session() as session:
        with pytest.raises(KeyError):
            await jobs.enqueue(session, "tests.nobodys")


async def test_a_job_counts_as_written_so_that_it_is_not_given_back_unseen(guild: Guild) -> None:
    """release() rolled a waiting job back without a word, because nothing had been flushed."""
    domain_with(nothing)
    async with guild.session() as session:
        await jobs.enqueue(session, "tests.work")
        with pytest.raises(RuntimeError):
            await release(session)
    assert len(await waiting(guild)) == 1


async def test_a_worker_does_what_waits_and_what_comes_in_a_transaction_of_its_own(guild: Guild) -> None:
    async def write(session: AsyncSession, to: str) -> None:
        session.add(Mail(to=to, subject="", text="", html=""))

    domain = domain_with(write)
    await enqueue(guild, to="before")
    async with jobs.working(guild.database, [domain], 2):
        await enqueue(guild, to="meanwhile")

        async def all_are_done() -> bool:
            return await waiting(guild) == []

        await until(all_are_done)
    async with guild.session() as session:
        assert set(await session.scalars(select(Mail.to))) == {"before", "meanwhile"}


async def test_what_was_enqueued_while_nobody_worked_is_done_later(guild: Guild) -> None:
    seen: list[int] = []

    async def note(_session: AsyncSession, number: int) -> None:
        seen.append(number)

    domain = domain_with(note)
    for number in range(5):
        await enqueue(guild, number=number)
    await work_off(guild, domain)
    assert sorted(seen) == [0, 1, 2, 3, 4]


async def test_a_job_that_fails_leaves_nothing_and_is_tried_again_later(guild: Guild) -> None:
    attempts: list[int] = []

    async def stumble(session: AsyncSession, number: int) -> None:
        session.add(Mail(to="once@example.com", subject="", text="", html=""))
        await session.flush()
        attempts.append(number)
        if len(attempts) == 1:
            raise ValueError("the first time")

    domain = domain_with(stumble)
    await enqueue(guild, number=7)
    await work_off(guild, domain)
    assert await waiting(guild) == [("tests.work", {"number": 7}, "todo", 1, "default")]
    assert await guild.mails("once@example.com") == []
    await hurry(guild)
    async with jobs.working(guild.database, [domain], 1):

        async def is_done() -> bool:
            return await waiting(guild) == []

        await until(is_done)
    assert attempts == [7, 7]
    assert len(await guild.mails("once@example.com")) == 1


async def test_a_job_that_never_succeeds_is_given_up_and_stays_visible(guild: Guild) -> None:
    async def fail(_session: AsyncSession) -> None:
        raise CarTaken

    domain = domain_with(fail, retries=1)
    await enqueue(guild)
    await work_off(guild, domain)
    await hurry(guild)
    async with jobs.working(guild.database, [domain], 1):

        async def is_given_up() -> bool:
            return [status for _, _, status, _, _ in await waiting(guild)] == ["failed"]

        await until(is_given_up)


async def test_one_failing_job_does_not_keep_another_from_being_done(guild: Guild) -> None:
    seen: list[int] = []

    async def note(_session: AsyncSession, number: int) -> None:
        if number == 0:
            raise ValueError
        seen.append(number)

    domain = domain_with(note)
    for number in range(4):
        await enqueue(guild, number=number)
    await work_off(guild, domain)
    assert sorted(seen) == [1, 2, 3]


async def test_a_running_job_is_finished_before_the_worker_stops(guild: Guild) -> None:
    begun, finished = asyncio.Event(), asyncio.Event()

    async def take_time(_session: AsyncSession) -> None:
        begun.set()
        await asyncio.sleep(0.3)
        finished.set()

    domain = domain_with(take_time)
    await enqueue(guild)
    async with jobs.working(guild.database, [domain], 1):
        await asyncio.wait_for(begun.wait(), 20)
        assert not finished.is_set()
    assert finished.is_set()
    assert await waiting(guild) == []


async def test_a_job_that_takes_longer_than_the_stopping_worker_waits_is_left_to_the_next(
    guild: Guild, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library called such a job aborted, and it was never done."""
    monkeypatch.setattr(workers, "GRACE", 0.05)
    begun: list[asyncio.Event] = [asyncio.Event(), asyncio.Event()]

    async def take_too_long_once(session: AsyncSession) -> None:
        session.add(Mail(to="half@example.com", subject="", text="", html=""))
        await session.flush()
        if not begun[0].is_set():
            begun[0].set()
            await asyncio.Event().wait()
        begun[1].set()

    domain = domain_with(take_too_long_once)
    await enqueue(guild)
    async with jobs.working(guild.database, [domain], 1):
        await asyncio.wait_for(begun[0].wait(), 20)
    assert [status for _, _, status, *_ in await waiting(guild)] == ["todo"]
    assert await guild.mails("half@example.com") == []
    async with jobs.working(guild.database, [domain], 1):
        await asyncio.wait_for(begun[1].wait(), 20)
    assert len(await guild.mails("half@example.com")) == 1


async def test_a_schedule_that_fails_is_tried_again(guild: Guild) -> None:
    tries: list[int] = []
    succeeded = asyncio.Event()

    async def stumble(_session: AsyncSession) -> None:
        tries.append(len(tries))
        if len(tries) == 1:
            raise jobs.TryAgain(timedelta(0), "not yet")
        succeeded.set()

    domain = domain_with(stumble, schedules=("* * * * *",))
    async with guild.session() as session:
        tick = text(
            "SELECT procrastinate_defer_periodic_job_v2('default', NULL, NULL, :name, 0, '', 0, '{\"timestamp\": 0}')"
        )
        await session.execute(tick, {"name": "tests.work@* * * * *"})
    async with jobs.working(guild.database, [domain], 1):
        await asyncio.wait_for(succeeded.wait(), 20)


async def test_a_schedule_does_its_job_by_the_clock(guild: Guild) -> None:
    ticked = asyncio.Event()

    async def tick(_session: AsyncSession) -> None:
        ticked.set()

    domain = domain_with(tick, schedules=("* * * * * *", "0 0 1 1 *"))
    async with jobs.working(guild.database, [domain], 1):
        await asyncio.wait_for(ticked.wait(), 20)


async def test_a_worker_that_lost_the_database_begins_again(guild: Guild, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library's worker ends when the database stays away; nobody noticed, and no job was done until a restart."""
    monkeypatch.setattr(workers, "PATIENCE", 0.2)
    done = asyncio.Event()

    async def finish(_session: AsyncSession) -> None:
        done.set()

    domain = domain_with(finish)
    await enqueue(guild)
    with psycopg.connect(url_of("postgres"), autocommit=True) as server:
        tests_own = connections(server, guild)
        async with jobs.working(guild.database, [domain], 1) as worker:
            with nobody_let_in(server, guild):
                cut = list(connections(server, guild) - tests_own)
                server.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s) AS pid", [cut])
                await asyncio.sleep(1)
                assert not done.is_set()
            assert not worker.done()
            await asyncio.wait_for(done.wait(), 20)


def connections(server: psycopg.Connection, guild: Guild) -> set[int]:
    """The server's processes that serve the guild's database."""
    name = guild.database.engine.url.database
    rows = server.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", [name]).fetchall()
    return {pid for (pid,) in rows}


@contextmanager
def nobody_let_in(server: psycopg.Connection, guild: Guild) -> Iterator[None]:
    """Let nobody new into the guild's database for the length of the `with`."""
    name = sql.Identifier(str(guild.database.engine.url.database))
    server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
    try:
        yield
    finally:
        server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))


async def test_every_schedule_of_the_house_names_a_job_and_a_worker_starts_with_all_of_them(guild: Guild) -> None:
    names = {job.name for domain in DOMAINS for job in domain.jobs}
    assert {schedule.job for domain in DOMAINS for schedule in domain.schedules} <= names
    async with jobs.working(guild.database, DOMAINS, 1) as worker:
        assert not worker.done()


async def test_a_schedule_of_a_job_that_nobody_has_is_told_at_the_start(guild: Guild) -> None:
    lost = Domain("tests", schedules=(Schedule("0 0 * * *", "tests.nobodys"),))
    with pytest.raises(KeyError):
        async with jobs.working(guild.database, [lost], 1):
            pass
