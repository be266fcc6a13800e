"""Jobs that wait until a moment, stand in line, are taken back, and ask to be done again."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.testing import capture_logs

from guildhall.core import clock
from guildhall.core.manifest import Domain, Job
from guildhall.domains.cars.errors import CarTaken
from guildhall.platform import jobs
from guildhall.platform.jobs import workers
from guildhall.platform.jobs.queue import Wish
from guildhall.platform.mail.models import Mail
from tests.guild import Guild
from tests.platform.work import domain_with, enqueue, hurry, nothing, until, waiting, work_off

LATER = timedelta(hours=1)
TAKEN = """
INSERT INTO procrastinate_jobs (queue_name, task_name, lock, status)
VALUES ('default', 'tests.work', 'anna', 'doing')
"""


async def when(guild: Guild) -> list[float]:
    """In how many hours the jobs that wait are due."""
    async with guild.session() as session:
        moments = await session.scalars(text("SELECT scheduled_at FROM procrastinate_jobs ORDER BY id"))
        return [round((moment - clock.now()).total_seconds() / 3600, 1) for moment in moments]


async def test_a_job_is_not_done_before_its_moment(guild: Guild) -> None:
    seen: list[int] = []

    async def note(_session: AsyncSession, number: int) -> None:
        seen.append(number)

    domain = domain_with(note)
    async with guild.session() as session:
        await jobs.enqueue(session, "tests.work", at=clock.now() + LATER, number=1)
        await jobs.enqueue(session, "tests.work", at=clock.now() - LATER, number=2)
    async with jobs.working(guild.database, [domain], 2):

        async def the_second_is_done() -> bool:
            return seen == [2]

        await until(the_second_is_done)
    assert [ids for _, ids, *_ in await waiting(guild)] == [{"number": 1}]


async def test_many_jobs_are_written_in_one_statement_and_in_their_order(guild: Guild) -> None:
    domain_with(nothing)
    with guild.statements() as statements:
        async with guild.session() as session:
            await jobs.enqueue_many(session, "tests.work", [Wish({"number": number}) for number in range(500)])
    assert len(statements) == 1
    assert [ids["number"] for _, ids, *_ in await waiting(guild)] == list(range(500))


async def test_no_jobs_are_no_statement(guild: Guild) -> None:
    domain_with(nothing)
    async with guild.session() as session:
        with guild.statements() as statements:
            await jobs.enqueue_many(session, "tests.work", [])
    assert statements == []


async def test_jobs_of_one_line_are_done_in_order_also_when_the_first_stumbles(guild: Guild) -> None:
    seen: list[int] = []

    async def stumble(_session: AsyncSession, number: int) -> None:
        seen.append(number)
        if seen == [0]:
            raise jobs.TryAgain(timedelta(seconds=0.3), "not yet")
        await asyncio.sleep(0)

    domain = domain_with(stumble)
    async with guild.session() as session:
        wishes = [Wish({"number": number}, line="anna") for number in range(5)]
        await jobs.enqueue_many(session, "tests.work", wishes)
    async with jobs.working(guild.database, [domain], 4):

        async def all_are_done() -> bool:
            return await waiting(guild) == []

        await until(all_are_done)
    assert seen == [0, 0, 1, 2, 3, 4]


async def test_one_line_does_not_hold_up_another(guild: Guild) -> None:
    met = asyncio.Barrier(2)

    async def meet(_session: AsyncSession) -> None:
        await asyncio.wait_for(met.wait(), 20)

    domain = domain_with(meet)
    async with guild.session() as session:
        await jobs.enqueue_many(session, "tests.work", [Wish({}, line="anna"), Wish({}, line="bo")])
    await work_off(guild, domain)
    assert await waiting(guild) == []


async def test_a_line_goes_through_every_queue(guild: Guild) -> None:
    """A letter to many waits in another queue than a letter to one, and still comes in its turn."""
    seen: list[str] = []

    async def quick(_session: AsyncSession) -> None:
        seen.append("quick")

    async def slow(_session: AsyncSession) -> None:
        seen.append("slow")

    domain = Domain("tests", jobs=(Job("tests.quick", quick), Job("tests.slow", slow, queue="slow")))
    jobs.register([domain])
    async with guild.session() as session:
        for name in ("tests.slow", "tests.quick") * 3:
            await jobs.enqueue(session, name, line="anna")
    async with jobs.working(guild.database, [domain], 4):

        async def all_are_done() -> bool:
            return await waiting(guild) == []

        await until(all_are_done)
    assert seen == ["slow", "quick"] * 3


async def test_two_who_take_jobs_of_one_line_at_once_go_on(guild: Guild) -> None:
    """The loser took the index for a database that is away, and its whole queue stopped for twenty seconds."""
    domain = domain_with(nothing)
    async with guild.session() as session:
        await jobs.enqueue_many(session, "tests.work", [Wish({}, line="anna"), Wish({})])
    with capture_logs() as logs:
        async with guild.session() as other:
            await other.execute(text(TAKEN))
            async with jobs.working(guild.database, [domain], 2):
                await guild.until_waiting()  # our worker wants the first of the line
                await other.commit()

                async def all_are_done() -> bool:
                    return await waiting(guild) == []

                await until(all_are_done)
    assert [entry for entry in logs if "lost the database" in entry["event"]] == []


async def test_the_next_in_line_is_called_at_once(guild: Guild, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second job of a line waited until the worker looked around by itself, and the third twice as long."""
    monkeypatch.setattr(workers, "LOOK_AROUND", 3600)

    async def take_time(_session: AsyncSession) -> None:
        await asyncio.sleep(0.05)

    domain = domain_with(take_time)
    async with guild.session() as session:
        await jobs.enqueue_many(session, "tests.work", [Wish({}, line="anna")] * 5)
    async with jobs.working(guild.database, [domain], 4):

        async def all_are_done() -> bool:
            return await waiting(guild) == []

        await until(all_are_done)


async def test_each_queue_does_as_many_at_once_as_its_limit_lets(guild: Guild) -> None:
    at_once: dict[str, list[int]] = {"one": [0], "three": [0]}

    async def count(queue: str) -> None:
        at_once[queue].append(at_once[queue][-1] + 1)
        await asyncio.sleep(0.05)
        at_once[queue].append(at_once[queue][-1] - 1)

    async def in_one(_session: AsyncSession) -> None:
        await count("one")

    async def in_three(_session: AsyncSession) -> None:
        await count("three")

    domain = Domain("tests", jobs=(Job("tests.one", in_one, queue="one"), Job("tests.three", in_three, queue="three")))
    jobs.register([domain])
    async with guild.session() as session:
        for name in ("tests.one", "tests.three"):
            await jobs.enqueue_many(session, name, [Wish({})] * 9)
    async with jobs.working(guild.database, [domain], 3, {"one": 1}):

        async def all_are_done() -> bool:
            return await waiting(guild) == []

        await until(all_are_done)
    assert {queue: max(counts) for queue, counts in at_once.items()} == {"one": 1, "three": 3}


async def test_a_worker_of_some_queues_leaves_the_others_alone(guild: Guild) -> None:
    domain = Domain("tests", jobs=(Job("tests.ours", nothing, queue="ours"), Job("tests.theirs", nothing, queue="t")))
    jobs.register([domain])
    async with guild.session() as session:
        await jobs.enqueue(session, "tests.theirs")
        await jobs.enqueue(session, "tests.ours")
    async with jobs.working(guild.database, [domain], 1, only=["ours"]):

        async def ours_is_done() -> bool:
            return [name for name, *_ in await waiting(guild)] == ["tests.theirs"]

        await until(ours_is_done)


async def test_a_job_that_is_taken_back_is_gone_and_others_of_its_name_stay(guild: Guild) -> None:
    domain_with(nothing)
    for number in (7, 7, 8):
        await enqueue(guild, booking_id=number, kind="reminder")
    async with guild.session() as session:
        assert await jobs.cancel(session, "tests.work", booking_id=7) == 2
        assert await jobs.cancel(session, "tests.work", booking_id=9) == 0
    assert [ids for _, ids, *_ in await waiting(guild)] == [{"booking_id": 8, "kind": "reminder"}]


async def test_without_ids_all_jobs_of_a_name_are_taken_back(guild: Guild) -> None:
    domain_with(nothing)
    for number in (7, 8):
        await enqueue(guild, booking_id=number)
    async with guild.session() as session:
        assert await jobs.cancel(session, "tests.work") == 2
    assert await waiting(guild) == []


async def test_a_job_is_not_taken_back_by_a_transaction_that_fails(guild: Guild) -> None:
    domain_with(nothing)
    await enqueue(guild, booking_id=7)
    with pytest.raises(CarTaken):
        async with guild.session() as session:
            await jobs.cancel(session, "tests.work", booking_id=7)
            raise CarTaken
    assert len(await waiting(guild)) == 1


async def test_a_job_that_is_moved_waits_once_until_its_new_moment(guild: Guild) -> None:
    domain_with(nothing)
    for hours in (1, 5, 3):
        async with guild.session() as session:
            await jobs.reschedule(session, "tests.work", at=clock.now() + hours * LATER, booking_id=7)
    assert await when(guild) == [3.0]


async def test_a_job_that_asks_to_be_done_again_keeps_what_it_wrote_and_says_why(guild: Guild) -> None:
    async def ask(session: AsyncSession) -> None:
        session.add(Mail(to="kept@example.com", subject="", text="", html=""))
        raise jobs.TryAgain(LATER, "the other side is busy")

    domain = domain_with(ask, retries=0)
    await enqueue(guild)
    await work_off(guild, domain)
    assert [(status, attempts) for _, _, status, attempts, _ in await waiting(guild)] == [("todo", 1)]
    assert await when(guild) == [1.0]
    assert len(await guild.mails("kept@example.com")) == 1
    async with guild.session() as session:
        assert await session.scalar(text("SELECT error FROM job_troubles")) == "the other side is busy"


async def test_a_job_may_ask_more_often_than_it_may_fail(guild: Guild) -> None:
    asked: list[int] = []

    async def ask(_session: AsyncSession) -> None:
        asked.append(len(asked))
        if len(asked) < 5:
            raise jobs.TryAgain(timedelta(0), "not yet")

    domain = domain_with(ask, retries=1)
    await enqueue(guild)
    async with jobs.working(guild.database, [domain], 1):

        async def is_done() -> bool:
            return await waiting(guild) == []

        await until(is_done)
    assert len(asked) == 5


async def test_asking_does_not_count_as_failing(guild: Guild) -> None:
    """A job that had asked more often than it may fail was given up at its first failure."""
    tries: list[int] = []

    async def ask_then_stumble_then_succeed(_session: AsyncSession) -> None:
        tries.append(len(tries))
        if len(tries) <= 3:
            raise jobs.TryAgain(timedelta(0), "not yet")
        if len(tries) == 4:
            raise ValueError("once")

    domain = domain_with(ask_then_stumble_then_succeed, retries=1)
    await enqueue(guild)
    async with jobs.working(guild.database, [domain], 1):

        async def has_stumbled() -> bool:
            return [(status, attempts) for _, _, status, attempts, _ in await waiting(guild)] == [("todo", 4)]

        await until(has_stumbled)
        await hurry(guild)

        async def is_done() -> bool:
            return await waiting(guild) == []

        await until(is_done)
    assert len(tries) == 5


async def test_the_waits_between_attempts_grow(guild: Guild) -> None:
    async def fail(_session: AsyncSession) -> None:
        raise ValueError("as ever")

    domain = domain_with(fail, retries=4)
    await enqueue(guild)
    waits: list[float] = []
    for tries in range(1, 4):
        await hurry(guild)
        async with jobs.working(guild.database, [domain], 1):

            async def was_tried(tries: int = tries) -> bool:
                return [(status, n) for _, _, status, n, _ in await waiting(guild)] == [("todo", tries)]

            await until(was_tried)
        async with guild.session() as session:
            wait = text("SELECT extract(epoch FROM scheduled_at - now())::float FROM procrastinate_jobs")
            waits.append((await session.scalars(wait)).one())
    assert all(later > 3 * earlier for earlier, later in pairwise(waits))
