"""Jobs of workers that died: they are let wait again, so that another worker does them."""

import asyncio

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.database import CommitUnknown, Database

log = structlog.get_logger(__name__)

HEARTBEAT = 5.0  # seconds between a worker's signs of life
DEAD_AFTER = 20.0  # seconds without one
MOST_DEATHS = 5  # a job that ended so many workers ends no more

# The lock makes rescuers come one by one: of two that see the same dead worker, the second finds its jobs waiting.
_RESCUE = text("""
WITH lost AS (
    SELECT job.id FROM procrastinate_jobs AS job LEFT JOIN procrastinate_workers AS worker ON worker.id = worker_id
    WHERE status = 'doing' AND (worker.id IS NULL OR last_heartbeat < now() - make_interval(secs => :dead_after))
    FOR UPDATE OF job SKIP LOCKED
), noted AS (
    INSERT INTO job_troubles (job_id, error, deaths, at)
    SELECT id, 'the worker ended while it did this job', 1, now() FROM lost
    ON CONFLICT (job_id) DO UPDATE SET error = excluded.error, deaths = job_troubles.deaths + 1, at = excluded.at
    RETURNING job_id, deaths
)
SELECT job_id, deaths,
    CASE WHEN deaths < :most_deaths THEN procrastinate_retry_job_v2(job_id, now(), NULL, NULL, NULL)
    ELSE procrastinate_finish_job_v1(job_id, 'failed', false) END
FROM noted
""")


async def rescue(session: AsyncSession) -> int:
    """Let the jobs of dead workers wait again; how many there were. One that killed five workers has failed."""
    limits = {"dead_after": DEAD_AFTER, "most_deaths": MOST_DEATHS}
    rescued = (await session.execute(_RESCUE, limits)).all()
    for row in rescued:
        tell = log.warning if row.deaths < MOST_DEATHS else log.error
        tell("a job's worker died", job_id=row.job_id, deaths=row.deaths)
    return len(rescued)


async def keep_rescuing(database: Database) -> None:
    """Rescue for as long as the process lives; not itself a job, so that it works when no job does."""
    while True:
        try:
            async with database.transaction() as session:
                await rescue(session)
        except (SQLAlchemyError, CommitUnknown, OSError) as error:
            log.warning("nothing could be rescued", error=str(error))
        await asyncio.sleep(HEARTBEAT)
