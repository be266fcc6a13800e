"""What stands in the logs, and what must not."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.guild import Guild
from tests.processes import Process, serving

ROOT = Path(__file__).parents[2]
SCRIPT = """
import structlog
from guildhall.app import logs

logs.configure()


def sign_in(password):
    raise RuntimeError("something broke")


try:
    sign_in("very-secret-1")
except RuntimeError as error:
    structlog.get_logger("guildhall").error("request failed", exc_info=error)
"""
SERVED = {
    "GUILDHALL_SECRET_KEY": "x" * 40,
    "GUILDHALL_DATABASE_URL": "postgresql://nowhere/x",
    "GUILDHALL_PUBLIC_URL": "https://api.example.com",
    "GUILDHALL_SITE_URL": "https://example.com",
    "GUILDHALL_SMTP_URL": "smtp+plain://127.0.0.1",
}
ENQUEUE = "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default', %s, '{}')"


def in_production(url: str) -> dict[str, str]:
    """The settings of a process in production, on the tests' database, which knows our tokens."""
    settings = {name.removeprefix("GUILDHALL_"): value for name, value in SERVED.items()}
    key = os.environ["GUILDHALL_SECRET_KEY"]
    return settings | {"ENVIRONMENT": "production", "DATABASE_URL": url, "SECRET_KEY": key}


def logged(environment: str) -> str:
    settings = SERVED | {"GUILDHALL_ENVIRONMENT": environment, "PYTHONPATH": str(ROOT / "src")}
    ran = subprocess.run([sys.executable, "-c", SCRIPT], env=settings, capture_output=True, text=True, check=True)
    return ran.stderr


@pytest.mark.parametrize("environment", ["development", "stage", "production"])
def test_an_error_is_logged_with_its_place_and_without_the_values_of_variables(environment: str) -> None:
    lines = logged(environment)
    assert "something broke" in lines
    assert "sign_in" in lines
    assert "very-secret-1" not in lines


def test_production_logs_one_json_object_a_line() -> None:
    (line,) = logged("production").splitlines()
    assert json.loads(line)["event"] == "request failed"


def said(lines: str, event: str) -> dict[str, object]:
    """The one line that says this, of a log in JSON."""
    (found,) = [
        entry for line in lines.splitlines() if line.startswith("{") and (entry := json.loads(line))["event"] == event
    ]
    return found


async def test_lines_of_a_request_name_it_and_who_is_asking_also_those_of_libraries(
    guild: Guild, database_url: str, tmp_path: Path
) -> None:
    anna = await guild.member("Anna")
    bearer = {"Authorization": anna.client.headers["Authorization"]}
    with serving(tmp_path, in_production(database_url), "--access-log", module="tests.troubled") as server:
        server.http.get("/trouble/warned", headers=bearer | {"X-Request-ID": "one"})
        server.http.get("/trouble/plain", headers={"X-Request-ID": "two"})
        server.wait_until_it_says("request failed")
        lines = server.said
    warned, failed = said(lines, "it clouds over"), said(lines, "request failed")
    assert (warned["request_id"], warned["user_id"]) == ("one", anna.id)
    assert failed["request_id"] == "two"
    assert "user_id" not in failed  # on the same connection, and nobody was signed in
    accesses = [json.loads(line) for line in lines.splitlines() if "HTTP/1.1" in line]
    assert [access["request_id"] for access in accesses] == ["one", "two"]


def test_lines_of_a_job_name_it_and_the_library_does_not_chatter(
    database_url: str, sweeper: psycopg.Connection, tmp_path: Path
) -> None:
    sweeper.execute("DELETE FROM procrastinate_jobs")
    worker = Process("worker", data=tmp_path, settings=in_production(database_url), module="tests.troubled")
    try:
        worker.wait_until_it_says("Working")
        for job in ("trouble.warn", "trouble.refuse"):
            sweeper.execute(ENQUEUE, [job])
        worker.wait_until_it_says("it clouds over")
        worker.wait_until_it_says("has failed for good")
    finally:
        worker.stop(signal.SIGTERM)
    warned, failed = said(worker.said, "it clouds over"), said(worker.said, "a job has failed for good")
    assert (warned["job"], failed["job"]) == ("trouble.warn", "trouble.refuse")
    assert isinstance(warned["job_id"], int)
    for chatter in ("Starting worker", "Starting job", "ended with status"):
        assert chatter not in worker.said
