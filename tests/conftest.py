"""What every test may ask for: an empty guild on a real database, and people in it.

One embedded PostgreSQL for the whole run, one migrated template, one copy of it for each test worker. Before each
test the copy is emptied (some milliseconds), so tests stand alone and run in any order.
"""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from fastapi import FastAPI
from psycopg import sql

SERVER = "GUILDHALL_TESTS_SERVER"
if SERVER not in os.environ:  # in a worker it is there, and so is the rest
    for name in [name for name in os.environ if name.startswith("GUILDHALL_")]:
        if name not in ("GUILDHALL_TESTS_STORAGE", "GUILDHALL_TESTS_BROWSER"):  # see tests/stores.py, tests/browser.py
            del os.environ[name]  # somebody's own guild is none of the tests' business
    os.environ["GUILDHALL_DATA"] = tempfile.mkdtemp(prefix="guildhall-tests-")
    os.environ["GUILDHALL_SECRET_KEY"] = "only for tests, only for tests, only for tests"
_scratch = Path(os.environ["GUILDHALL_DATA"])

from guildhall.app import migrating  # noqa: E402 - after the environment is set
from guildhall.app.main import create_app  # noqa: E402
from guildhall.core.database import Database  # noqa: E402
from guildhall.platform import embedded_postgres  # noqa: E402
from guildhall.platform.images import darkroom  # noqa: E402
from tests import stores  # noqa: E402
from tests.buckets import Buckets  # noqa: E402
from tests.guild import Guild  # noqa: E402

TEMPLATE = "template_guild"
EMPTY = """
SET session_replication_role = replica;
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
END $$;
INSERT INTO permissions SELECT * FROM kept.permissions;
SET session_replication_role = DEFAULT;
"""


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers once, in the process that the workers are started by."""
    if not hasattr(config, "workerinput"):
        _start(config)
    stores.use_own(os.environ.get("PYTEST_XDIST_WORKER", "master"), _scratch)


def _start(config: pytest.Config) -> None:
    server = embedded_postgres.start(_scratch, durable=False)
    config.add_cleanup(lambda: _tidy_up(server))
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {TEMPLATE}")
    migrating.upgrade(server.url(TEMPLATE))
    with psycopg.connect(server.url(TEMPLATE), autocommit=True) as connection:
        connection.execute("CREATE SCHEMA kept; CREATE TABLE kept.permissions AS TABLE permissions")
    stores.open_for_all(config.add_cleanup)
    os.environ[SERVER] = server.url("DATABASE")


def _tidy_up(server: embedded_postgres.Server) -> None:
    server.stop()
    embedded_postgres.remove(_scratch)
    shutil.rmtree(_scratch)


def url_of(database: str) -> str:
    """The URL of a database on the tests' server."""
    return os.environ[SERVER].replace("DATABASE", database)


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """The loop that production uses."""
    return "asyncio", {"use_uvloop": True}


@pytest.fixture(scope="session")
def database_url(worker_id: str) -> str:
    """A database of this worker's own, as migrated."""
    with psycopg.connect(url_of("postgres"), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(worker_id), sql.Identifier(TEMPLATE))
        )
    return url_of(worker_id)


@pytest.fixture(scope="session", autouse=True)
def children_go_home() -> Iterator[None]:
    """Those that worked on pictures."""
    yield
    darkroom.close()


@pytest.fixture(scope="session")
def buckets() -> Iterator[Buckets]:
    """A server that speaks S3, started when somebody asks for a bucket."""
    with Buckets() as made:
        yield made


@pytest.fixture(scope="session")
def closed_app() -> FastAPI:
    """The application without a database, to look at its routes."""
    return create_app("postgresql://")


@pytest.fixture(scope="session")
async def app(database_url: str) -> AsyncIterator[FastAPI]:
    """The application on this worker's database."""
    made = create_app(database_url)
    yield made
    database: Database = made.state.database
    await database.close()


@pytest.fixture(scope="session")
def sweeper(database_url: str) -> Iterator[psycopg.Connection]:
    """The connection that empties the database."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
async def guild(app: FastAPI, sweeper: psycopg.Connection) -> AsyncIterator[Guild]:
    """An empty guild: no people, no councils; the permission vocabulary is there."""
    sweeper.execute(EMPTY)
    app.state.shelves.forget()
    async with Guild(app) as made:
        yield made
