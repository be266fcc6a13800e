"""Telling members: in the transaction that causes it, in a handful of statements, and nobody who does not want to."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select, text

from guildhall.core import manifest
from guildhall.core.manifest import NoticeKind
from guildhall.domains.cars.errors import CarTaken
from guildhall.shared.notifications.models import NoticeRow, Notification
from guildhall.shared.notifications.service import Notice, notify
from guildhall.shared.users.models import User
from tests.guild import Guild, Person
from tests.shared.notifications.telling import ALL, NONE, PUSHED, SOFA, deactivate, inbox, prefers, told

JOBS = text("SELECT task_name, args FROM procrastinate_jobs")
A_CROWD = """
INSERT INTO users (email, hashed_password, is_verified, is_member, first_name, last_name, telephone_number,
    start_year, account_created)
SELECT 'crowd' || n || '@example.com', '', true, true, 'Crowd', 'Number ' || n, 'tel:+46-70-174-06-05', 2025, now()
FROM generate_series(1, 500) AS n
"""


async def left(guild: Guild) -> tuple[int, int, list[Any]]:
    """How many notices and notifications there are, and which jobs wait."""
    async with guild.session() as session:
        notices = (await session.scalars(select(NoticeRow))).all()
        notifications = (await session.scalars(select(Notification))).all()
        return len(notices), len(notifications), [tuple(row) for row in await session.execute(JOBS)]


async def test_who_is_told_finds_it_in_the_inbox_and_nobody_else_does(guild: Guild) -> None:
    anna, bo, cecilia = await guild.members("Anna", "Bo", "Cecilia")
    await told(guild, [anna, bo])
    for person in (anna, bo):
        assert [one["title_sv"] for one in (await inbox(person))["notifications"]] == ["Soffan är tillbaka"]
    assert (await inbox(cecilia))["notifications"] == []


async def test_a_notice_goes_with_the_transaction_that_caused_it(guild: Guild) -> None:
    anna = await guild.member()
    for error in (CarTaken, ValueError):
        with pytest.raises(error):
            async with guild.session() as session:
                await notify(session, ALL.name, [anna.id], SOFA)
                raise error
    assert await left(guild) == (0, 0, [])


async def test_one_job_fans_it_out_however_many_are_told(guild: Guild) -> None:
    people = await guild.members("Anna", "Bo", "Cecilia")
    notice_id = await told(guild, people)
    assert await left(guild) == (1, 3, [("notifications.fan_out", {"notice_id": notice_id})])


async def test_telling_five_hundred_takes_as_many_statements_as_telling_one(guild: Guild) -> None:
    anna = await guild.member()
    async with guild.session() as session:
        await session.execute(text(A_CROWD))
    counts: list[int] = []
    for to in ([anna.id], select(User.id).where(User.is_member), select(User.id).where(User.id == anna.id)):
        async with guild.session() as session:
            with guild.statements() as statements:
                await notify(session, ALL.name, to, SOFA)
            counts.append(len(statements))
    assert counts == [4, 4, 4]
    assert (await left(guild))[:2] == (3, 503)


async def test_nobody_is_told_twice_of_one_notice(guild: Guild) -> None:
    anna = await guild.member()
    await told(guild, [anna, anna, anna])
    assert (await left(guild))[1] == 1


async def test_a_kind_that_nobody_declares_cannot_be_told_of(guild: Guild) -> None:
    anna = await guild.member()
    async with guild.session() as session:
        with pytest.raises(KeyError):
            await notify(session, "tests.nobodys", [anna.id], SOFA)


def test_the_kinds_that_domains_declare_are_known() -> None:
    assert manifest.notice_kinds["tests.all"] is ALL
    assert manifest.notice_kinds["guild.message"].on == {"inbox", "push"}


async def test_who_was_deactivated_is_not_told(guild: Guild) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    await deactivate(guild, bo)
    await told(guild, [anna, bo])
    async with guild.session() as session:
        assert list(await session.scalars(select(Notification.user_id))) == [anna.id]


async def test_telling_nobody_leaves_nothing(guild: Guild) -> None:
    bo = await guild.member("Bo")
    await deactivate(guild, bo)
    everybody_called_so = select(User.id).where(User.first_name == "Nobody")
    for to in ([], [bo], everybody_called_so):
        await told(guild, to)
    assert await left(guild) == (0, 0, [])


WISHES: list[tuple[NoticeKind, dict[str, bool | None], int]] = [
    (ALL, {}, 1),
    (ALL, {"inbox": False}, 1),  # what is pushed or mailed is found in the inbox
    (ALL, {"inbox": False, "push": False}, 1),
    (ALL, {"inbox": False, "push": False, "mail": False}, 0),
    (NONE, {}, 0),
    (NONE, {"mail": True}, 1),
    (NONE, {"inbox": True}, 1),
    (PUSHED, {"inbox": False}, 1),
    (PUSHED, {"inbox": False, "push": False}, 0),
    (PUSHED, {"inbox": False, "push": None}, 1),
]


@pytest.mark.parametrize(("kind", "channels", "many"), WISHES)
async def test_who_wants_a_kind_by_no_channel_is_not_told_at_all(
    guild: Guild, kind: NoticeKind, channels: dict[str, bool | None], many: int
) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    await prefers(anna, kind, **channels)
    await told(guild, [anna, bo], kind)
    assert len((await inbox(anna))["notifications"]) == many
    assert len((await inbox(bo))["notifications"]) == int(bool(kind.on))


async def test_a_master_switch_that_is_off_keeps_the_inbox(guild: Guild) -> None:
    anna = await guild.member(want_notifications=False)
    await told(guild, [anna])
    assert (await inbox(anna))["unread"] == 1


async def test_titles_are_one_line_and_nothing_is_too_long(guild: Guild) -> None:
    anna = await guild.member()
    await told(guild, [anna], notice=Notice("En\r\n rad", "x" * 300, " text\n\nmer ", "y" * 3000))
    (one,) = (await inbox(anna))["notifications"]
    assert (one["title_sv"], one["body_sv"]) == ("En rad", "text\n\nmer")
    assert one["title_en"] == "x" * 199 + "…"
    assert one["body_en"] == "y" * 1999 + "…"


@pytest.mark.parametrize("link", ["https://evil.example/", "//evil.example", "car", "", "javascript:alert(1)"])
def test_a_link_leads_nowhere_but_to_the_site(link: str) -> None:
    with pytest.raises(ValueError, match="not a path"):
        Notice("a", "b", "c", "d", link=link)


async def test_somebody_deleted_meanwhile_is_not_told_and_never_an_error(guild: Guild) -> None:
    """Found by the SELECT, not there any more for the foreign key: the booking that told them failed."""
    killer = await guild.holder("super:User")
    for _ in range(8):
        anna, gustav = await guild.member(), await guild.user()

        async def tell(anna: Person = anna, gustav: Person = gustav) -> None:
            async with guild.session() as session:
                await notify(session, ALL.name, [anna.id, gustav.id], SOFA)

        _, answer = await asyncio.gather(tell(), killer.delete(f"/users/admin/{gustav.id}"))
        assert answer.status_code == 204
        assert (await inbox(anna))["unread"] == 1


async def test_what_somebody_was_told_goes_with_them(guild: Guild) -> None:
    gustav = await guild.user()
    await told(guild, [gustav])
    assert (await (await guild.holder("super:User")).delete(f"/users/admin/{gustav.id}")).status_code == 204
    assert (await left(guild))[:2] == (1, 0)
