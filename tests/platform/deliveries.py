"""Mails on their way: written, worked off, waited for."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import select, text

from guildhall.platform import jobs
from guildhall.platform.mail import service as mail
from guildhall.platform.mail.domain import domain
from guildhall.platform.mail.models import Mail
from tests.guild import Guild
from tests.platform.work import hurry, until

ANNA, BO = "anna@example.com", "bo@example.com"
VERIFY = "shared/auth/mails/verify.txt"


async def write(guild: Guild, *to: str, token: str = "t") -> list[int]:
    """A mail to each, in one transaction; their ids."""
    async with guild.session() as session:
        return [(await mail.write(session, address, VERIFY, minutes=60, token=token)).id for address in to]


async def mails(guild: Guild) -> Sequence[Mail]:
    """Every mail, oldest first."""
    async with guild.session() as session:
        return (await session.scalars(select(Mail).order_by(Mail.id))).all()


async def statuses(guild: Guild) -> list[str]:
    """What became of every mail, oldest first."""
    return [each.status for each in await mails(guild)]


async def waiting(guild: Guild) -> list[tuple[str, str, str]]:
    """The jobs that are there: name, queue, line."""
    async with guild.session() as session:
        rows = await session.execute(text("SELECT task_name, queue_name, lock FROM procrastinate_jobs ORDER BY id"))
        return [(name, queue, line) for name, queue, line in rows]


async def until_tried(guild: Guild, patience: float = 20) -> None:
    """Wait until nothing runs and nothing is due that is first in its line."""
    statement = text("""
        SELECT NOT EXISTS (SELECT 1 FROM procrastinate_jobs AS job WHERE status = 'doing'
            OR status = 'todo' AND coalesce(scheduled_at, now()) <= now()
            AND id = (SELECT min(id) FROM procrastinate_jobs AS other WHERE other.lock = job.lock))
    """)

    async def tried() -> bool:
        async with guild.session() as session:
            return bool(await session.scalar(statement))

    await until(tried, patience)


async def age(guild: Guild, hours: float) -> None:
    """Let so many hours pass for every mail."""
    async with guild.session() as session:
        interval = "make_interval(secs => :hours * 3600)"
        past = f"UPDATE mails SET queued_at = queued_at - {interval}, created_at = created_at - {interval}"
        await session.execute(text(past), {"hours": hours})


@asynccontextmanager
async def worker(guild: Guild, concurrency: int = 4) -> AsyncGenerator[None]:
    """A worker that delivers, for the length of the `with`."""
    async with jobs.working(guild.database, [domain], concurrency):
        yield


async def work_off(guild: Guild) -> None:
    """Deliver until everything has been tried, whether it was due or not."""
    await hurry(guild)
    async with worker(guild):
        await until_tried(guild)
