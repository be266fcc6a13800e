"""The worker: does jobs and schedules, again when they fail, and those of workers that died."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

import procrastinate
import structlog
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job as Attempt
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.core.database import CommitUnknown, Database
from guildhall.core.manifest import Domain, Job
from guildhall.platform import telemetry
from guildhall.platform.jobs import rescuing
from guildhall.platform.jobs.bookkeeping import Bookkeeper
from guildhall.platform.jobs.models import JobTrouble

log = structlog.get_logger(__name__)

PATIENCE, PAUSE = 5, 1  # seconds that a worker waits for a connection, and before it begins again
LOOK_AROUND = 2  # seconds between looks for jobs whose time has come; those that just came are told of at once
BOOKKEEPERS = 4  # connections of the library, which holds one for as long as it takes to note something
GRACE = 10  # seconds that running jobs have when the worker stops; it gives no sign of life meanwhile
BACK_OFF = 4  # seconds before the second attempt; every further wait is four times as long
NO_LIMITS: Mapping[str, int] = {}


class TryAgain(Exception):
    """Raised by a job: what was written stays, and the job is done again after a while.

    The job decides itself when to give up: this does not count towards its `retries`.
    """

    def __init__(self, after: timedelta, because: str) -> None:
        super().__init__(because)
        self.after = after


def queues(domains: Sequence[Domain]) -> set[str]:
    """The queues that the domains' jobs wait in."""
    return {job.queue for domain in domains for job in domain.jobs}


@contextlib.asynccontextmanager
async def working(
    database: Database,
    domains: Sequence[Domain],
    concurrency: int,
    limits: Mapping[str, int] = NO_LIMITS,
    only: Collection[str] = (),
) -> AsyncGenerator[asyncio.Task[None]]:
    """Do jobs and schedules for the length of the `with`; running ones are finished before it ends.

    `concurrency` jobs of each queue at once, or as many as `limits` says for a queue; of the queues named in `only`,
    or of all. Every job has a transaction of its own, so `database` should lend as many connections.
    """
    wanted = {queue: limits.get(queue, concurrency) for queue in queues(domains) if not only or queue in only}
    app = _assemble(database, domains)
    async with app.open_async():
        worker = asyncio.create_task(_work(app, database, wanted))
        worker.add_done_callback(_say_why)
        try:
            yield worker
        finally:
            worker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await worker


async def _work(app: procrastinate.App, database: Database, wanted: Mapping[str, int]) -> None:
    stopping = asyncio.Event()
    rescuer = asyncio.create_task(rescuing.keep_rescuing(database))
    workers = [asyncio.create_task(_keep_working(app, *queue, stopping)) for queue in wanted.items()]
    try:
        await asyncio.gather(rescuer, *workers)
    finally:
        stopping.set()
        rescuer.cancel()
        for worker in workers:
            worker.cancel()
        await asyncio.gather(rescuer, *workers, return_exceptions=True)


async def _keep_working(app: procrastinate.App, queue: str, concurrency: int, stopping: asyncio.Event) -> None:
    # The library's worker ends when the database stays away; ours begins again.
    while not stopping.is_set():
        try:
            await app.run_worker_async(
                name=queue,
                queues=[queue],
                concurrency=concurrency,
                install_signal_handlers=False,
                fetch_job_polling_interval=LOOK_AROUND,
                delete_jobs="successful",
                shutdown_graceful_timeout=GRACE,
                update_heartbeat_interval=rescuing.HEARTBEAT,
                stalled_worker_timeout=rescuing.DEAD_AFTER,
            )
        except ConnectorException as error:
            log.warning("the job worker lost the database", queue=queue, error=str(error.__cause__ or error))
        await asyncio.sleep(PAUSE)


def _say_why(worker: asyncio.Task[None]) -> None:
    if not worker.cancelled() and (error := worker.exception()):
        log.error("the job worker has stopped", exc_info=error)


def _assemble(database: Database, domains: Sequence[Domain]) -> procrastinate.App:
    url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connector = procrastinate.PsycopgConnector(conninfo=url, min_size=1, max_size=BOOKKEEPERS, timeout=PATIENCE)
    app = procrastinate.App(connector=connector)
    app.job_manager = Bookkeeper(connector)
    by_name = {job.name: job for domain in domains for job in domain.jobs}
    for job in by_name.values():
        app.task(name=job.name, queue=job.queue, retry=_PATIENCE, pass_context=True)(_attempt(database, job))
    for domain in domains:
        for schedule in domain.schedules:
            job = by_name[schedule.job]
            named = f"{job.name}@{schedule.cron}"
            tick = app.task(name=named, queue=job.queue, retry=_PATIENCE, pass_context=True)
            app.periodic(cron=schedule.cron)(tick(_by_the_clock(_attempt(database, job))))
    return app


class _Patience(BaseRetryStrategy):
    """When to do a job again: when it says so; and at once, by another worker, when this one was stopped meanwhile."""

    def get_retry_decision(self, *, exception: BaseException, job: Attempt) -> RetryDecision | None:
        if isinstance(exception, TryAgain):
            return RetryDecision(retry_at=clock.now() + exception.after)
        return RetryDecision(retry_at=clock.now()) if isinstance(exception, asyncio.CancelledError) else None


_PATIENCE = _Patience()
Attempting = Callable[..., Awaitable[None]]


def _attempt(database: Database, job: Job) -> Attempting:
    async def attempt(context: procrastinate.JobContext, **ids: Any) -> None:
        with (
            structlog.contextvars.bound_contextvars(job_id=context.job.id, job=job.name),
            telemetry.doing(job.name) as doing,
        ):
            try:
                await _run(database, job, context.job.id or 0, ids)
                doing.outcome = "done"
            except TryAgain as wish:
                doing.outcome = "retried" if isinstance(wish, _Stumbled) else "again"
                raise
            except Exception as error:
                doing.outcome = "failed"
                log.error("a job has failed for good", exc_info=error)
                raise

    return attempt


class _Stumbled(TryAgain):
    """An attempt failed, and it was not the last."""


async def _run(database: Database, job: Job, job_id: int, ids: dict[str, Any]) -> None:
    again: TryAgain | None = None
    try:
        async with database.transaction() as session:
            try:
                await job.run(session, **ids)
            except TryAgain as wish:
                again = wish
                await _note(session, job_id, str(wish))
    except Exception as error:
        failures = await _noted(database, job_id, f"{type(error).__name__}: {error}")
        if failures > job.retries:
            raise
        log.warning("a job failed and will be tried again", exc_info=error)  # nobody has to get up for it
        raise _Stumbled(timedelta(seconds=BACK_OFF**failures), "it failed") from error
    if again:
        raise again


async def _noted(database: Database, job_id: int, error: str) -> int:
    """How often the job has failed, this time included; once, when the database is not there to count."""
    try:
        async with database.transaction() as session:
            return await _note(session, job_id, error, failures=1)
    except (SQLAlchemyError, CommitUnknown, OSError):
        return 1


async def _note(session: AsyncSession, job_id: int, error: str, failures: int = 0) -> int:
    noted = insert(JobTrouble).values(
        job_id=job_id, error=error[:2000].replace("\x00", ""), failures=failures, at=clock.now()
    )
    told = {
        "error": noted.excluded.error,
        "failures": JobTrouble.failures + noted.excluded.failures,
        "at": noted.excluded.at,
    }
    written = noted.on_conflict_do_update(index_elements=[JobTrouble.job_id], set_=told)
    return (await session.scalars(written.returning(JobTrouble.failures))).one()


def _by_the_clock(attempt: Attempting) -> Attempting:
    async def tick(context: procrastinate.JobContext, timestamp: int) -> None:  # noqa: ARG001 - passed by name
        await attempt(context)

    return tick
