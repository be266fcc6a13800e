"""Is the database there, is it migrated, and is there room for files."""

import asyncio

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from guildhall.app import migrating
from guildhall.core.database import Database
from guildhall.platform import storage


async def examine(database: Database) -> dict[str, str]:
    """What was found of `database`, `migrations` and `storage`; each `ok` or what is wrong, within some seconds."""
    found, files = await asyncio.gather(_of_database(database), storage.health())
    return {**found, "storage": files}


async def _of_database(database: Database, patience: float = 3.0) -> dict[str, str]:
    try:
        async with asyncio.timeout(patience), database.engine.connect() as connection:
            found = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalars().all()
    except (DBAPIError, NoConnectionFree, TimeoutError, OSError) as error:
        missing = "UndefinedTable" in repr(getattr(error, "orig", ""))
        return {"database": "ok", "migrations": "none"} if missing else {"database": "no answer", "migrations": "?"}
    wanted = migrating.heads()
    return {"database": "ok", "migrations": "ok" if set(found) == wanted else f"at {found}, needs {sorted(wanted)}"}
