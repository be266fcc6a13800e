"""The inbox: one's own things only, newest first, in few statements."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from guildhall.core import clock
from guildhall.shared.notifications import jobs
from guildhall.shared.notifications.models import NoticeRow
from guildhall.shared.notifications.service import Notice
from tests.guild import Guild, Person, code
from tests.shared.notifications.telling import ALL, SITE, SOFA, ids_of, inbox, told

NOON = datetime(2027, 2, 1, 11, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
A_THOUSAND = """
WITH told AS (
    INSERT INTO notices (kind, title_sv, title_en, body_sv, body_en, created_at)
    SELECT 'tests.all', 'sv ' || n, 'en ' || n, '', '', now() FROM generate_series(1, 1000) AS n RETURNING id
) INSERT INTO notifications (notice_id, user_id) SELECT id, :user FROM told ORDER BY id
"""


async def one_told(guild: Guild, name: str = "Anna") -> tuple[Person, str]:
    """Somebody who was told of the sofa, and the path of it."""
    person = await guild.member(name)
    await told(guild, [person])
    return person, f"/notifications/{(await ids_of(guild, person))[-1]}"


async def test_a_notification_says_what_was_told_when_and_where_it_leads(guild: Guild) -> None:
    with clock.stopped(NOON):
        anna, path = await one_told(guild)
        assert await inbox(anna) == {
            "unread": 1,
            "total": 1,
            "notifications": [
                {
                    "id": int(path.rpartition("/")[2]),
                    "kind": "tests.all",
                    "title_sv": "Soffan är tillbaka",
                    "title_en": "The sofa is back",
                    "body_sv": "Den har fått nytt tyg",
                    "body_en": "It has new fabric",
                    "link": f"{SITE}/sofa",
                    "target": {"type": "sofa", "id": 7},
                    "created_at": "2027-02-01T11:00:00Z",
                    "read_at": None,
                    "visited_at": None,
                }
            ],
        }


async def test_a_notice_may_lead_nowhere(guild: Guild) -> None:
    anna = await guild.member()
    await told(guild, [anna], notice=Notice("a", "b", "c", "d"))
    (one,) = (await inbox(anna))["notifications"]
    assert (one["link"], one["target"]) == (None, None)


async def test_the_inbox_has_pages_the_newest_first(guild: Guild) -> None:
    anna = await guild.member()
    async with guild.session() as session:
        await session.execute(text(A_THOUSAND), {"user": anna.id})
    first, second, last = [await inbox(anna, **page) for page in ({}, {"offset": 20}, {"limit": 100, "offset": 950})]
    assert [one["title_sv"] for one in first["notifications"]] == [f"sv {n}" for n in range(1000, 980, -1)]
    assert [one["title_sv"] for one in second["notifications"]] == [f"sv {n}" for n in range(980, 960, -1)]
    assert [one["title_sv"] for one in last["notifications"]] == [f"sv {n}" for n in range(50, 0, -1)]
    assert {(page["unread"], page["total"]) for page in (first, second, last)} == {(1000, 1000)}


async def test_a_full_inbox_takes_two_statements_besides_asking_who_it_is(guild: Guild) -> None:
    anna = await guild.member()
    for many in range(2):
        with guild.statements() as statements:
            await inbox(anna, limit=100)
        assert len(statements) == 3
        if not many:
            async with guild.session() as session:
                await session.execute(text(A_THOUSAND), {"user": anna.id})


async def test_only_what_is_unread_or_only_what_is_read(guild: Guild) -> None:
    anna, path = await one_told(guild)
    await anna.patch(path, json={"read": True})
    await told(guild, [anna], notice=Notice("Ny", "New", "", ""))
    unread, read = await inbox(anna, unread="true"), await inbox(anna, unread="false")
    assert [one["title_sv"] for one in unread["notifications"]] == ["Ny"]
    assert [one["title_sv"] for one in read["notifications"]] == [SOFA.title_sv]
    assert (unread["unread"], unread["total"], read["unread"], read["total"]) == (1, 1, 1, 1)


MARKS: list[tuple[dict[str, Any], bool, bool]] = [
    ({"read": True}, True, False),
    ({"visited": True}, True, True),
    ({"read": True, "visited": True}, True, True),
    ({"visited": False}, False, False),
    ({"read": None, "visited": None}, False, False),
    ({}, False, False),
]


@pytest.mark.parametrize(("body", "is_read", "is_visited"), MARKS)
async def test_what_is_visited_has_been_read(
    guild: Guild, body: dict[str, Any], is_read: bool, is_visited: bool
) -> None:
    with clock.stopped(NOON):
        anna, path = await one_told(guild)
        answer = (await anna.patch(path, json=body)).json()
    assert answer["read_at"] == ("2027-02-01T11:00:00Z" if is_read else None)
    assert answer["visited_at"] == ("2027-02-01T11:00:00Z" if is_visited else None)
    (listed,) = (await inbox(anna))["notifications"]
    assert answer == listed


async def test_it_is_kept_when_it_was_first_read_and_can_be_unread_again(guild: Guild) -> None:
    with clock.stopped(NOON):
        anna, path = await one_told(guild)
        first = (await anna.patch(path, json={"visited": True})).json()
    with clock.stopped(LATER):
        again = (await anna.patch(path, json={"read": True, "visited": True})).json()
        unread = (await anna.patch(path, json={"read": False})).json()
    assert again == first
    assert (unread["read_at"], unread["visited_at"]) == (None, None)
    assert (await inbox(anna))["unread"] == 1


async def test_nothing_is_visited_and_unread(guild: Guild) -> None:
    anna, path = await one_told(guild)
    assert code(await anna.patch(path, json={"read": False, "visited": True})) == (400, "visited_is_read")


async def test_everything_is_read_at_once_and_only_ones_own(guild: Guild) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    for _ in range(3):
        await told(guild, [anna, bo])
    assert (await anna.post("/notifications/read-all")).status_code == 204
    assert [(await inbox(person))["unread"] for person in (anna, bo)] == [0, 3]


async def test_what_is_removed_is_gone_for_one_and_stays_for_another(guild: Guild) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    await told(guild, [anna, bo])
    path = f"/notifications/{(await ids_of(guild, anna))[0]}"
    assert (await anna.delete(path)).status_code == 204
    assert code(await anna.delete(path)) == (404, "notification_not_found")
    assert [(await inbox(person))["total"] for person in (anna, bo)] == [0, 1]


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_somebody_elses_notification_is_not_there(guild: Guild, method: str) -> None:
    _, path = await one_told(guild)
    nosy = await guild.holder("super:User", "super:Permission")
    for there in (path, "/notifications/999999", "/notifications/-1"):
        assert code(await nosy.request(method, there, json={})) == (404, "notification_not_found")


ROUTES = [
    ("GET", "/notifications"),
    ("PATCH", "/notifications/1"),
    ("DELETE", "/notifications/1"),
    ("POST", "/notifications/read-all"),
    ("GET", "/notifications/preferences"),
    ("PATCH", "/notifications/preferences"),
    ("GET", "/notifications/stream"),
    ("GET", "/push/devices"),
    ("PUT", "/push/devices"),
    ("DELETE", "/push/devices"),
    ("DELETE", "/push/devices/1"),
    ("POST", "/api/push_devices"),
    ("DELETE", "/api/push_devices"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_whose_address_is_not_verified_is_nobody_here(guild: Guild, method: str, path: str) -> None:
    for person in (await guild.client(), await guild.member(is_verified=False)):
        assert code(await person.request(method, path, json={})) == (401, "not_authenticated")


async def test_who_is_no_member_any_more_reads_what_they_were_told(guild: Guild) -> None:
    gustav = await guild.user()
    await told(guild, [gustav])
    assert (await inbox(gustav))["unread"] == 1


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/notifications?limit=101", None),
        ("GET", "/notifications?offset=-1", None),
        ("GET", "/notifications?unread=maybe", None),
        ("PATCH", "/notifications/nonsense", {}),
        ("PATCH", f"/notifications/{2**31}", {}),
        ("PATCH", "/notifications/1", {"read": "perhaps"}),
        ("DELETE", "/notifications/%00", None),
    ],
)
async def test_what_does_not_fit_is_422(guild: Guild, method: str, path: str, body: Any) -> None:
    anna = await guild.member()
    assert code(await anna.request(method, path, json=body)) == (422, "invalid_input")


async def test_what_was_read_long_ago_is_forgotten_and_what_is_unread_is_not(guild: Guild) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    with clock.stopped(NOON - timedelta(days=100)):
        await told(guild, [anna])
        await told(guild, [anna, bo])
        await anna.post("/notifications/read-all")
    with clock.stopped(NOON - timedelta(days=80)):
        await told(guild, [anna])
        await anna.post("/notifications/read-all")
    with clock.stopped(NOON):
        async with guild.session() as session:
            await jobs.prune(session)
    assert [(await inbox(person))["total"] for person in (anna, bo)] == [1, 1]
    async with guild.session() as session:
        assert len((await session.scalars(select(NoticeRow.id))).all()) == 2
    assert ALL.name == (await inbox(bo))["notifications"][0]["kind"]
