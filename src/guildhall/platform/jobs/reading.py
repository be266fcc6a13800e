"""The jobs as an operator sees them: what waits, runs, failed; and what an operator does about it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.core.database import AnyRow
from guildhall.platform.jobs.errors import JobIsOver, JobNotFound, JobRuns

State = Literal["waiting", "running", "failed", "cancelled"]
JobId = Annotated[int, Field(ge=1, le=2**63 - 1)]

# Procrastinate's tables are plain; its words are todo, doing, failed, cancelled and aborted.
_QUEUES = text("""
SELECT queue_name AS queue,
    count(*) FILTER (WHERE status = 'todo') AS waiting,
    count(*) FILTER (WHERE is_next AND due <= :now) AS due,
    count(*) FILTER (WHERE status = 'doing') AS running,
    count(*) FILTER (WHERE status = 'failed') AS failed,
    coalesce(greatest(extract(epoch FROM :now - min(due) FILTER (WHERE is_next)), 0), 0)::float
        AS oldest_due_seconds
FROM procrastinate_jobs AS job, LATERAL (
    SELECT coalesce(scheduled_at, (
            SELECT min(at) FROM procrastinate_events WHERE job_id = job.id AND type <> 'scheduled')),
        status = 'todo' AND NOT EXISTS (
            SELECT FROM procrastinate_jobs AS before
            WHERE before.lock = job.lock AND before.id < job.id AND before.status IN ('todo', 'doing')
        )
) AS the (due, is_next)
GROUP BY queue_name ORDER BY queue_name
""")
_JOBS = """
SELECT job.id, task_name AS name, queue_name AS queue, args AS ids, attempts, scheduled_at,
    CASE status WHEN 'todo' THEN 'waiting' WHEN 'doing' THEN 'running' WHEN 'failed' THEN 'failed' ELSE 'cancelled' END
        AS state,
    (SELECT min(at) FROM procrastinate_events WHERE job_id = job.id AND type <> 'scheduled') AS enqueued_at,
    trouble.error, trouble.at AS failed_at, coalesce(trouble.deaths, 0) AS deaths
FROM procrastinate_jobs AS job LEFT JOIN job_troubles AS trouble ON trouble.job_id = job.id
"""
_LISTED = text(f"""
SELECT * FROM ({_JOBS}) AS job
WHERE (CAST(:state AS text) IS NULL OR state = :state) AND (CAST(:queue AS text) IS NULL OR queue = :queue)
ORDER BY id DESC LIMIT :limit OFFSET :offset
""")  # noqa: S608 - nothing but our own words
_ONE = text(f"{_JOBS} WHERE job.id = :id")
_HELD = text(f"{_JOBS} WHERE job.id = :id FOR UPDATE OF job")
_RETRY = text("SELECT procrastinate_retry_job_v2(:id, :now, NULL, NULL, NULL)")
_HURRY = text("UPDATE procrastinate_jobs SET scheduled_at = :now WHERE id = :id")
_CANCEL = text("SELECT procrastinate_cancel_job_v1(:id, false, false)")
_WAITING = text("SELECT args FROM procrastinate_jobs WHERE task_name = :job AND status = 'todo' ORDER BY id")
_PRUNE = text("""
DELETE FROM procrastinate_jobs AS job WHERE status NOT IN ('todo', 'doing')
    AND (SELECT max(at) FROM procrastinate_events WHERE job_id = job.id AND type <> 'scheduled') < :before
""")


async def queues(session: AsyncSession) -> Sequence[AnyRow]:
    """Each queue with jobs: how many wait, are due, run, have failed; for how many seconds the oldest has been due.

    One that waits for its turn in a line is not due.
    """
    return (await session.execute(_QUEUES, {"now": clock.now()})).all()


async def listed(
    session: AsyncSession, *, state: State | None, queue: str | None, limit: int, offset: int
) -> Sequence[AnyRow]:
    """Jobs, the newest first; of one state and of one queue where they are named."""
    wish = {"state": state, "queue": queue, "limit": limit, "offset": offset}
    return (await session.execute(_LISTED, wish)).all()


async def waiting(session: AsyncSession, job: str) -> Sequence[dict[str, Any]]:
    """The ids of the jobs of this name that wait."""
    return (await session.scalars(_WAITING, {"job": job})).all()


async def get(session: AsyncSession, job_id: int, *, for_update: bool = False) -> AnyRow:
    """The job. Raises JobNotFound."""
    job = (await session.execute(_HELD if for_update else _ONE, {"id": job_id})).first()
    if job is None:
        raise JobNotFound
    return job


async def retry(session: AsyncSession, job_id: int) -> None:
    """Let a failed job be tried once more, and one that waits be due, now. Raises JobNotFound, JobRuns, JobIsOver."""
    job = await get(session, job_id, for_update=True)
    if job.state == "running":
        raise JobRuns
    if job.state == "cancelled":
        raise JobIsOver
    await session.execute(_RETRY if job.state == "failed" else _HURRY, {"id": job_id, "now": clock.now()})


async def cancel(session: AsyncSession, job_id: int) -> None:
    """Let a job that waits never be done. Raises JobNotFound, JobRuns, JobIsOver."""
    job = await get(session, job_id, for_update=True)
    if job.state == "running":
        raise JobRuns
    if job.state != "waiting":
        raise JobIsOver
    await session.execute(_CANCEL, {"id": job_id})


async def prune(session: AsyncSession, days: int) -> None:
    """Forget the jobs that failed or were cancelled more than so many days ago."""
    await session.execute(_PRUNE, {"before": clock.now() - timedelta(days=days)})
