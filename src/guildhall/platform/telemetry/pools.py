"""How busy the database's pools are, written down every other second, so that any process can tell of all."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator

from guildhall.core.database import Database
from guildhall.platform.telemetry.meters import meters

PAUSE = 2.0  # seconds
_lent: list[Database] = []


@contextlib.asynccontextmanager
async def sampled(database: Database, kind: str) -> AsyncGenerator[None]:
    """Tell of this database's pool for the length of the `with`, and that a process of this kind lives."""
    _lent.append(database)
    meters().processes.labels(kind).inc()
    sampler = asyncio.create_task(_keep_sampling())
    try:
        yield
    finally:
        sampler.cancel()
        meters().processes.labels(kind).dec()
        _lent.remove(database)
        sample()


async def _keep_sampling() -> None:
    while True:
        sample()
        await asyncio.sleep(PAUSE)


def sample() -> None:
    """Write down how busy the pools of this process are now."""
    now, busy = meters(), [database.connections() for database in _lent]
    now.pool_size.set(sum(each.most for each in busy))
    now.pool_in_use.set(sum(each.in_use for each in busy))
    now.pool_waiting.set(sum(each.waiting for each in busy))
