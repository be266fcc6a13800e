"""What the database knows of jobs and mails, as figures; and that it may be away."""

import socket
from datetime import datetime, timedelta
from time import monotonic

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from guildhall.app import figures
from guildhall.app.figures import Figures
from guildhall.core import clock
from guildhall.core.database import Database
from guildhall.platform import jobs
from guildhall.platform.mail.models import Mail
from guildhall.platform.telemetry.exposition import exposition
from tests.guild import Guild

NOW = datetime.fromisoformat("2026-11-25T12:00:00+00:00")
FAILED = "UPDATE procrastinate_jobs SET status = 'failed' WHERE id = (SELECT min(id) FROM procrastinate_jobs)"


async def read(of: Figures) -> dict[tuple[str, ...], float]:
    """The figures about the database, as Prometheus reads them: by name, and the values of the labels."""
    told = exposition(await of.found()).decode()
    samples = [sample for family in text_string_to_metric_families(told) for sample in family.samples]
    about = ("guildhall_queue", "guildhall_mails", "guildhall_database_up")
    return {(s.name, *s.labels.values()): s.value for s in samples if s.name.startswith(about)}


async def test_jobs_that_wait_and_have_failed_are_told_by_queue(guild: Guild) -> None:
    async with guild.session() as session:
        for minutes in (60, 20, 5, -5):
            await jobs.enqueue(session, "jobs.prune", at=NOW - timedelta(minutes=minutes))
        await session.execute(text(FAILED))
    with clock.stopped(NOW):
        told = await read(Figures(guild.database))
    assert told["guildhall_database_up",] == 1
    assert told["guildhall_queue_jobs", "default", "waiting"] == 3
    assert told["guildhall_queue_jobs", "default", "running"] == 0
    assert told["guildhall_queue_jobs", "default", "failed"] == 1
    assert told["guildhall_queue_due_jobs", "default"] == 2
    assert told["guildhall_queue_oldest_due_seconds", "default"] == 1200


async def test_mails_are_told_by_status_and_how_long_the_oldest_waits(guild: Guild) -> None:
    async with guild.session() as session:
        for status, minutes in (("queued", 7), ("queued", 3), ("sent", 90), ("dead", 90)):
            queued_at = NOW - timedelta(minutes=minutes)
            session.add(Mail(to="x@example.com", subject="", text="", html="", status=status, queued_at=queued_at))
    with clock.stopped(NOW):
        told = await read(Figures(guild.database))
    mails = {key[1]: value for key, value in told.items() if key[0] == "guildhall_mails"}
    assert mails == {"queued": 2, "sent": 1, "dead": 1, "kept": 0}
    assert told["guildhall_mails_oldest_queued_seconds",] == 420


async def test_in_an_empty_house_nothing_waits(guild: Guild) -> None:
    told = await read(Figures(guild.database))
    assert told.pop(("guildhall_database_up",)) == 1
    assert set(told.values()) == {0}
    assert ("guildhall_queue_jobs", "mail", "failed") in told  # so that the first one is seen to come


async def test_it_is_looked_up_once_however_many_ask(guild: Guild, monkeypatch: pytest.MonkeyPatch) -> None:
    of = Figures(guild.database)
    with guild.statements() as statements:
        for _ in range(5):
            await of.found()
        assert len([one for one in statements if "procrastinate_jobs" in one]) == 1
        monkeypatch.setattr(figures, "FRESH", 0)
        again = Figures(guild.database)
        for _ in range(2):
            await again.found()
    assert len([one for one in statements if "procrastinate_jobs" in one]) == 3


async def test_without_a_database_it_is_told_that_it_is_away_and_nothing_else() -> None:
    database = Database("postgresql://guild@127.0.0.1:1/guild")
    assert await read(Figures(database)) == {("guildhall_database_up",): 0}


async def test_a_database_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        database = Database(f"postgresql://guild@127.0.0.1:{silent.getsockname()[1]}/guild")
        begin = monotonic()
        assert await read(Figures(database)) == {("guildhall_database_up",): 0}
        assert monotonic() - begin < 5
        await database.close()
