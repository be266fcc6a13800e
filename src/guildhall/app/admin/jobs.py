"""Paths of the jobs: which wait, run and failed, and why; trying one again, calling one off."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Query

from guildhall.core.access import may
from guildhall.core.database import AnyRow, Session
from guildhall.core.paging import Limit, Offset
from guildhall.core.routing import Router
from guildhall.core.types import Storable, Wire
from guildhall.platform.jobs import reading
from guildhall.platform.jobs.reading import JobId, State

QueueName = Annotated[str, Query(max_length=128), Storable]

router = Router(prefix="/admin/jobs", tags=["admin jobs"], dependencies=[Depends(may("super", "User"))])


class QueueRead(Wire):
    """A queue; `due` are those of the waiting whose time has come."""

    queue: str
    waiting: int
    due: int
    running: int
    failed: int
    oldest_due_seconds: float


class JobRead(Wire):
    """A job. `attempts` are those that are over; `error` is of the last one, `deaths` the workers it outlived."""

    id: int
    name: str
    queue: str
    state: State
    ids: dict[str, Any]
    attempts: int
    enqueued_at: datetime | None
    scheduled_at: datetime | None
    error: str | None
    failed_at: datetime | None
    deaths: int


@router.get("", response_model=list[JobRead])
async def get_jobs(
    db: Session,
    state: State | None = None,
    queue: QueueName | None = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> list[AnyRow]:
    """The jobs that are not done, the newest first."""
    return list(await reading.listed(db, state=state, queue=queue, limit=limit, offset=offset))


@router.get("/queues", response_model=list[QueueRead])
async def get_job_queues(db: Session) -> list[AnyRow]:
    """How much waits, runs and failed in each queue that has jobs."""
    return list(await reading.queues(db))


@router.get("/{job_id}", response_model=JobRead)
async def get_job(db: Session, job_id: JobId) -> AnyRow:
    return await reading.get(db, job_id)


@router.post("/{job_id}/retry", response_model=JobRead)
async def retry_job(db: Session, job_id: JobId) -> AnyRow:
    """Let a failed job be tried once more, and one that waits be done now."""
    await reading.retry(db, job_id)
    return await reading.get(db, job_id)


@router.post("/{job_id}/cancel", response_model=JobRead)
async def cancel_job(db: Session, job_id: JobId) -> AnyRow:
    """Call off a job that waits."""
    await reading.cancel(db, job_id)
    return await reading.get(db, job_id)
