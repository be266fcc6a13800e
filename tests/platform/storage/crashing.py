"""A process that keeps files and lets them go, several at once, in real transactions, until somebody kills it.

Started with the settings of a guild in its environment. It says `done` for each thing that it has done.
"""

import asyncio
import os
import random
from io import BytesIO

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.app.domains import DOMAINS
from guildhall.core.database import Database
from guildhall.core.settings import settings
from guildhall.platform import jobs, storage
from guildhall.platform.storage.files import clear, drop_now
from guildhall.shared.pictures.models import Picture

HANDS, CONTENTS, MOST = 4, 10, 300_000


async def keep(session: AsyncSession) -> None:
    """Keep one of few files, for a picture; often others keep the same, or let it go."""
    content = random.Random(seed := random.randrange(CONTENTS)).randbytes(seed * MOST // CONTENTS)
    async with storage.received(BytesIO(content), MOST) as file:
        kept = await storage.keep(session, file, "originals", "image/jpeg")
    await session.execute(insert(Picture).values(original_id=kept.id, width=1, height=1, thumbhash="-"))


async def let_go(database: Database) -> None:
    """Remove a picture, then its row if no other is of the same file, then the file: each in a transaction."""
    one = select(Picture.id).order_by(func.random()).limit(1).scalar_subquery()
    async with database.transaction() as session:
        gone = await session.scalar(delete(Picture).where(Picture.id == one).returning(Picture.original_id))
    if gone is None:
        return
    async with database.transaction() as session:
        file = await session.get(storage.StoredFile, gone)
        await drop_now(session, file_id=gone)
    async with database.transaction() as session:
        await clear(session, file.key) if file else None


async def work(database: Database) -> None:
    """Go on for ever."""
    while True:
        if random.random() < 0.6:
            async with database.transaction() as session:
                await keep(session)
        else:
            await let_go(database)
        os.write(1, b"done\n")


async def main() -> None:
    """Work with all hands."""
    jobs.register(DOMAINS)
    url = settings().database_url
    assert url
    database = Database(url.get_secret_value(), HANDS)
    await asyncio.gather(*(work(database) for _ in range(HANDS)))


if __name__ == "__main__":
    asyncio.run(main())
