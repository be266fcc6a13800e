"""Later work on PostgreSQL (procrastinate): enqueued in the transaction that causes it, done by any worker.

>>> await jobs.enqueue(session, "cars.remind", booking_id=7)      # rolled back with the transaction
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Any

import procrastinate
import structlog
from procrastinate.exceptions import ConnectorException
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.database import Database
from guildhall.core.manifest import Domain, Job

log = structlog.get_logger(__name__)

PATIENCE, PAUSE = 5, 1  # seconds that a worker waits for a connection, and before it begins again

# Never opened: a job is written through the session's own connection.
_pen = procrastinate.App(connector=procrastinate.PsycopgConnector())
_queues: dict[str, str] = {}


def register(domains: Sequence[Domain]) -> None:
    """Make the domains' jobs known to `enqueue`."""
    _queues.update({job.name: job.queue for domain in domains for job in domain.jobs})


async def enqueue(session: AsyncSession, job: str, **ids: int | str) -> None:
    """Write a job into the session's transaction; it is done after the commit, or never.

    Raises KeyError for a job that no manifest names.
    """
    connection = await (await session.connection()).get_raw_connection()
    task = _pen.configure_task(job, queue=_queues[job], connection=connection.driver_connection)
    await task.defer_async(**ids)
    session.info["wrote"] = True


@contextlib.asynccontextmanager
async def working(
    database: Database, domains: Sequence[Domain], concurrency: int
) -> AsyncGenerator[asyncio.Task[None]]:
    """Do jobs and schedules for the length of the `with`; running ones are finished before it ends."""
    app = _assemble(database, domains, concurrency)
    async with app.open_async():
        stopping = asyncio.Event()
        worker = asyncio.create_task(_keep_working(app, concurrency, stopping))
        worker.add_done_callback(_say_why)
        try:
            yield worker
        finally:
            stopping.set()
            worker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await worker


async def _keep_working(app: procrastinate.App, concurrency: int, stopping: asyncio.Event) -> None:
    # The library's worker ends when the database stays away; ours begins again.
    while not stopping.is_set():
        try:
            await app.run_worker_async(
                concurrency=concurrency,
                install_signal_handlers=False,
                delete_jobs="successful",
                shutdown_graceful_timeout=20,
            )
        except ConnectorException as error:
            log.warning("the job worker lost the database", error=str(error.__cause__ or error))
        await asyncio.sleep(PAUSE)


def _say_why(worker: asyncio.Task[None]) -> None:
    if not worker.cancelled() and (error := worker.exception()):
        log.error("the job worker has stopped", exc_info=error)


def _assemble(database: Database, domains: Sequence[Domain], concurrency: int) -> procrastinate.App:
    url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connector = procrastinate.PsycopgConnector(conninfo=url, min_size=1, max_size=concurrency + 2, timeout=PATIENCE)
    app = procrastinate.App(connector=connector)
    by_name = {job.name: job for domain in domains for job in domain.jobs}
    for job in by_name.values():
        app.task(name=job.name, queue=job.queue, retry=_patience(job))(_in_a_transaction(database, job))
    for domain in domains:
        for schedule in domain.schedules:
            job = by_name[schedule.job]
            tick = app.task(name=f"{job.name}@{schedule.cron}", queue=job.queue)(_by_the_clock(database, job))
            app.periodic(cron=schedule.cron)(tick)
    return app


def _patience(job: Job) -> procrastinate.RetryStrategy:
    return procrastinate.RetryStrategy(max_attempts=job.retries, exponential_wait=4)


def _in_a_transaction(database: Database, job: Job) -> Callable[..., Awaitable[None]]:
    async def run(**ids: Any) -> None:
        async with database.transaction() as session:
            await job.run(session, **ids)

    return run


def _by_the_clock(database: Database, job: Job) -> Callable[[int], Awaitable[None]]:
    run = _in_a_transaction(database, job)

    async def tick(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes it by name
        await run()

    return tick
