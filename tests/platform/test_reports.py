"""What becomes a report and what does not, and what is in it: of a real process that is in trouble."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from guildhall.platform.telemetry.scrubbing import NOT_SENT, scrubbed
from tests.guild import Guild
from tests.ingest import Ingest, sentry
from tests.processes import Process, serving

SECRET = "anna-hemlig@example.com"


@pytest.fixture(scope="module")
def house(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Process, Ingest]]:
    with sentry() as ingest:
        key = os.environ["GUILDHALL_SECRET_KEY"]
        settings = {"DATABASE_URL": database_url, "SECRET_KEY": key, "SENTRY_DSN": ingest.dsn, "SENTRY_TRACES": "0"}
        with serving(tmp_path_factory.mktemp("data"), settings, module="tests.troubled") as server:
            yield server, ingest


@pytest.fixture
def server(house: tuple[Process, Ingest]) -> Process:
    return house[0]


@pytest.fixture
def ingest(house: tuple[Process, Ingest]) -> Ingest:
    """The Sentry, as if nothing had been told yet."""
    house[1].errors.clear()
    return house[1]


def last(ingest: Ingest, server: Process) -> list[dict[str, Any]]:
    """What was told so far; one more error says that nothing comes any more."""
    server.http.get("/trouble/plain", headers={"X-Request-ID": "the-last"})
    number = 1
    while ingest.error(number)["tags"].get("request_id") != "the-last":
        number += 1
    return ingest.errors[: number - 1]


def values(error: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["type"], one["value"]) for one in error["exception"]["values"]]


def test_words_that_stand_in_the_code_are_told(server: Process, ingest: Ingest) -> None:
    assert server.http.get("/trouble/plain").status_code == 500
    error = ingest.error()
    assert values(error) == [("RuntimeError", "the roof leaks")]
    assert error["transaction"] == "GET /trouble/plain"
    frame = error["exception"]["values"][0]["stacktrace"]["frames"][-1]
    assert (frame["function"], frame["context_line"].strip()) == ("plain", 'raise RuntimeError("the roof leaks")')
    assert "vars" not in frame


@pytest.mark.parametrize("kind", ["filled-in", "key", "chain", "misfit", "library", "forgotten"])
def test_words_that_came_from_outside_are_not(server: Process, ingest: Ingest, kind: str) -> None:
    server.http.get(f"/trouble/{kind}", params={"secret": SECRET})
    told = last(ingest, server)
    assert len(told) == 1
    assert all(value == NOT_SENT for _, value in (values(told[0]) if "exception" in told[0] else []))
    assert SECRET not in ingest.everything
    assert SECRET in server.said  # it is in the log


def test_the_whole_chain_of_an_error_is_told(server: Process, ingest: Ingest) -> None:
    server.http.get("/trouble/chain", params={"secret": SECRET})
    assert {kind for kind, _ in values(ingest.error())} == {"ExceptionGroup", "ValueError", "KeyError"}


def test_an_error_is_told_once_however_often_it_is_logged(server: Process, ingest: Ingest) -> None:
    server.http.get("/trouble/twice")
    assert [values(error) for error in last(ingest, server)] == [[("RuntimeError", "said twice")]]


def test_an_answer_that_was_broken_off_is_told_once_with_its_route(server: Process, ingest: Ingest) -> None:
    with pytest.raises(httpx2.RemoteProtocolError):
        server.http.get("/trouble/broken-off", headers={"X-Request-ID": "halfway"})
    (error,) = last(ingest, server)
    assert values(error) == [("RuntimeError", "and now this")]
    assert (error["transaction"], error["tags"]["request_id"]) == ("GET /trouble/broken-off", "halfway")


def test_what_is_said_as_an_error_is_told_with_the_facts_that_are_no_secrets(server: Process, ingest: Ingest) -> None:
    server.http.get("/trouble/words", params={"secret": SECRET}, headers={"X-Request-ID": "one"})
    (error,) = last(ingest, server)
    assert error["message"] == "a queue stands still"
    assert error["tags"] == {"request_id": "one", "queue": "mail", "seconds": 700}


def test_a_refusal_is_no_error(server: Process, ingest: Ingest) -> None:
    assert server.http.get("/trouble/refused").status_code == 409
    assert server.http.get("/nowhere").status_code == 404
    assert server.http.post("/auth/login", data={"username": "x"}).status_code == 422
    assert last(ingest, server) == []


async def test_two_that_go_wrong_at_once_are_not_taken_for_each_other(
    guild: Guild, server: Process, ingest: Ingest
) -> None:
    people = await guild.members("Anna", "Bo")

    def visit(number: int) -> None:
        headers = {"Authorization": people[number].client.headers["Authorization"], "X-Request-ID": f"of-{number}"}
        assert server.http.get("/trouble/meeting", headers=headers).status_code == 500

    with ThreadPoolExecutor(2) as both:
        list(both.map(visit, range(2)))
    told = {error["tags"]["request_id"]: error["user"]["id"] for error in last(ingest, server)}
    assert told == {"of-0": str(people[0].id), "of-1": str(people[1].id)}
    server.http.get("/trouble/twice")
    assert ingest.errors[-1]["user"] == {}  # on a connection that somebody had been signed in on


def test_nothing_leaves_that_is_not_on_the_list() -> None:
    event = {
        "event_id": "1",
        "request": {"url": SECRET, "cookies": SECRET},
        "extra": {"a": SECRET},
        "user": {"id": "7", "email": SECRET, "ip_address": SECRET},
        "tags": {"job": "mail.send", "to": SECRET},
        "breadcrumbs": {"values": [SECRET]},
        "contexts": {"trace": {"trace_id": "t", "data": {"url": SECRET}}, "response": {"body": SECRET}},
        "spans": [{"op": "db", "description": f"SELECT '{SECRET}', 'it''s'", "data": {"db.params": SECRET}}],
        "exception": {"values": [{"type": "E", "value": SECRET, "mechanism": {"type": "x", "data": SECRET}}]},
    }
    kept = scrubbed(event, {})
    assert SECRET not in str(kept)
    assert kept["user"] == {"id": "7"}
    assert kept["spans"][0]["description"] == "SELECT '...', '...'"
