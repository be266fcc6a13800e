"""Single statements that only read, for what is asked thousands of times in a row: the pictures of an album.

A session costs three round trips, and more time in this process than PostgreSQL takes to answer. A glance is compiled
once and sent as it is, on a connection in autocommit: there is nothing to commit and nothing to load.

The library's pool is left out: its bookkeeping for a loan, and for whoever waits, cost a third of a statement.
"""

import asyncio
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import psycopg
from sqlalchemy import Select
from sqlalchemy.dialects import postgresql

from guildhall.core.errors import Busy

AnySelect = Select[*tuple[Any, ...]]
Row = tuple[Any, ...]
Cursor = psycopg.AsyncCursor[Row]
OPTIONS = "-c timezone=UTC -c statement_timeout=10000 -c default_transaction_read_only=on"


class Glance:
    """A statement, ready to be sent. Its `bindparam`s are given by name each time; `row` names its columns."""

    def __init__(self, statement: AnySelect) -> None:
        compiled = statement.compile(dialect=postgresql.dialect(paramstyle="numeric_dollar"))  # pyright: ignore
        self.sql = str(compiled)
        self._fixed: dict[str, Any] = dict(compiled.params)
        self._order: Sequence[str] = compiled.positiontup or ()  # pyright: ignore
        self.row = namedtuple("row", statement.selected_columns.keys())  # pyright: ignore

    def filled(self, parameters: Mapping[str, Any]) -> list[Any]:
        """The parameters in their order, with the values that stand in the statement itself."""
        values = {**self._fixed, **parameters}
        return [values[name] for name in self._order]


@cache
def glance_at(statement: AnySelect) -> Glance:
    """The glance of a statement that lives as long as the process; compiled the first time."""
    return Glance(statement)


class Glances:
    """The connections of one process for glances: at most `most`, opened when they are wanted.

    Who has to wait for one longer than `patience` (seconds) is refused.
    """

    def __init__(self, url: str, most: int, patience: float = 10) -> None:
        self._url, self._patience = url, patience
        self._turns = asyncio.Semaphore(most)
        self._free: list[Cursor] = []
        self.heard: list[Callable[[str], None]] = []
        """Who is told of every statement that is sent."""

    async def first(self, glance: Glance, parameters: Mapping[str, Any]) -> Row | None:
        """The first row, if there is one. Raises Busy when the database does not answer."""
        rows = await self.all(glance, parameters)
        return rows[0] if rows else None

    async def all(self, glance: Glance, parameters: Mapping[str, Any]) -> list[Row]:
        """Every row. Raises Busy when the database does not answer."""
        for tell in self.heard:
            tell(glance.sql)
        values = glance.filled(parameters)
        try:
            async with asyncio.timeout(self._patience):
                await self._turns.acquire()
        except TimeoutError as error:
            raise Busy from error
        try:
            return await self._look(glance.sql, values)
        except psycopg.OperationalError as error:
            raise Busy from error
        finally:
            self._turns.release()

    async def _look(self, sql: str, values: list[Any]) -> list[Row]:
        if not self._free:
            return await self._ask(await self._connected(), sql, values)
        try:
            return await self._ask(self._free.pop(), sql, values)
        except psycopg.OperationalError:
            await self.close()  # the others are as old as this one, and dead too when the server was restarted
            return await self._ask(await self._connected(), sql, values)  # reading again harms nobody

    async def _ask(self, cursor: Cursor, sql: str, values: list[Any]) -> list[Row]:
        try:
            await cursor.execute(sql, values)  # pyright: ignore[reportArgumentType]
            rows = await cursor.fetchall()
        except BaseException:  # also when nobody waits for the answer any more: it would be that of the next one
            await cursor.connection.close()
            raise
        self._free.append(cursor)
        return rows

    async def _connected(self) -> Cursor:
        connection = await psycopg.AsyncConnection.connect(
            self._url,
            autocommit=True,
            prepare_threshold=0,
            cursor_factory=psycopg.AsyncRawCursor,
            options=OPTIONS,
            connect_timeout=10,
        )
        return connection.cursor(binary=True)  # for as long as the connection lives: it knows how to read the rows

    async def close(self) -> None:
        """Close every connection that is not in use."""
        free, self._free = self._free, []
        for cursor in free:
            await cursor.connection.close()
