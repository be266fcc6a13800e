"""The address of a feed is a key: who reads our logs, or what Sentry hears, must not get in with it."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.domains.calendars.entries import made_feed
from tests.guild import Guild
from tests.ingest import sentry
from tests.processes import serving


@pytest.fixture
def carless(sweeper: psycopg.Connection) -> Iterator[None]:
    """A database in which every personal calendar goes wrong."""
    sweeper.execute("ALTER TABLE car_bookings RENAME TO lost")
    yield
    sweeper.execute("ALTER TABLE lost RENAME TO car_bookings")


async def test_a_key_is_neither_logged_nor_told_to_sentry(
    guild: Guild, database_url: str, carless: None, tmp_path: Path
) -> None:
    path = await made_feed(await guild.member())
    key = path.removeprefix("/calendar/").removesuffix(".ics")
    with sentry() as ingest:
        told = {"SENTRY_DSN": ingest.dsn, "SENTRY_TRACES": "1", "SECRET_KEY": os.environ["GUILDHALL_SECRET_KEY"]}
        with serving(tmp_path, {"DATABASE_URL": database_url} | told, "--access-log") as server:
            assert server.http.get(path).status_code == 500
            server.wait_until_it_says("HTTP/1.1")
            error, trace = ingest.error(), ingest.trace("GET /calendar/{token}.ics")
            figures = server.http.get("/metrics").text
    assert "request failed" in server.said
    assert server.said.count("/calendar/***.ics") == 2  # the failure, and the line of the request
    assert error["transaction"] == "GET /calendar/{token}.ics"
    assert 'route="/calendar/{token}.ics"' in figures
    for everything in (server.said, ingest.everything, json.dumps(trace), figures):
        assert key not in everything
