"""Pushing: looked at again, sent with no connection held, and what became of it is written down."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from guildhall.core import clock
from guildhall.shared.notifications import jobs
from guildhall.shared.notifications.models import Push
from guildhall.shared.notifications.service import Notice
from tests.guild import Guild, Person
from tests.platform.push_senders import firebase, push_service
from tests.push_services import GONE, UNREGISTERED, Firebase, Reply, fault
from tests.shared.notifications.telling import (
    PUSHED,
    SITE,
    browser,
    deactivate,
    fan_out,
    ids_of,
    inbox,
    phone,
    prefers,
    push_jobs,
    pushed,
    told,
    waiting,
)

NOON = datetime(2027, 2, 1, 11, tzinfo=UTC)
QUOTA = fault(429, "RESOURCE_EXHAUSTED", "Quota exceeded", code="QUOTA_EXCEEDED", **{"retry_after": "90"})
BROKEN = Reply(500, b"")


@pytest.fixture
def phones(tmp_path: Path) -> Iterator[Firebase]:
    """The Firebase that the settings lead to."""
    with firebase(tmp_path) as service:
        yield service


async def told_and_fanned_out(guild: Guild, *people: Person, notice: Notice | None = None) -> int:
    notice_id = await told(guild, people, PUSHED, *[notice] if notice else [])
    await fan_out(guild, notice_id)
    return notice_id


def got(service: Firebase) -> list[str]:
    """The tokens that messages were taken for."""
    return sorted(one.token for one in service.received)


async def test_a_phone_is_told_what_it_is_where_it_leads_and_how_many_are_unread(
    guild: Guild, phones: Firebase
) -> None:
    anna = await guild.member()
    await phone(anna)
    await told(guild, [anna])
    notice_id = await told_and_fanned_out(guild, anna)
    await pushed(guild)
    (one,) = phones.received
    assert one.words == ("Soffan är tillbaka", "Den har fått nytt tyg")
    assert one.message["data"] == {
        "type": "tests.pushed",
        "notification_id": str((await ids_of(guild, anna))[-1]),
        "target_type": "sofa",
        "target_id": "7",
        "link": f"{SITE}/sofa",
    }
    assert one.message["apns"]["payload"]["aps"]["badge"] == 2
    assert one.message["android"]["notification"]["tag"] == f"notice-{notice_id}"
    assert await waiting(guild) == []


async def test_a_browser_is_told_the_same(guild: Guild) -> None:
    anna = await guild.member()
    with push_service() as service:
        made = await browser(guild, anna, service)
        await told_and_fanned_out(guild, anna)
        await pushed(guild)
    (shown,) = made.shown
    assert (shown["title"], shown["badge"], shown["data"]["target_type"]) == ("Soffan är tillbaka", 1, "sofa")
    assert await waiting(guild) == []


@pytest.mark.parametrize(
    ("of_device", "of_user", "title"),
    [
        ("en", "sv", "The sofa is back"),
        ("sv", "en", "Soffan är tillbaka"),
        (None, "en", "The sofa is back"),
        (None, None, "Soffan är tillbaka"),
    ],
)
async def test_the_devices_language_counts_then_the_members_then_swedish(
    guild: Guild, phones: Firebase, of_device: str | None, of_user: str | None, title: str
) -> None:
    anna = await guild.member(language=of_user)
    await phone(anna, language=of_device)
    await told_and_fanned_out(guild, anna)
    await pushed(guild)
    assert phones.received[0].words[0] == title


async def test_a_long_text_is_cut_to_what_a_screen_shows(guild: Guild, phones: Firebase) -> None:
    anna = await guild.member()
    await phone(anna)
    await told_and_fanned_out(guild, anna, notice=Notice("å" * 200, "", "rad\n" * 500, ""))
    await pushed(guild)
    title, body = phones.received[0].words
    assert (len(title), title[-1], body[:8]) == (100, "…", "rad rad ")
    assert len(body) <= 300


async def test_a_job_that_runs_twice_pushes_once(guild: Guild, phones: Firebase) -> None:
    anna = await guild.member()
    await phone(anna)
    await told_and_fanned_out(guild, anna)
    await pushed(guild)
    await pushed(guild)
    assert got(phones) == ["phone"]


async def test_what_is_not_wanted_any_more_is_not_pushed(guild: Guild, phones: Firebase) -> None:
    names = ["Read", "Removed", "Unwanted", "Off", "Gone", "Moved", "Deactivated", "Left"]
    people = dict(zip(names, await guild.members(*names), strict=True))
    for name, person in people.items():
        await phone(person, name)
    await told_and_fanned_out(guild, *people.values())
    await people["Read"].post("/notifications/read-all")
    await people["Removed"].delete(f"/notifications/{(await ids_of(guild, people['Removed']))[0]}")
    await prefers(people["Unwanted"], PUSHED, push=False)
    await people["Off"].patch("/notifications/preferences", json={"notifications": False})
    await people["Gone"].delete("/auth/logout")
    await phone(await guild.member("Stranger"), "Moved")
    await deactivate(guild, people["Deactivated"])
    await pushed(guild)
    assert got(phones) == ["Left"]
    assert await waiting(guild) == []


async def test_a_device_that_is_gone_is_forgotten_and_another_is_told(guild: Guild, phones: Firebase) -> None:
    anna = await guild.member()
    await phone(anna, "dead")
    alive = await phone(anna, "alive")
    phones.will("dead", UNREGISTERED)
    with push_service() as service:
        made = await browser(guild, anna, service, "closed")
        service.will("closed", GONE)
        await told_and_fanned_out(guild, anna)
        await pushed(guild)
    assert got(phones) == ["alive"]
    assert made.shown == []
    assert [device["id"] for device in (await anna.get("/push/devices")).json()] == [alive["id"]]
    assert await waiting(guild) == []


async def test_a_service_that_asks_to_wait_is_waited_for_and_only_the_rest_is_pushed_then(
    guild: Guild, phones: Firebase
) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    await phone(anna, "phone")
    await phone(bo, "bo's")
    phones.will("bo's", QUOTA)
    with clock.stopped(NOON):
        await told_and_fanned_out(guild, anna, bo)
        (ids, _), *_ = await push_jobs(guild)
        due, waits = await left_to(guild, ids)
    assert due == NOON + timedelta(seconds=90)
    assert got(phones) == ["phone"]
    (left,) = await waiting(guild)
    assert (left.attempts, waits) == (1, [left.id])
    async with guild.session() as session:
        await jobs.push(session, waits)
    assert got(phones) == ["bo's", "phone"]
    assert await waiting(guild) == []


async def left_to(guild: Guild, ids: list[int]) -> tuple[datetime, list[int]]:
    """Do a job; when what it could not push is due, and in which job."""
    before = len(await push_jobs(guild))
    async with guild.session() as session:
        await jobs.push(session, ids)
    ((waits, due),) = (await push_jobs(guild))[before:]
    return due, waits


async def test_a_service_that_says_nothing_is_asked_ever_more_slowly(guild: Guild, phones: Firebase) -> None:
    anna = await guild.member()
    await phone(anna)
    phones.always("phone", BROKEN)
    with clock.stopped(NOON):
        await told_and_fanned_out(guild, anna)
        (ids, _), *_ = await push_jobs(guild)
        waits = [(await left_to(guild, ids))[0] - NOON for _ in range(3)]
    assert waits == [timedelta(seconds=30), timedelta(seconds=60), timedelta(seconds=120)]


async def test_each_waits_for_as_long_as_it_was_asked_and_not_for_another(guild: Guild, phones: Firebase) -> None:
    """One service that asked for a day kept fifty members waiting for it."""
    people = await guild.members("Anna", "Bo", "Cecilia", "David")
    for person, token in zip(people, ("day", "minute", "minute-too", "quiet"), strict=True):
        await phone(person, token)
    await people[3].patch("/notifications/preferences", json={"quiet_hours": {"from": "12:30", "until": "13:30"}})
    for token, seconds in (("day", "80000"), ("minute", "60"), ("minute-too", "60")):
        phones.will(token, fault(429, "RESOURCE_EXHAUSTED", "Q", code="QUOTA_EXCEEDED", retry_after=seconds))
    with clock.stopped(NOON):
        await told_and_fanned_out(guild, *people)
    ((ids, _),) = await push_jobs(guild)
    late = NOON + timedelta(minutes=45)
    with clock.stopped(late + timedelta(milliseconds=1)):
        await pushed(guild)
    again = sorted((due - late, len(waits)) for waits, due in (await push_jobs(guild))[1:])
    assert again == [(timedelta(seconds=61), 2), (timedelta(minutes=45), 1), (timedelta(seconds=80_001), 1)]
    assert len(await waiting(guild)) == len(ids) == 4


async def test_a_service_that_is_broken_is_tried_for_a_day_and_then_given_up(guild: Guild, phones: Firebase) -> None:
    anna = await guild.member()
    await phone(anna)
    phones.will("phone", *[BROKEN] * 3)
    with clock.stopped(NOON):
        await told_and_fanned_out(guild, anna)
        (ids, _), *_ = await push_jobs(guild)
        await left_to(guild, ids)
    with clock.stopped(NOON + timedelta(hours=20)):
        await left_to(guild, ids)
        assert [push.attempts for push in await waiting(guild)] == [2]
    with clock.stopped(NOON + timedelta(hours=24)):
        async with guild.session() as session:
            await jobs.push(session, ids)
    assert await waiting(guild) == []
    assert (await inbox(anna))["unread"] == 1


async def test_a_push_that_comes_late_waits_for_the_end_of_quiet_hours(guild: Guild, phones: Firebase) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    await phone(anna, "phone")
    await phone(bo, "bo's")
    await anna.patch("/notifications/preferences", json={"quiet_hours": {"from": "12:30", "until": "13:30"}})
    with clock.stopped(NOON):
        await told_and_fanned_out(guild, anna, bo)
    (ids, _), *_ = await push_jobs(guild)
    with clock.stopped(NOON + timedelta(minutes=45)):
        due, waits = await left_to(guild, ids)
        assert due == NOON + timedelta(minutes=90)
        assert got(phones) == ["bo's"]
    assert len(await waiting(guild)) == 1
    with clock.stopped(NOON + timedelta(minutes=90)):
        async with guild.session() as session:
            await jobs.push(session, waits)
    assert got(phones) == ["bo's", "phone"]


async def test_a_kind_that_went_meanwhile_and_a_session_that_expired_are_pushed_to_nobody(
    guild: Guild, phones: Firebase
) -> None:
    for change in (
        "UPDATE notices SET kind = 'tests.gone'",
        "UPDATE refresh_sessions SET expires_at = now() - interval '1 minute'",
    ):
        anna = await guild.member()
        await phone(anna)
        await told_and_fanned_out(guild, anna)
        async with guild.session() as session:
            await session.execute(text(change))
        await pushed(guild)
        assert (got(phones), await waiting(guild)) == ([], [])


async def test_a_device_that_is_gone_and_held_by_somebody_is_not_waited_for(guild: Guild, phones: Firebase) -> None:
    """Two jobs held each a device that the other was to forget, and neither went on."""
    anna, bo = await guild.members("Anna", "Bo")
    held = await phone(anna, "held")
    await phone(bo, "free")
    phones.always("held", UNREGISTERED)
    phones.always("free", UNREGISTERED)
    await told_and_fanned_out(guild, anna, bo)
    async with guild.session() as session:
        await session.execute(text("SELECT 1 FROM push_devices WHERE id = :id FOR UPDATE"), {"id": held["id"]})
        async with asyncio.timeout(10):
            await pushed(guild)
    assert await waiting(guild) == []
    async with guild.session() as session:
        assert list(await session.scalars(text("SELECT token FROM push_devices"))) == ["held"]


async def test_nothing_is_configured_and_nothing_waits_for_ever(guild: Guild) -> None:
    anna = await guild.member()
    await phone(anna)
    await told_and_fanned_out(guild, anna)
    await pushed(guild)
    assert await waiting(guild) == []
    assert len((await anna.get("/push/devices")).json()) == 1


async def test_no_connection_to_the_database_is_held_while_a_service_takes_its_time(
    guild: Guild, phones: Firebase
) -> None:
    anna = await guild.member()
    await phone(anna)
    await told_and_fanned_out(guild, anna)
    (ids, _), *_ = await push_jobs(guild)
    phones.pause = 0.5

    async def push() -> None:
        async with guild.session() as session:
            await jobs.push(session, ids)

    pushing = asyncio.create_task(push())
    async with asyncio.timeout(10):
        while not any("messages:send" in one.path for one in phones.requests):  # noqa: ASYNC110 - in another thread
            await asyncio.sleep(0.01)
    pool = guild.database.engine.pool
    assert pool.checkedout() == 0  # pyright: ignore[reportAttributeAccessIssue]
    await pushing
    assert got(phones) == ["phone"]


async def test_fifty_pushes_take_as_many_statements_as_one(guild: Guild, phones: Firebase) -> None:
    anna = await guild.member()
    await phone(anna, "token0")
    counts: list[int] = []
    for many in (1, 20):
        for number in range(1, many):
            await phone(anna, f"token{number}")
        await told_and_fanned_out(guild, anna)
        ids, _ = (await push_jobs(guild))[-1]
        assert len(ids) == many
        async with guild.session() as session:
            with guild.statements() as statements:
                await jobs.push(session, ids)
            counts.append(len(statements))
    assert counts == [2, 2]
    assert len(phones.received) == 21


async def test_a_push_of_a_notice_without_target_has_empty_words_for_it(guild: Guild, phones: Firebase) -> None:
    anna = await guild.member()
    await phone(anna)
    await told_and_fanned_out(guild, anna, notice=Notice("a", "b", "c", "d"))
    await pushed(guild)
    data = phones.received[0].message["data"]
    assert (data["target_type"], data["target_id"], data["link"]) == ("", "", "")


async def test_pushes_that_are_not_there_are_no_failure(guild: Guild) -> None:
    async with guild.session() as session:
        await jobs.push(session, [1, 2, 3])
        assert (await session.execute(text("SELECT count(*) FROM pushes"))).scalar_one() == 0
    assert Push.__tablename__ == "pushes"
