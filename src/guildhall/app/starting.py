"""What comes before serving: a database that runs, is migrated, and on first start holds the demo guild."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.app.domains import DOMAINS
from guildhall.core import manifest
from guildhall.core.database import Database
from guildhall.core.settings import settings
from guildhall.platform import embedded_postgres, jobs
from guildhall.shared.users.models import User

T = TypeVar("T")


class NotInProduction(Exception):
    """The demo guild has accounts whose password everybody knows."""


class GuildNotEmpty(Exception):
    """The demo guild moves only into an empty house."""


@contextmanager
def database_url(*, own: bool = False) -> Generator[str]:
    """The URL of the database: the one in the settings, else the embedded one, which runs for the `with`.

    An embedded one that `up` runs already is joined, unless it must be our `own`.
    Raises EmbeddedPostgresError; AlreadyRunning when it must be our own and somebody runs it.
    """
    configured = settings().database_url
    if configured:
        yield configured.get_secret_value()
        return
    folder = settings().data
    joined = None if own else embedded_postgres.running(folder)
    server = joined or embedded_postgres.start(folder)
    try:
        yield server.url()
    finally:
        if not joined:
            server.stop()


def in_session(url: str, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    """Run `work(session)` in one transaction, from outside the event loop."""

    async def run() -> T:
        manifest.install(DOMAINS)
        jobs.register(DOMAINS)
        database = Database(url, 2)
        try:
            async with database.transaction() as session:
                return await work(session)
        finally:
            await database.close()

    return asyncio.run(run())


async def is_empty(session: AsyncSession) -> bool:
    """Whether nobody has an account yet."""
    return await session.scalar(select(User.id).limit(1)) is None


async def seed(session: AsyncSession) -> None:
    """Fill an empty house with the demo guild. Raises NotInProduction, GuildNotEmpty."""
    if settings().environment == "production":
        raise NotInProduction("the demo guild has accounts whose password everybody knows; not in production")
    if not await is_empty(session):
        raise GuildNotEmpty("there are people in this guild already; the demo guild moves only into an empty house")
    for domain in DOMAINS:
        if domain.seed:
            await domain.seed(session)
