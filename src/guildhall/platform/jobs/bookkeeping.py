"""Noting what became of a job, also when the database is away at that moment.

The library notes it once. If that fails, the job is said to run for as long as its worker lives, and everything that
stands behind it in its line waits.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from psycopg import OperationalError

PAUSE = 1.0  # seconds
PATIENCE = 30.0  # seconds; longer than a worker lives without a sign of life, after which the job is rescued


class Bookkeeper(JobManager):
    """The library's, with patience."""

    async def finish_job(self, *args: Any, **kwargs: Any) -> None:
        """Note that a job is over."""
        await _until_noted(partial(super().finish_job, *args, **kwargs))

    async def retry_job(self, *args: Any, **kwargs: Any) -> None:
        """Note that a job waits again."""
        await _until_noted(partial(super().retry_job, *args, **kwargs))

    async def fetch_job(self, *args: Any, **kwargs: Any) -> Job | None:
        """A job that is due; none when another worker has taken one of the same line at the same moment."""
        try:
            return await super().fetch_job(*args, **kwargs)
        except UniqueViolation:
            return None


async def _until_noted(note: Callable[[], Awaitable[None]]) -> None:
    last = asyncio.get_running_loop().time() + PATIENCE
    while True:
        try:
            return await note()
        except ConnectorException as error:
            is_away = isinstance(error.__cause__, OperationalError)
            if not is_away or asyncio.get_running_loop().time() > last:
                raise
        await asyncio.sleep(PAUSE)
