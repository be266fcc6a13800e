"""Work for workers to do, and watching them do it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.manifest import Domain, Job, Schedule, Work
from guildhall.platform import jobs
from guildhall.platform.jobs.queue import Id, Wish
from tests.guild import Guild

JOBS = "SELECT task_name, args, status::text, attempts, queue_name FROM procrastinate_jobs ORDER BY id"
NOW = "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'"


def domain_with(run: Work, *, schedules: tuple[str, ...] = (), retries: int = 5, queue: str = "default") -> Domain:
    """A domain with one job, known to `enqueue`."""
    job = Job("tests.work", run, queue=queue, retries=retries)
    domain = Domain("tests", jobs=(job,), schedules=[Schedule(cron, job.name) for cron in schedules])
    jobs.register([domain])
    return domain


async def nothing(_session: AsyncSession, **_ids: int) -> None:
    """Work that is only waited for."""


async def waiting(guild: Guild) -> list[tuple[Any, ...]]:
    """The jobs in the database: name, ids, status, attempts, queue. What succeeded is not there any more."""
    async with guild.session() as session:
        return [tuple(row) for row in await session.execute(text(JOBS))]


async def until(there: Callable[[], Awaitable[bool]], patience: float = 20) -> None:
    """Wait until something is so, for so many seconds at most."""
    async with asyncio.timeout(patience):
        while not await there():  # noqa: ASYNC110 - the database has no event to wait for
            await asyncio.sleep(0.02)


async def enqueue(guild: Guild, **ids: Id) -> None:
    async with guild.session() as session:
        await jobs.enqueue_many(session, "tests.work", [Wish(ids)])


async def work_off(guild: Guild, domain: Domain) -> None:
    """Let a worker work until nothing is left that is due."""

    async def none_is_due() -> bool:
        return not any(
            status in ("todo", "doing") and not attempts for _, _, status, attempts, _ in await waiting(guild)
        )

    async with jobs.working(guild.database, [domain], 2):
        await until(none_is_due)


async def hurry(guild: Guild) -> None:
    """Let what waits for its next attempt be due now."""
    async with guild.session() as session:
        await session.execute(text(NOW))
