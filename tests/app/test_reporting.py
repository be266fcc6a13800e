"""What Sentry hears of real processes: errors once, traces with their statements, and nothing that is secret."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.guild import Guild
from tests.ingest import Ingest, sentry
from tests.processes import Process, serving

SECRET = "hemlig"
BREAKING = """
CREATE FUNCTION tell_all() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'no % with % and %', NEW.email, NEW.first_name, NEW.telephone_number; END $$;
CREATE TRIGGER tell_all BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION tell_all();
"""
MENDING = "DROP FUNCTION IF EXISTS tell_all CASCADE"
ENQUEUE = """
WITH job AS (INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default', %s, %s) RETURNING id)
INSERT INTO job_troubles (job_id, error, failures, at) SELECT id, 'as before', %s, now() FROM job
"""


@pytest.fixture
def ingest() -> Iterator[Ingest]:
    with sentry() as made:
        yield made


@pytest.fixture
def broken(sweeper: psycopg.Connection) -> Iterator[None]:
    """A database that answers every change of a user with an error that repeats what was to be written."""
    sweeper.execute(BREAKING)
    yield
    sweeper.execute(MENDING)


def told_to(ingest: Ingest, url: str) -> dict[str, str]:
    """The settings of a process that tells this Sentry everything."""
    key = os.environ["GUILDHALL_SECRET_KEY"]
    return {"DATABASE_URL": url, "SECRET_KEY": key, "SENTRY_DSN": ingest.dsn, "SENTRY_TRACES": "1"}


async def test_an_error_in_a_route_arrives_once_with_its_place_and_without_secrets(
    guild: Guild, database_url: str, broken: None, ingest: Ingest, tmp_path: Path
) -> None:
    anna = await guild.member("Anna", email=f"{SECRET}@example.com", telephone_number="tel:+46-70-666-66-66")
    bearer = anna.client.headers["Authorization"]
    with serving(tmp_path, told_to(ingest, database_url)) as server:
        answer = server.http.patch(
            f"/users/update/me?to={SECRET}@example.com",
            json={"first_name": f"{SECRET}namn", "telephone_number": "+46706666666"},
            headers={
                "Authorization": bearer,
                "Cookie": f"_fsek_refresh_token={SECRET}kaka",
                "User-Agent": f"{SECRET}/1.0",
                "X-Request-ID": "the-one",
                "X-Forwarded-For": "203.0.113.66",
                "moose-game-token": f"{SECRET}-moose",
            },
        )
        assert answer.status_code == 500
        error, trace = ingest.error(), ingest.trace("PATCH /users/update/me")
    assert len(ingest.errors) == 1
    assert error["transaction"] == "PATCH /users/update/me"
    assert error["tags"] == {"request_id": "the-one", "sqlstate": "P0001"}
    assert error["user"] == {"id": str(anna.id)} == trace["user"]
    assert error["environment"] == "development"
    raised = error["exception"]["values"][-1]
    assert raised["type"] == "ProgrammingError"
    assert "update_self" in {frame["function"] for frame in raised["stacktrace"]["frames"]}
    assert any(span["description"].startswith("UPDATE users") for span in trace["spans"])
    for secret in (SECRET, bearer.split()[1], "6666666", "666-66-66", "203.0.113.66", "127.0.0.1", "Anna"):
        assert secret not in ingest.everything.replace(ingest.dsn, "")


async def test_a_request_is_traced_under_its_route_with_its_statements(
    guild: Guild, database_url: str, ingest: Ingest, tmp_path: Path
) -> None:
    anna = await guild.member("Anna")
    headers = {"Authorization": anna.client.headers["Authorization"]}
    with serving(tmp_path, told_to(ingest, database_url) | {"SENTRY_RELEASE": "hall@9"}) as server:
        for path in ("/car/4711", "/nowhere/4711", "/health/live", "/metrics"):
            server.http.get(path, headers=headers)
        trace = ingest.trace("GET /car/{booking_id}")
        ingest.trace("GET (unmatched)")
    assert trace["contexts"]["trace"]["op"] == "http.server"
    assert trace["contexts"]["trace"]["status"] == "not_found"
    assert trace["release"] == "hall@9"
    statements = [span["description"] for span in trace["spans"] if span["op"] == "db"]
    assert [statement.split()[0] for statement in statements] == ["SELECT", "SELECT"]
    assert "4711" not in ingest.everything
    assert {trace["transaction"] for trace in ingest.traces} == {"GET /car/{booking_id}", "GET (unmatched)"}
    assert ingest.errors == []  # that there is no such booking is a refusal


def test_a_job_is_traced_and_one_that_failed_for_good_is_reported_once(
    database_url: str, sweeper: psycopg.Connection, ingest: Ingest, tmp_path: Path
) -> None:
    sweeper.execute("DELETE FROM procrastinate_jobs")
    worker = Process("worker", data=tmp_path / "data", settings=told_to(ingest, database_url))
    try:
        worker.wait_until_it_says("Working")
        sweeper.execute(ENQUEUE, ["jobs.prune", "{}", 0])
        sweeper.execute(ENQUEUE, ["jobs.prune", f'{{"{SECRET}": 1}}', 0])  # it will be tried again
        sweeper.execute(ENQUEUE, ["jobs.prune", f'{{"{SECRET}": 1}}', 5])  # this was its last attempt
        error = ingest.error()
        worker.wait_until_it_says("will be tried again")
    finally:
        assert worker.stop(signal.SIGTERM) == 0
    traces = [trace for trace in ingest.traces if trace["transaction"] == "jobs.prune"]
    assert sorted(trace["contexts"]["trace"]["status"] for trace in traces) == ["internal_error"] * 2 + ["ok"]
    good = next(trace for trace in traces if trace["contexts"]["trace"]["status"] == "ok")
    assert good["contexts"]["trace"]["op"] == "queue.process"
    assert any(span["description"].strip().startswith("DELETE FROM procrastinate_jobs") for span in good["spans"])
    assert len(ingest.errors) == 1
    assert error["transaction"] == error["tags"]["job"] == "jobs.prune"
    assert isinstance(error["tags"]["job_id"], int)
    assert error["exception"]["values"][-1]["type"] == "TypeError"
    assert SECRET not in ingest.everything
    assert worker.said.count("has failed for good") == 1
    assert worker.said.count("ended with status: Error,") == 0  # the library would say it again


def test_a_sentry_that_does_not_answer_slows_nothing_down(database_url: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silence = {"SENTRY_DSN": f"http://publickey@127.0.0.1:{silent.getsockname()[1]}/7"}
        settings = {"DATABASE_URL": database_url, "SENTRY_TRACES": "1", "SENTRY_ERRORS": "1"} | silence
        with serving(tmp_path, settings) as server:
            for _ in range(300):  # more than are kept for later
                assert server.http.get("/version").status_code == 200
            begin = time.monotonic()
            assert server.stop(signal.SIGTERM) == 0
            assert time.monotonic() - begin < 10


def test_a_wrong_dsn_is_told_in_words(database_url: str, tmp_path: Path) -> None:
    settings = {"DATABASE_URL": database_url, "SENTRY_DSN": "sentry.example.org"}
    refused = Process("serve", data=tmp_path / "data", settings=settings)
    assert refused.wait() == 1
    assert "GUILDHALL_SENTRY_DSN is not the address of a project in Sentry" in refused.said
    assert "Traceback" not in refused.said
