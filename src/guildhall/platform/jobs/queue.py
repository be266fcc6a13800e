"""Writing jobs into the transaction that causes them, and taking them back."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.manifest import Domain

Id = int | str | list[int]

_queues: dict[str, str] = {}

# The library's own function, called with as many jobs as there are: one statement for one job and for two thousand.
_DEFER = text("""
SELECT procrastinate_defer_jobs_v1(array_agg(
    ROW(:queue, :job, 0, wish.line, NULL, wish.ids, wish.at)::procrastinate_job_to_defer_v1
    ORDER BY number))
FROM unnest(CAST(:lines AS text[]), CAST(:ids AS text[])::jsonb[], CAST(:ats AS timestamptz[]))
    WITH ORDINALITY AS wish (line, ids, at, number)
""")
_CANCEL = text("""
DELETE FROM procrastinate_jobs WHERE task_name = :job AND status = 'todo' AND args @> CAST(:ids AS jsonb)
""")

# What another transaction holds is being hurried there, or done already.
_HURRY = text("""
UPDATE procrastinate_jobs SET queue_name = :queue, scheduled_at = NULL WHERE id IN (
    SELECT id FROM procrastinate_jobs WHERE lock = :line AND status = 'todo' FOR UPDATE SKIP LOCKED)
""")


@dataclass(frozen=True)
class Wish:
    """One of many jobs: its ids, the line it stands in, and when it is due, where not all are at once."""

    ids: dict[str, Id]
    line: str | None = None
    at: datetime | None = None


def register(domains: Sequence[Domain]) -> None:
    """Make the domains' jobs known to `enqueue`."""
    _queues.update({job.name: job.queue for domain in domains for job in domain.jobs})


def names() -> list[str]:
    """The queues that jobs wait in."""
    return sorted(set(_queues.values()))


async def enqueue(
    session: AsyncSession, job: str, *, at: datetime | None = None, line: str | None = None, **ids: Id
) -> None:
    """Write a job into the session's transaction; it is done after the commit, or never.

    It waits until `at`, and for its turn in its `line`, where there is one. Raises KeyError for a job that no
    manifest names.
    """
    await enqueue_many(session, job, [Wish(ids, line)], at=at)


async def enqueue_many(session: AsyncSession, job: str, wishes: Sequence[Wish], *, at: datetime | None = None) -> None:
    """Write many jobs of one name in one statement; those without a moment of their own wait until `at`.

    Raises KeyError as `enqueue` does.
    """
    values: dict[str, Any] = {
        "queue": _queues[job],
        "job": job,
        "lines": [wish.line for wish in wishes],
        "ids": [json.dumps(wish.ids) for wish in wishes],
        "ats": [wish.at or at for wish in wishes],
    }
    if wishes:
        await session.execute(_DEFER, values)


async def cancel(session: AsyncSession, job: str, **ids: Id) -> int:
    """Take back the jobs of this name that still wait and have these ids, among others maybe; how many there were.

    One that runs already goes on, which is why jobs look again. Without ids all of this name are taken back.
    """
    return (await session.execute(_CANCEL, {"job": job, "ids": json.dumps(ids)})).rowcount  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]


async def reschedule(session: AsyncSession, job: str, *, at: datetime, **ids: Id) -> None:
    """Let the job of this name and these ids wait until `at`, whether it waited before or not."""
    await cancel(session, job, **ids)
    await enqueue_many(session, job, [Wish(ids)], at=at)


async def hurry(session: AsyncSession, line: str, queue: str) -> None:
    """Let those who wait in a line be done now and in this queue, so that who comes after them need not wait."""
    await session.execute(_HURRY, {"line": line, "queue": queue})
