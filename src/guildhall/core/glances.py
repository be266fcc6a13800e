"""Single statements that only read, for what is asked thousands of times in a row: the pictures of an album.

A session costs three round trips, and more time in this process than PostgreSQL takes to answer. A glance is compiled
once and sent as it is, on a connection in autocommit: there is nothing to commit and nothing to load.
"""

import asyncio
from collections import namedtuple
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy import Select
from sqlalchemy.dialects import postgresql

from guildhall.core.errors import Busy

AnySelect = Select[*tuple[Any, ...]]
Row = tuple[Any, ...]
Pool = AsyncConnectionPool[psycopg.AsyncConnection[Row]]
OPTIONS = "-c timezone=UTC -c statement_timeout=10000 -c default_transaction_read_only=on"


class Glance:
    """A statement, ready to be sent. Its `bindparam`s are given by name each time; `row` names its columns."""

    def __init__(self, statement: AnySelect) -> None:
        compiled = statement.compile(dialect=postgresql.dialect(paramstyle="pyformat"))  # pyright: ignore
        self.sql = str(compiled)
        self._fixed: dict[str, Any] = dict(compiled.params)
        self.row = namedtuple("row", statement.selected_columns.keys())  # pyright: ignore

    def filled(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters, with the values that stand in the statement itself."""
        return {**self._fixed, **parameters}


@cache
def glance_at(statement: AnySelect) -> Glance:
    """The glance of a statement that lives as long as the process; compiled the first time."""
    return Glance(statement)


class Glances:
    """The connections of one process for glances: at most `most`, opened when they are wanted."""

    def __init__(self, url: str, most: int) -> None:
        self._pool: Pool | None = None
        self._url, self._most = url, most
        self._turns = asyncio.Semaphore(most)
        self.heard: list[Callable[[str], None]] = []
        """Who is told of every statement that is sent."""

    async def first(self, glance: Glance, parameters: Mapping[str, Any]) -> Row | None:
        """The first row, if there is one. Raises Busy when the database does not answer."""
        for tell in self.heard:
            tell(glance.sql)
        values = glance.filled(parameters)
        try:
            pool = self._pool or await self._open()
            async with self._turns:
                try:
                    return await _look(pool, glance.sql, values)
                except psycopg.OperationalError:
                    await pool.check()  # the others are as old as this one, and dead too when the server was restarted
                    return await _look(pool, glance.sql, values)  # reading again harms nobody
        except (psycopg.OperationalError, PoolTimeout) as error:
            raise Busy from error

    async def _open(self) -> Pool:
        how = {"autocommit": True, "prepare_threshold": 0, "options": OPTIONS}
        pool: Pool = AsyncConnectionPool(
            self._url, min_size=0, max_size=self._most, timeout=10, max_idle=60, open=False, kwargs=how
        )
        self._pool = pool
        await pool.open()
        return pool

    async def close(self) -> None:
        """Close every connection."""
        if self._pool:
            await self._pool.close()
            self._pool = None


async def _look(pool: Pool, sql: str, values: dict[str, Any]) -> Row | None:
    connection = await pool.getconn()
    try:
        cursor = connection.cursor(binary=True)
        await cursor.execute(sql, values)  # pyright: ignore[reportArgumentType]
        return await cursor.fetchone()
    finally:
        await pool.putconn(connection)
