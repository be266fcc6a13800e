"""What the database knows of how the house is doing: jobs and mails that wait, and for how long."""

import asyncio
from collections.abc import Sequence
from time import monotonic
from typing import TYPE_CHECKING, get_args

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from guildhall.core import clock
from guildhall.core.database import AnyRow, CommitUnknown, Database
from guildhall.platform.jobs import reading
from guildhall.platform.jobs.queue import names
from guildhall.platform.mail.models import Status

if TYPE_CHECKING:
    from prometheus_client import Metric

FRESH = 5.0  # seconds for which what was found is told again, however many ask
PATIENCE = 2.0  # seconds
STATES = ("waiting", "running", "failed")

_MAILS = text("""
SELECT status, count(*) AS many, (
    SELECT greatest(extract(epoch FROM :now - min(queued_at)), 0)::float FROM mails WHERE status = 'queued'
) AS oldest_seconds
FROM mails GROUP BY status ORDER BY status
""")


class Figures:
    """What one database knows, looked up when somebody asks, and at most every five seconds."""

    def __init__(self, database: Database) -> None:
        self._database, self._looking = database, asyncio.Lock()
        self._found: Sequence[Metric] = ()
        self._until = 0.0

    async def found(self) -> "Sequence[Metric]":
        """Jobs by queue and state, mails by status; nothing but that it is away when the database does not answer."""
        async with self._looking:
            if monotonic() >= self._until:
                self._found = await self._look()
                self._until = monotonic() + FRESH
            return self._found

    async def _look(self) -> "Sequence[Metric]":
        try:
            async with asyncio.timeout(PATIENCE), self._database.transaction() as session:
                queues = await reading.queues(session)
                mails = (await session.execute(_MAILS, {"now": clock.now()})).all()
        except (SQLAlchemyError, CommitUnknown, TimeoutError, OSError):
            return [_gauge("database_up", "Whether the database answers", [((), 0)])]
        return [
            _gauge("database_up", "Whether the database answers", [((), 1)]),
            *_of_queues(queues),
            *_of_mails(mails),
        ]


Samples = Sequence[tuple[tuple[str, ...], float]]


def _gauge(name: str, words: str, samples: Samples, labels: Sequence[str] = ()) -> "Metric":
    from prometheus_client.metrics_core import GaugeMetricFamily

    made = GaugeMetricFamily(f"guildhall_{name}", words, labels=labels)
    for values, number in samples:
        made.add_metric(values, number)
    return made


def _of_queues(rows: Sequence[AnyRow]) -> "list[Metric]":
    # Those without jobs are told too: what was not there a moment ago, Prometheus cannot compare.
    found = {row.queue: row for row in rows}
    queues = sorted({*names(), *found})
    jobs = [((queue, state), getattr(found.get(queue), state, 0)) for queue in queues for state in STATES]
    due = [((queue,), getattr(found.get(queue), "due", 0)) for queue in queues]
    oldest = [((queue,), getattr(found.get(queue), "oldest_due_seconds", 0)) for queue in queues]
    return [
        _gauge("queue_jobs", "Jobs that wait, run, or have failed for good", jobs, ("queue", "state")),
        _gauge("queue_due_jobs", "Jobs that could be done now", due, ("queue",)),
        _gauge("queue_oldest_due_seconds", "How long the oldest of these has waited", oldest, ("queue",)),
    ]


def _of_mails(rows: Sequence[AnyRow]) -> "list[Metric]":
    found = dict.fromkeys(get_args(Status), 0) | {row.status: row.many for row in rows}
    many = [((status,), number) for status, number in found.items()]
    oldest = max((row.oldest_seconds or 0 for row in rows), default=0)
    return [
        _gauge("mails", "Mails that are kept", many, ("status",)),
        _gauge("mails_oldest_queued_seconds", "How long the oldest that is not sent has waited", [((), oldest)]),
    ]
