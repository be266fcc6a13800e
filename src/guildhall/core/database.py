"""PostgreSQL: the tables' base, the pool, one transaction per request, locks, and violations put in words."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    MetaData,
    Row,
    SQLColumnExpression,
    any_,
    bindparam,
    event,
    func,
    literal,
    select,
)
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState
from sqlalchemy.orm import Session as OrmSession
from starlette.requests import Request

from guildhall.core.errors import Refusal
from guildhall.core.glances import Glances

NAMES = {
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}


GLANCING = 4  # connections beside the pool, each lent for a fraction of a millisecond

AnyRow = Row[*tuple[Any, ...]]
"""A row of a statement whose columns are known by name only."""


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=NAMES)


@dataclass(frozen=True)
class Connections:
    """How busy a pool is: how many connections it lends at most, how many are lent, and how many wait for one."""

    most: int
    in_use: int
    waiting: int


class Database:
    """The connections of one process to one database. `url` is `postgresql://...`, `pool` how many at most."""

    def __init__(self, url: str, pool: int = 10) -> None:
        self.url = driver_url(url)
        self.engine: AsyncEngine = create_async_engine(
            self.url,
            pool_size=pool,
            max_overflow=0,
            pool_timeout=10,
            pool_use_lifo=True,
            pool_recycle=1800,
            hide_parameters=True,  # they are members' data, and errors go into logs
            connect_args={"options": "-c timezone=UTC -c statement_timeout=30000 -c lock_timeout=10000"},
        )
        self.sessions = async_sessionmaker(self.engine, expire_on_commit=False, autoflush=False)
        self.glances = Glances(self.engine.url.set(drivername="postgresql").render_as_string(False), GLANCING)
        self.committed: list[Callable[[dict[Any, Any]], None]] = []
        """Who is called when a transaction has been committed, with the `info` of its session."""

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncSession]:
        """One transaction: committed at the end, rolled back by an exception (unless a refusal keeps it)."""
        async with self.sessions() as session:
            try:
                yield session
            except Refusal as refusal:
                if refusal.keeps:
                    await self._commit(session)
                raise
            await self._commit(session)

    async def _commit(self, session: AsyncSession) -> None:
        try:
            await session.commit()
        except DBAPIError as error:
            if error.connection_invalidated:
                raise CommitUnknown from error
            raise
        for hear in self.committed:
            hear(session.info)

    def connections(self) -> Connections:
        """How busy the pool is now."""
        pool: Any = self.engine.pool
        queue: Any = pool._pool._queue  # nothing public tells who waits
        return Connections(pool.size(), pool.checkedout(), len(queue._getters))

    async def close(self) -> None:
        """Close every connection."""
        await self.glances.close()
        await self.engine.dispose()


class CommitUnknown(Exception):
    """The connection was lost while committing: it may have been done, and it may not."""


def driver_url(url: str) -> str:
    """`postgresql://` and `postgres://` with our driver named, as SQLAlchemy wants it."""
    scheme, _, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if scheme in ("postgres", "postgresql") else url


async def _transaction(request: Request) -> AsyncGenerator[AsyncSession]:
    database: Database = request.app.state.database
    async with database.transaction() as session:
        yield session


# The only way to a session in a route. The scope makes it commit before the answer leaves;
# a second alias with the other scope would silently be a second transaction.
Session = Annotated[AsyncSession, Depends(_transaction, scope="function")]


def among(column: SQLColumnExpression[int], ids: str) -> ColumnElement[bool]:
    """The condition that a column is one of the ids in the parameter `ids`; one statement, however many they are."""
    return column == any_(bindparam(ids, type_=ARRAY(Integer)))


def one_of(column: SQLColumnExpression[int], ids: Sequence[int]) -> ColumnElement[bool]:
    """The condition that a column is one of these ids, given at once: for statements that write."""
    return column == any_(literal(list(ids), ARRAY(Integer)))


async def lock(session: AsyncSession, name: str) -> None:
    """Queue up for `name` until the end of the transaction: those who race for one thing come one by one."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


async def release(session: AsyncSession) -> None:
    """Give the connection back while slow work goes on. Only before the first write of the transaction."""
    if session.new or session.dirty or session.deleted or session.info.get("wrote"):
        raise RuntimeError("release() would lose what was written")
    await session.rollback()


@event.listens_for(AsyncSession.sync_session_class, "after_flush")
def _remember_flush(session: OrmSession, _context: object) -> None:
    session.info["wrote"] = True


@event.listens_for(AsyncSession.sync_session_class, "do_orm_execute")
def _remember_statement(execution: ORMExecuteState) -> None:
    if not execution.is_select:
        execution.session.info["wrote"] = True


Violations = Mapping[str, type[Refusal] | Refusal]
"""Refusals by the name of the violated constraint, or by SQLSTATE for any of its kind."""
FOREIGN_KEY = "23503"


async def flush(session: AsyncSession, violations: Violations | None = None) -> None:
    """Write what is pending; a violated constraint becomes the refusal it is named with in `violations`."""
    async with translated(violations or {}):
        await session.flush()


@asynccontextmanager
async def translated(violations: Violations) -> AsyncGenerator[None]:
    """Translate constraint violations inside the `with` into refusals, by the constraint's name."""
    try:
        yield
    except IntegrityError as error:
        refusal = violations.get(violated_constraint(error)) or violations.get(sqlstate(error))
        if refusal is None:
            raise
        raise refusal if isinstance(refusal, Refusal) else refusal() from error


def violated_constraint(error: BaseException) -> str:
    """The name of the constraint that a statement violated; empty when the server names none."""
    diagnosis = getattr(getattr(error, "orig", None), "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""


def sqlstate(error: BaseException | None) -> str:
    """PostgreSQL's five-character code of a database error; empty when it has none."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) or ""
