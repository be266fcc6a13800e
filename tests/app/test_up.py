"""`./guildhall up`: one command starts a living guild, and whatever ends it, the next start mends it."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from guildhall.platform import embedded_postgres
from tests.processes import Process, free_port, up

SIGN_IN = {"username": "boss@fsektionen.se", "password": "dabdab69"}


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "data"
    yield folder
    for each in (folder, folder.with_name("other")):
        embedded_postgres.remove(each)


def bearer(http: httpx2.Client) -> dict[str, str]:
    return {"Authorization": f"Bearer {http.post('/auth/login', data=SIGN_IN).json()['access_token']}"}


def test_the_first_start_gives_a_guild_with_people_and_the_second_keeps_it(data: Path) -> None:
    with up(data) as guild:
        me = guild.http.get("/users/me", headers=bearer(guild.http)).json()
        assert "super:Permission" in {
            f"{p['action']}:{p['target']}" for post in me["posts"] for p in post["permissions"]
        }
        assert len(guild.http.get("/car/", headers=bearer(guild.http)).json()) > 50
        guild.http.patch("/users/update/me", json={"first_name": "Bosse"}, headers=bearer(guild.http))
    assert "Stopping" in guild.said
    assert embedded_postgres.running(data) is None
    with up(data) as again:
        assert again.http.get("/users/me", headers=bearer(again.http)).json()["first_name"] == "Bosse"
        assert "demo guild moves in" not in again.said


def test_without_the_demo_the_guild_is_empty_and_gets_an_administrator(data: Path) -> None:
    with up(data, "--no-demo") as guild:
        assert guild.http.post("/auth/login", data=SIGN_IN).status_code == 400
        weak = Process("admin", "create", "chef@example.com", "--password-stdin", data=data, typed="short1\n")
        assert weak.wait() == 1
        assert "Password should be at least 8 characters" in weak.said
        made = Process("admin", "create", "chef@example.com", "--password-stdin", data=data, typed="long enough 1\n")
        assert made.wait() == 0, made.said
        chef = {"username": "chef@example.com", "password": "long enough 1"}
        token = guild.http.post("/auth/login", data=chef).json()["access_token"]
        assert len(guild.http.get("/permissions/", headers={"Authorization": f"Bearer {token}"}).json()) == 75


def test_a_second_up_on_the_same_data_says_so(data: Path) -> None:
    with up(data):
        second = Process("up", "--port", str(free_port()), data=data)
        assert second.wait() == 1
        assert str(data) in second.said
        assert "Traceback" not in second.said


def test_a_taken_port_is_named(data: Path) -> None:
    with up(data) as first:
        second = Process("up", "--host", "127.0.0.1", "--port", str(first.port), data=data.with_name("other"))
        assert second.wait() == 1
        assert str(first.port) in second.said
        assert "Traceback" not in second.said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything_cleanly(data: Path, number: signal.Signals) -> None:
    with up(data) as guild:
        assert guild.stop(number) == 0
    assert embedded_postgres.running(data) is None


def test_what_was_answered_survives_a_kill(data: Path) -> None:
    with up(data) as guild:
        answer = guild.http.patch("/users/update/me", json={"last_name": "Kvar"}, headers=bearer(guild.http))
        assert answer.status_code == 200
        guild.stop(signal.SIGKILL)
    with up(data) as again:
        assert again.http.get("/users/me", headers=bearer(again.http)).json()["last_name"] == "Kvar"
        assert again.http.get("/health/ready").json()["status"] == "ok"


def test_the_demo_is_refused_in_production(data: Path) -> None:
    production = {
        "ENVIRONMENT": "production",
        "SECRET_KEY": "x" * 40,
        "DATABASE_URL": os.environ["GUILDHALL_TESTS_SERVER"].replace("DATABASE", "postgres"),
        "PUBLIC_URL": "https://api.example.com",
        "SITE_URL": "https://example.com",
        "SMTP_URL": "smtp+plain://127.0.0.1",
    }
    seeding = Process("seed", data=data, settings=production)
    assert seeding.wait() == 1
    assert "not in production" in seeding.said
