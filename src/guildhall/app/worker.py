"""The job worker of this process: alone in `worker`, beside the API in `up` and `serve`."""

import asyncio
from collections.abc import AsyncGenerator, Collection
from contextlib import asynccontextmanager

from guildhall.app import alarms
from guildhall.app.domains import DOMAINS
from guildhall.core.database import Database
from guildhall.core.settings import settings
from guildhall.platform import push, telemetry
from guildhall.platform.images import darkroom
from guildhall.platform.jobs import workers
from guildhall.shared.pictures.service import developing as pictures


class NoSuchQueue(Exception):
    """No job waits in a queue of that name."""


@asynccontextmanager
async def inside(url: str, only: Collection[str] = ()) -> AsyncGenerator[asyncio.Task[None]]:
    """Do jobs for the length of the `with`, of the queues named in `only`, or of all. Raises NoSuchQueue.

    The worker has connections of its own: jobs that wait for the world outside take none from those who ask.
    """
    now, known = settings(), workers.queues(DOMAINS)
    limits = {alarms.QUEUE: 1, pictures.QUEUE: now.picture_processes} | now.queue_limits
    if unknown := {*only, *limits} - known:
        raise NoSuchQueue(f"there is no queue {min(unknown)}; there are {', '.join(sorted(known))}")
    push.complain()
    enough = sum(limits.get(queue, now.worker_concurrency) for queue in known)
    database = Database(url, enough + 1)  # one for the rescuer
    try:
        async with (
            telemetry.sampled(database, "worker"),
            workers.working(database, DOMAINS, now.worker_concurrency, limits, only) as task,
        ):
            yield task
    finally:
        await asyncio.to_thread(darkroom.close)
        await database.close()
