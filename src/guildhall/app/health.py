"""Is the database there, and is it migrated."""

import asyncio

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from guildhall.app import migrating
from guildhall.core.database import Database


async def examine(database: Database, patience: float = 3.0) -> dict[str, str]:
    """What was found of `database` and `migrations`; each `ok` or what is wrong, within `patience` seconds."""
    try:
        async with asyncio.timeout(patience), database.engine.connect() as connection:
            found = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalars().all()
    except (DBAPIError, NoConnectionFree, TimeoutError, OSError) as error:
        missing = "UndefinedTable" in repr(getattr(error, "orig", ""))
        return {"database": "ok", "migrations": "none"} if missing else {"database": "no answer", "migrations": "?"}
    wanted = migrating.heads()
    return {"database": "ok", "migrations": "ok" if set(found) == wanted else f"at {found}, needs {sorted(wanted)}"}
