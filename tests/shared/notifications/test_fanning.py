"""Fanning out: pushes and mails for whoever wants them, once, in as many statements for many as for one."""

import asyncio
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text

from guildhall.core import clock
from guildhall.shared.notifications import jobs
from guildhall.shared.notifications.service import Notice
from tests.guild import Guild, Person, configured
from tests.shared.notifications.telling import (
    NONE,
    PUSHED,
    SITE,
    fan_out,
    ids_of,
    phone,
    prefers,
    push_jobs,
    told,
    waiting,
)

NIGHT = datetime(2027, 2, 1, 22, 30, tzinfo=UTC)  # half past eleven in Stockholm
MORNING = datetime(2027, 2, 2, 6, tzinfo=UTC)
A_CROWD = """
WITH crowd AS (
    INSERT INTO users (email, hashed_password, is_verified, is_member, first_name, last_name, telephone_number,
        start_year, account_created)
    SELECT 'crowd' || n || '@example.com', '', true, true, 'Crowd', 'Number ' || n, 'tel:+46-70-174-06-05', 2025, now()
    FROM generate_series(1, 500) AS n RETURNING id
), opened AS (
    INSERT INTO refresh_sessions (user_id, token_hash, device, created_at, last_used_at, expires_at)
    SELECT id, sha256(id::text::bytea), '', now(), now(), now() + interval '1 day' FROM crowd RETURNING id, user_id
), registered AS (
    INSERT INTO push_devices (token, provider, platform, user_id, session_id, created_at, last_seen_at)
    SELECT 'token' || user_id, 'app', 'ios', user_id, id, now(), now() FROM opened
) SELECT array_agg(id) FROM crowd
"""


async def quiet(person: Person, starts: str = "22:00", ends: str = "07:00") -> None:
    answer = await person.patch("/notifications/preferences", json={"quiet_hours": {"from": starts, "until": ends}})
    assert answer.status_code == 200


async def test_every_device_of_everybody_told_is_pushed_to_and_nobody_elses(guild: Guild) -> None:
    anna, bo, cecilia = await guild.members("Anna", "Bo", "Cecilia")
    mine = [await phone(anna, "phone"), await phone(anna, "tablet"), await phone(bo, "bo's")]
    await phone(cecilia, "cecilia's")
    await fan_out(guild, await told(guild, [anna, bo]))
    pushes = await waiting(guild)
    assert {push.device_id for push in pushes} == {device["id"] for device in mine}
    assert await push_jobs(guild) == [([push.id for push in pushes], None)]


async def test_fanning_out_twice_pushes_and_mails_once(guild: Guild) -> None:
    anna = await guild.member()
    await phone(anna)
    notice_id = await told(guild, [anna])
    for _ in range(3):
        await fan_out(guild, notice_id)
    assert (len(await waiting(guild)), len(await push_jobs(guild)), len(await guild.mails(anna.email))) == (1, 1, 1)
    await fan_out(guild, 999_999)


async def test_fanning_out_that_fails_leaves_nothing_and_is_done_again(guild: Guild) -> None:
    anna = await guild.member()
    await phone(anna)
    notice_id = await told(guild, [anna])
    with pytest.raises(ValueError, match="the first time"):
        async with guild.session() as session:
            await jobs.fan_out(session, notice_id)
            raise ValueError("the first time")
    assert (await waiting(guild), await push_jobs(guild), await guild.mails(anna.email)) == ([], [], [])
    await fan_out(guild, notice_id)
    assert (len(await waiting(guild)), len(await guild.mails(anna.email))) == (1, 1)


async def test_who_does_not_want_a_channel_is_not_told_by_it(guild: Guild) -> None:
    anna, bo, cecilia = await guild.members("Anna", "Bo", "Cecilia")
    for person in (anna, bo, cecilia):
        await phone(person, person.name)
    await prefers(anna, push=False)
    await prefers(bo, mail=False)
    await fan_out(guild, await told(guild, [anna, bo, cecilia]))
    assert len(await waiting(guild)) == 2
    assert [len(await guild.mails(person.email)) for person in (anna, bo, cecilia)] == [1, 0, 1]


async def test_what_a_kind_leaves_off_is_on_for_who_asks_for_it(guild: Guild) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    for person in (anna, bo):
        await phone(person, person.name)
    await prefers(anna, NONE, push=True, mail=True)
    await fan_out(guild, await told(guild, [anna, bo], NONE))
    assert len(await waiting(guild)) == 1
    assert [len(await guild.mails(person.email)) for person in (anna, bo)] == [1, 0]


async def test_a_master_switch_that_is_off_pushes_and_mails_nothing(guild: Guild) -> None:
    anna = await guild.member(want_notifications=False)
    await phone(anna)
    await fan_out(guild, await told(guild, [anna]))
    assert (await waiting(guild), await guild.mails(anna.email)) == ([], [])


async def test_an_address_that_nobody_has_verified_gets_no_mail(guild: Guild) -> None:
    anna = await guild.member(is_verified=False)
    await fan_out(guild, await told(guild, [anna]))
    assert await guild.mails(anna.email) == []


async def test_what_was_read_before_it_was_fanned_out_is_not_pushed_any_more(guild: Guild) -> None:
    anna = await guild.member()
    await phone(anna)
    notice_id = await told(guild, [anna])
    await anna.post("/notifications/read-all")
    await fan_out(guild, notice_id)
    assert (await waiting(guild), await guild.mails(anna.email)) == ([], [])


async def test_in_quiet_hours_pushes_wait_for_their_end_and_mails_do_not(guild: Guild) -> None:
    anna, bo, cecilia = await guild.members("Anna", "Bo", "Cecilia")
    for person in (anna, bo, cecilia):
        await phone(person, person.name)
    await quiet(anna)
    await quiet(bo, "12:00", "13:00")
    with clock.stopped(NIGHT):
        await fan_out(guild, await told(guild, [anna, bo, cecilia]))
    pushes = {push.device_id: push for push in await waiting(guild)}
    assert sorted(push.due_at for push in pushes.values()) == [NIGHT, NIGHT, MORNING]
    assert [due for _, due in await push_jobs(guild)] == [None, MORNING]
    assert len(await guild.mails(anna.email)) == 1


async def test_five_hundred_devices_take_as_many_statements_as_one_and_jobs_of_fifty(guild: Guild) -> None:
    anna = await guild.member()
    await phone(anna)
    async with guild.session() as session:
        crowd: list[int] = await session.scalar(text(A_CROWD))
        await session.execute(text("UPDATE users SET language = 'en' WHERE id % 2 = 0"))
    for _ in range(2):
        await fan_out(guild, await told(guild, [anna]))  # the key is made, then read and remembered
    counts: list[int] = []
    for many in (1, 501):
        people = [anna, *(_Told(user_id) for user_id in crowd)][:many]
        notice_id = await told(guild, people)  # pyright: ignore[reportArgumentType]
        async with guild.session() as session:
            with guild.statements() as statements:
                await jobs.fan_out(session, notice_id)
                await session.flush()
            counts.append(len(statements))
    assert counts == [7, 7]
    assert [len(ids) for ids, _ in await push_jobs(guild)] == [1, 1, 1, *[50] * 10, 1]


async def test_thirty_quiet_hours_take_as_many_statements_as_two(guild: Guild) -> None:
    """Every end of quiet hours was a statement of its own."""
    people = await guild.members(*["Anna"] * 30)
    for number, person in enumerate(people):
        await phone(person, f"phone{number}")
        await quiet(person, "22:00", f"07:{number:02}")
    counts: list[int] = []
    with clock.stopped(NIGHT):
        await fan_out(guild, await told(guild, people[:1], PUSHED))
        for some in (people[:2], people):
            notice_id = await told(guild, some, PUSHED)
            with guild.statements() as statements:
                await fan_out(guild, notice_id)
            counts.append(len(statements))
    assert counts[0] == counts[1]
    dues = [due - MORNING for _, due in (await push_jobs(guild))[-30:]]
    assert dues == [timedelta(minutes=number) for number in range(30)]


class _Told:
    def __init__(self, user_id: int) -> None:
        self.id = user_id


@pytest.mark.parametrize(("language", "words"), [("sv", ["Soffan"]), ("en", ["sofa"]), (None, ["Soffan", "sofa"])])
async def test_a_mail_is_in_the_members_language_and_says_how_to_get_no_more(
    guild: Guild, language: str | None, words: list[str]
) -> None:
    anna = await guild.member(language=language)
    with configured(public_url="https://api.example.org"):
        await fan_out(guild, await told(guild, [anna]))
    (mail,) = await guild.mails(anna.email)
    assert all(word in mail.subject for word in words)
    assert ("Den har fått nytt tyg" in mail.text, "It has new fabric" in mail.text) == (
        language != "en",
        language != "sv",
    )
    assert f'href="{SITE}/sofa"' in mail.html
    assert mail.unsubscribe
    assert mail.unsubscribe.startswith("https://api.example.org/notifications/unsubscribe?token=")
    assert set(parse_qs(urlsplit(mail.unsubscribe).query)) == {"token"}
    assert f'href="{mail.unsubscribe}"' in mail.html
    assert mail.text.endswith(f": {mail.unsubscribe}\n")


async def test_what_a_person_typed_into_a_notice_stays_text_in_the_mail(guild: Guild) -> None:
    anna = await guild.member()
    evil = f'<b>x</b>\n\n{SITE}/verify?token=mine\n\n<a href="https://evil.example">'
    await fan_out(guild, await told(guild, [anna], notice=Notice(evil, evil, evil, evil)))
    (mail,) = await guild.mails(anna.email)
    assert "<b>x" not in mail.html
    assert [link.partition('"')[0] for link in mail.html.split('<a href="')[1:]] == [mail.unsubscribe]
    assert mail.html.count("<a ") == 1


async def test_an_empty_body_and_no_link_make_a_mail_all_the_same(guild: Guild) -> None:
    anna = await guild.member()
    await fan_out(guild, await told(guild, [anna], notice=Notice("Hej", "Hi", "", "")))
    (mail,) = await guild.mails(anna.email)
    assert "None" not in mail.text


async def test_removing_a_notification_or_a_device_takes_its_pushes_along(guild: Guild) -> None:
    anna = await guild.member()
    await phone(anna, "phone")
    tablet = await phone(anna, "tablet")
    await fan_out(guild, await told(guild, [anna], PUSHED))
    await anna.delete(f"/push/devices/{tablet['id']}")
    assert len(await waiting(guild)) == 1
    await anna.delete(f"/notifications/{(await ids_of(guild, anna))[0]}")
    assert await waiting(guild) == []


async def test_what_is_removed_while_it_is_fanned_out_is_no_failure(guild: Guild) -> None:
    """Found, and not there any more for the foreign key: nobody was pushed to until the job was tried again."""
    people = await guild.members(*["Anna"] * 4)
    for number in range(6):
        mine = [await phone(person, f"{person.id} {number}".replace(" ", "-")) for person in people]
        notice_id = await told(guild, people, PUSHED)
        told_of = [(await ids_of(guild, person))[-1] for person in people]
        removals = [
            people[0].delete(f"/push/devices/{mine[0]['id']}"),
            people[1].delete(f"/notifications/{told_of[1]}"),
        ]
        fanning = asyncio.create_task(fan_out(guild, notice_id))
        answers = await asyncio.gather(*removals)
        await fanning
        assert [answer.status_code for answer in answers] == [204, 204]
        left = {push.device_id for push in await waiting(guild) if push.notification_id in told_of[2:]}
        assert left >= {mine[2]["id"], mine[3]["id"]}


async def test_a_kind_that_went_meanwhile_is_told_to_nobody_and_fails_nothing(guild: Guild) -> None:
    anna = await guild.member()
    await phone(anna)
    notice_id = await told(guild, [anna])
    async with guild.session() as session:
        await session.execute(text("UPDATE notices SET kind = 'tests.gone'"))
    await fan_out(guild, notice_id)
    assert (await waiting(guild), await push_jobs(guild), await guild.mails(anna.email)) == ([], [], [])
    async with guild.session() as session:
        assert await session.scalar(text("SELECT fanned_out_at FROM notices"))


async def test_a_device_whose_session_has_expired_is_not_pushed_to(guild: Guild) -> None:
    anna = await guild.member()
    await phone(anna)
    async with guild.session() as session:
        await session.execute(text("UPDATE refresh_sessions SET expires_at = now() - interval '1 minute'"))
    await fan_out(guild, await told(guild, [anna], PUSHED))
    assert await waiting(guild) == []


async def test_a_notice_of_yesterday_is_still_due_now(guild: Guild) -> None:
    anna = await guild.member()
    await phone(anna)
    with clock.stopped(NIGHT - timedelta(days=1)):
        notice_id = await told(guild, [anna])
    with clock.stopped(NIGHT):
        await fan_out(guild, notice_id)
    assert [push.due_at for push in await waiting(guild)] == [NIGHT]


async def test_pushes_whose_job_is_gone_are_forgotten_and_the_others_wait(guild: Guild) -> None:
    """Somebody called the job off, and what it was to push stayed for ever."""
    anna = await guild.member()
    await phone(anna)
    for days in (3, 1):
        with clock.stopped(NIGHT - timedelta(days=days)):
            await fan_out(guild, await told(guild, [anna]))
    with clock.stopped(NIGHT):
        async with guild.session() as session:
            await jobs.prune(session)
    assert [push.due_at for push in await waiting(guild)] == [NIGHT - timedelta(days=1)]
