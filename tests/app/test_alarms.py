"""The alarm: a queue that stands still is told, once, and again after an hour."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from guildhall.app import alarms
from guildhall.core import clock
from guildhall.platform import jobs
from tests.guild import Guild

NOW = datetime.fromisoformat("2026-11-25T12:00:00+00:00")
MINUTE = timedelta(minutes=1)
RUNNING = "UPDATE procrastinate_jobs SET status = 'doing' WHERE lock = 'one after the other' AND scheduled_at = :at"


@pytest.fixture
def logged() -> Iterator[list[Any]]:
    with capture_logs() as entries:
        yield entries


async def wait_in(guild: Guild, since: datetime, line: str | None = None, job: str = "jobs.prune") -> None:
    async with guild.session() as session:
        await jobs.enqueue(session, job, at=since, line=line)


async def look(guild: Guild, at: datetime) -> None:
    with clock.stopped(at):
        async with guild.session() as session:
            await alarms.look(session)


async def test_a_queue_whose_oldest_job_waited_too_long_is_told(guild: Guild, logged: list[Any]) -> None:
    await wait_in(guild, NOW - 9 * MINUTE)
    await look(guild, NOW)
    assert logged == []
    await look(guild, NOW + 2 * MINUTE)
    (entry,) = logged
    assert (entry["log_level"], entry["event"]) == ("error", "a queue stands still")
    assert (entry["queue"], entry["seconds"], entry["due"]) == ("default", 660, 1)


async def test_it_is_told_once_an_hour_and_not_each_minute(guild: Guild, logged: list[Any]) -> None:
    await wait_in(guild, NOW)
    for minute in range(11, 60):
        await look(guild, NOW + minute * MINUTE)
    assert len(logged) == 1
    await end_of_quiet(guild)
    for minute in range(72, 90):
        await look(guild, NOW + minute * MINUTE)
    assert [entry["seconds"] // 60 for entry in logged] == [11, 72]


async def end_of_quiet(guild: Guild) -> None:
    """Do what the worker does when the hour is over: the job that reminded is gone."""
    async with guild.session() as session:
        assert await jobs.cancel(session, alarms.QUIET) == 1


async def test_when_it_moves_and_stands_again_that_is_news(guild: Guild, logged: list[Any]) -> None:
    await wait_in(guild, NOW)
    await look(guild, NOW + 11 * MINUTE)
    async with guild.session() as session:
        await jobs.cancel(session, "jobs.prune")
    await look(guild, NOW + 12 * MINUTE)
    await wait_in(guild, NOW + 13 * MINUTE)
    await look(guild, NOW + 30 * MINUTE)
    assert [entry["seconds"] // 60 for entry in logged] == [11, 17]


async def test_each_queue_is_told_by_itself(guild: Guild, logged: list[Any]) -> None:
    await wait_in(guild, NOW)
    await look(guild, NOW + 11 * MINUTE)
    await wait_in(guild, NOW, job=alarms.LOOK)
    await look(guild, NOW + 12 * MINUTE)
    assert [entry["queue"] for entry in logged] == ["default", "alarms"]


async def test_a_job_that_waits_for_its_moment_or_for_its_turn_stands_not_still(
    guild: Guild, logged: list[Any]
) -> None:
    """Behind one that is tried again every hour, the others of its line wait, and nothing is wrong."""
    await wait_in(guild, NOW + 60 * MINUTE)
    await wait_in(guild, NOW + 30 * MINUTE, line="one after the other")
    await wait_in(guild, NOW - 60 * MINUTE, line="one after the other")
    await look(guild, NOW)
    async with guild.session() as session:
        await session.execute(text(RUNNING), {"at": NOW + 30 * MINUTE})
    await look(guild, NOW + 40 * MINUTE)
    assert logged == []


async def test_the_alarm_waits_behind_no_other_work() -> None:
    others = {job.queue for job in alarms.domain.jobs}
    assert others == {"alarms"}
    (schedule,) = alarms.domain.schedules
    assert schedule.cron == "* * * * *"


async def test_the_hour_of_quiet_is_a_job_that_ends_in_an_hour(guild: Guild, sweeper: psycopg.Connection) -> None:
    await wait_in(guild, NOW)
    await look(guild, NOW + 11 * MINUTE)
    waits = "SELECT scheduled_at, args FROM procrastinate_jobs WHERE task_name = %s"
    assert sweeper.execute(waits, [alarms.QUIET]).fetchall() == [(NOW + 71 * MINUTE, {"of": "default"})]
