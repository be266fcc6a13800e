"""The alarm: a queue that stands still is told as an error, once, and again every hour while it lasts.

It has a queue of its own, because in one that stands still it would wait too. When no worker lives nobody does this;
then `/metrics` says it.
"""

from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.core.manifest import Domain, Job, Schedule
from guildhall.platform import jobs
from guildhall.platform.jobs import reading

log = structlog.get_logger(__name__)

QUEUE = "alarms"
LOOK, QUIET = "alarms.look", "alarms.quiet"
TOO_LONG = 600  # seconds that the oldest due job of a queue has waited
REPEAT = timedelta(hours=1)


async def look(session: AsyncSession) -> None:
    """Tell of each queue that stands still, unless it was told within the hour."""
    standing = {row.queue: row for row in await reading.queues(session) if row.oldest_due_seconds > TOO_LONG}
    told = {ids["of"] for ids in await reading.waiting(session, QUIET)}
    for queue in told - standing.keys():
        await jobs.cancel(session, QUIET, of=queue)  # the next time is news
    for queue in standing.keys() - told:
        row = standing[queue]
        log.error("a queue stands still", queue=queue, due=row.due, seconds=int(row.oldest_due_seconds))
        await jobs.enqueue(session, QUIET, at=clock.now() + REPEAT, of=queue)


async def be_quiet(_session: AsyncSession, of: str) -> None:
    """The hour is over. While this waits, the queue is not told again; so the database remembers, whoever looks."""


domain = Domain(
    name="alarms",
    jobs=(Job(LOOK, look, queue=QUEUE), Job(QUIET, be_quiet, queue=QUEUE)),
    schedules=(Schedule("* * * * *", LOOK),),
)
