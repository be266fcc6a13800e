"""Administrators see the jobs and act on them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.platform import jobs
from tests.guild import Guild, Person, code
from tests.platform.work import domain_with, enqueue, nothing, until, waiting

FAIL = "UPDATE procrastinate_jobs SET status = 'doing'"


async def administrator(guild: Guild) -> Person:
    return await guild.holder("super:User")


async def failed(guild: Guild, **ids: int) -> None:
    """A job that was tried for the last time."""

    async def fail(_session: AsyncSession, **_ids: int) -> None:
        raise ValueError("the reason")

    domain = domain_with(fail, retries=0)
    await enqueue(guild, **ids)
    async with jobs.working(guild.database, [domain], 1):

        async def has_failed() -> bool:
            return {status for _, _, status, *_ in await waiting(guild)} == {"failed"}

        await until(has_failed)


async def jobs_of(person: Person, **wish: Any) -> list[dict[str, Any]]:
    answer = await person.get("/admin/jobs", params=wish)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/admin/jobs"),
        ("GET", "/admin/jobs/queues"),
        ("GET", "/admin/jobs/1"),
        ("POST", "/admin/jobs/1/retry"),
        ("POST", "/admin/jobs/1/cancel"),
    ],
)
async def test_only_holders_of_super_user_may(guild: Guild, method: str, path: str) -> None:
    manager, nobody = await guild.holder("manage:User"), await guild.client()
    assert code(await manager.request(method, path)) == (403, "missing_permission")
    assert code(await nobody.request(method, path)) == (401, "not_authenticated")


async def test_without_jobs_everything_is_empty(guild: Guild) -> None:
    boss = await administrator(guild)
    assert await jobs_of(boss) == []
    assert (await boss.get("/admin/jobs/queues")).json() == []


async def test_a_failed_job_shows_its_error(guild: Guild) -> None:
    await failed(guild, booking_id=7)
    boss = await administrator(guild)
    (job,) = await jobs_of(boss, state="failed")
    assert (job["name"], job["queue"], job["ids"], job["attempts"]) == ("tests.work", "default", {"booking_id": 7}, 1)
    assert job["error"] == "ValueError: the reason"
    assert job["enqueued_at"] < job["failed_at"]
    assert (await boss.get(f"/admin/jobs/{job['id']}")).json() == job


async def test_jobs_are_listed_newest_first_by_state_and_queue_in_pages(guild: Guild) -> None:
    await failed(guild, number=0)
    domain_with(nothing, queue="slow")
    for number in (1, 2, 3):
        await enqueue(guild, number=number)
    boss = await administrator(guild)
    with guild.statements() as statements:
        assert [job["ids"]["number"] for job in await jobs_of(boss)] == [3, 2, 1, 0]
    assert len(statements) == 2
    assert [job["ids"]["number"] for job in await jobs_of(boss, state="waiting", limit=1, offset=1)] == [2]
    assert [job["ids"]["number"] for job in await jobs_of(boss, queue="default")] == [0]


async def test_the_queues_tell_what_waits_and_for_how_long(guild: Guild) -> None:
    await failed(guild)
    domain_with(nothing)
    await enqueue(guild)
    async with guild.session() as session:
        await jobs.enqueue(session, "tests.work", at=clock.now() + timedelta(hours=1))
        await jobs.enqueue(session, "tests.work", at=clock.now() - timedelta(hours=1))
    (queue,) = (await (await administrator(guild)).get("/admin/jobs/queues")).json()
    seconds = queue.pop("oldest_due_seconds")
    assert queue == {"queue": "default", "waiting": 3, "due": 2, "running": 0, "failed": 1}
    assert 3600 <= seconds < 3700


async def test_a_failed_job_can_be_tried_again_and_clicking_twice_does_no_harm(guild: Guild) -> None:
    await failed(guild, number=1)
    boss = await administrator(guild)
    (job,) = await jobs_of(boss)
    for _ in range(2):
        answer = await boss.post(f"/admin/jobs/{job['id']}/retry")
        assert (answer.status_code, answer.json()["state"]) == (200, "waiting")
    domain = domain_with(nothing)
    async with jobs.working(guild.database, [domain], 1):

        async def is_done() -> bool:
            return await waiting(guild) == []

        await until(is_done)
    assert code(await boss.post(f"/admin/jobs/{job['id']}/retry")) == (404, "job_not_found")


async def test_a_job_that_waits_for_tomorrow_can_be_done_now(guild: Guild) -> None:
    domain_with(nothing)
    async with guild.session() as session:
        await jobs.enqueue(session, "tests.work", at=clock.now() + timedelta(days=1))
    boss = await administrator(guild)
    (job,) = await jobs_of(boss)
    await boss.post(f"/admin/jobs/{job['id']}/retry")
    assert (await boss.get("/admin/jobs/queues")).json()[0]["due"] == 1


async def test_a_job_that_waits_can_be_called_off_once(guild: Guild) -> None:
    domain_with(nothing)
    await enqueue(guild)
    boss = await administrator(guild)
    (job,) = await jobs_of(boss)
    assert (await boss.post(f"/admin/jobs/{job['id']}/cancel")).json()["state"] == "cancelled"
    assert code(await boss.post(f"/admin/jobs/{job['id']}/cancel")) == (409, "job_is_over")
    assert code(await boss.post(f"/admin/jobs/{job['id']}/retry")) == (409, "job_is_over")


async def test_a_job_that_runs_is_left_alone(guild: Guild) -> None:
    domain_with(nothing)
    await enqueue(guild)
    async with guild.session() as session:
        await session.execute(text(FAIL))
    boss = await administrator(guild)
    (job,) = await jobs_of(boss, state="running")
    for act in ("retry", "cancel"):
        assert code(await boss.post(f"/admin/jobs/{job['id']}/{act}")) == (409, "job_runs")


@pytest.mark.parametrize("act", ["", "/retry", "/cancel"])
async def test_a_job_that_is_not_there_is_not_found(guild: Guild, act: str) -> None:
    boss = await administrator(guild)
    for job_id in (1, 2**63 - 1):
        assert code(await boss.request("POST" if act else "GET", f"/admin/jobs/{job_id}{act}")) == (
            404,
            "job_not_found",
        )


@pytest.mark.parametrize("wish", [{"state": "done"}, {"limit": 101}, {"offset": -1}, {"queue": "q" * 129}])
async def test_a_wish_that_makes_no_sense_is_refused(guild: Guild, wish: dict[str, Any]) -> None:
    assert code(await (await administrator(guild)).get("/admin/jobs", params=wish)) == (422, "invalid_input")
