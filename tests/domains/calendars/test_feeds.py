"""Feeds of members: a calendar of one's own, at an address that is the key to it."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text, update

from guildhall.core import clock
from guildhall.domains.calendars.models import CalendarFeed
from guildhall.shared.users.models import User
from tests import ics
from tests.domains.calendars.entries import TODAY, Diary, entry, fetched, made_feed
from tests.guild import Guild, code, configured

NOTHING = {"exists": False, "language": None, "created_at": None, "last_fetched_at": None}
NOBODYS = f"/calendar/{'a' * 43}.ics"
HOUR = timedelta(hours=1)


async def test_a_member_makes_a_feed_and_a_calendar_program_follows_it(guild: Guild, diary: Diary) -> None:
    anna = await guild.member("Anna")
    diary.of[anna.id] = [entry(4)]
    answer = await fetched(guild, await made_feed(anna, language="sv"))
    assert answer.status_code == 200
    calendar = ics.read(answer.content)
    assert (calendar.titles, calendar.text("NAME")) == (["Sittning"], "F-sektionen: min kalender")
    assert diary.since == [TODAY - timedelta(days=365)]
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["x-robots-tag"] == "noindex"


async def test_a_feed_holds_only_what_is_ones_own(guild: Guild, diary: Diary) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    diary.of = {anna.id: [entry(1)], bo.id: [entry(2)]}
    diary.entries = [entry(3)]
    mine = ics.read((await fetched(guild, await made_feed(bo))).content)
    assert [event.text("UID").split("@")[0] for event in mine.events] == ["event-2"]


async def test_the_address_is_told_once_and_only_its_hash_is_kept(guild: Guild, diary: Diary) -> None:
    anna = await guild.member()
    made = (await anna.post("/calendar/me", json={"language": "en"})).json()
    token = made["url"].removeprefix("http://localhost:8000/calendar/").removesuffix(".ics")
    assert len(token) == 43
    assert made == {"url": made["url"], "language": "en", "created_at": "2027-02-01T11:00:00Z"}
    told = await anna.get("/calendar/me")
    assert told.json() == NOTHING | {"exists": True, "language": "en", "created_at": made["created_at"]}
    async with guild.session() as session:
        row = (await session.execute(text("SELECT calendar_feeds::text FROM calendar_feeds"))).scalar_one()
    assert token not in row
    assert token.encode().hex() not in row


async def test_a_member_is_told_when_the_feed_was_fetched_last(guild: Guild, diary: Diary) -> None:
    anna = await guild.member()
    path = await made_feed(anna)
    for moment, known in ((TODAY, TODAY), (TODAY + HOUR / 2, TODAY), (TODAY + 2 * HOUR, TODAY + 2 * HOUR)):
        with clock.stopped(moment):
            await fetched(guild, path)
        told = (await anna.get("/calendar/me")).json()["last_fetched_at"]
        assert told == known.isoformat().replace("+00:00", "Z")


async def test_making_it_anew_ends_the_old_address(guild: Guild, diary: Diary) -> None:
    anna = await guild.member()
    old = await made_feed(anna)
    await fetched(guild, old)
    new = await made_feed(anna)
    assert code(await fetched(guild, old)) == (404, "calendar_not_found")
    assert (await anna.get("/calendar/me")).json()["last_fetched_at"] is None
    assert (await fetched(guild, new)).status_code == 200


async def test_many_who_make_the_same_feed_at_once_leave_one(guild: Guild, diary: Diary) -> None:
    anna = await guild.member()
    paths = await asyncio.gather(*(made_feed(anna) for _ in range(8)))
    found = [(await fetched(guild, path)).status_code for path in paths]
    assert sorted(found) == [200] + [404] * 7


async def test_a_feed_that_is_removed_is_gone(guild: Guild, diary: Diary) -> None:
    anna = await guild.member()
    path = await made_feed(anna)
    answer = await anna.delete("/calendar/me")
    assert (answer.status_code, answer.content) == (204, b"")
    assert code(await fetched(guild, path)) == (404, "calendar_not_found")
    assert (await anna.get("/calendar/me")).json() == NOTHING
    assert code(await anna.delete("/calendar/me")) == (404, "no_calendar_feed")


async def test_one_members_feed_is_none_of_anothers_business(guild: Guild, diary: Diary) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    path = await made_feed(anna)
    assert (await bo.get("/calendar/me")).json() == NOTHING
    assert code(await bo.delete("/calendar/me")) == (404, "no_calendar_feed")
    await made_feed(bo)
    assert (await fetched(guild, path)).status_code == 200


@pytest.mark.parametrize("column", ["is_active", "is_verified"])
async def test_a_feed_rests_while_the_account_does(guild: Guild, diary: Diary, column: str) -> None:
    anna = await guild.member()
    path = await made_feed(anna)
    for value, status in ((False, 404), (True, 200)):
        async with guild.session() as session:
            await session.execute(update(User).where(User.id == anna.id).values({column: value}))
        assert (await fetched(guild, path)).status_code == status


async def test_a_feed_goes_with_the_account(guild: Guild, diary: Diary) -> None:
    anna = await guild.member()
    path = await made_feed(anna)
    async with guild.session() as session:
        await session.execute(delete(User).where(User.id == anna.id))
        assert (await session.scalars(select(CalendarFeed))).all() == []
    assert (await fetched(guild, path)).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        NOBODYS,
        "/calendar/x.ics",
        "/calendar/me.ics",
        "/calendar/%00.ics",
        "/calendar/%C3%A5.ics",
        f"/calendar/{'a' * 5000}.ics",
        "/calendar/1.ics.ics",
    ],
)
async def test_a_key_that_opens_nothing_is_not_found(guild: Guild, diary: Diary, path: str) -> None:
    await made_feed(await guild.member())
    for answer in (await fetched(guild, path), await (await guild.client()).head(path)):
        assert answer.status_code == 404
    assert code(await fetched(guild, path)) == (404, "calendar_not_found")


async def test_a_session_opens_nobodys_feed(guild: Guild, diary: Diary) -> None:
    anna = await guild.member()
    await made_feed(anna)
    assert code(await anna.get(NOBODYS)) == (404, "calendar_not_found")


@pytest.mark.parametrize(
    ("account", "header", "wish", "language"),
    [
        (None, "", {}, "en"),
        (None, "sv", {}, "sv"),
        ("sv", "en", {}, "sv"),
        ("sv", "en", {"language": None}, "sv"),
        ("sv", "sv", {"language": "en"}, "en"),
    ],
)
async def test_a_feed_keeps_the_language_that_was_chosen_or_the_members_own(
    guild: Guild, diary: Diary, account: str | None, header: str, wish: dict[str, str | None], language: str
) -> None:
    anna = await guild.member(language=account)
    diary.of[anna.id] = [entry()]
    made = (await anna.post("/calendar/me", json=wish, headers={"Accept-Language": header})).json()
    assert made["language"] == language
    path = made["url"].removeprefix("http://localhost:8000")
    titles = {"sv": ["Sittning"], "en": ["Dinner"]}
    assert ics.read((await fetched(guild, path, **{"Accept-Language": "sv,en"})).content).titles == titles[language]
    for lang in ("sv", "en"):
        assert ics.read((await fetched(guild, f"{path}?lang={lang}")).content).titles == titles[lang]


async def test_a_feed_can_be_made_without_a_word(guild: Guild, diary: Diary) -> None:
    assert (await (await guild.member(language="sv")).post("/calendar/me")).json()["language"] == "sv"


async def test_the_address_is_the_one_that_everybody_reaches_us_at(guild: Guild, diary: Diary) -> None:
    with configured(public_url="https://api.example.org/"):
        made = (await (await guild.member()).post("/calendar/me")).json()
    assert made["url"].startswith("https://api.example.org/calendar/")


async def test_a_language_that_we_do_not_speak_is_422(guild: Guild, diary: Diary) -> None:
    anna = await guild.member()
    assert code(await anna.post("/calendar/me", json={"language": "de"})) == (422, "invalid_input")
    assert (await anna.get("/calendar/me")).json() == NOTHING


async def test_who_has_it_already_is_told_so(guild: Guild, diary: Diary) -> None:
    anna = await guild.member()
    diary.of[anna.id] = [entry()]
    path = await made_feed(anna)
    etag = (await fetched(guild, path)).headers["etag"]
    again = await fetched(guild, path, **{"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    head = await (await guild.client()).head(path)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", etag)
    diary.of[anna.id] = [entry(sequence=1)]
    assert (await fetched(guild, path, **{"If-None-Match": etag})).status_code == 200


async def test_a_feed_takes_few_statements_whatever_is_in_it(guild: Guild, diary: Diary) -> None:
    anna = await guild.member()
    path, client = await made_feed(anna), await guild.client()
    diary.of[anna.id] = [entry(number) for number in range(100)]
    for many in (3, 2):  # the first time in an hour it is noted
        with guild.statements() as statements:
            assert len(ics.read((await client.get(path)).content).events) == 100
        assert len(statements) == many


@pytest.mark.parametrize("method", ["get", "post", "delete"])
async def test_a_feed_is_for_those_who_have_a_verified_account(guild: Guild, diary: Diary, method: str) -> None:
    nobody, unverified = await guild.client(), await guild.member(is_verified=False)
    for client in (nobody, unverified.client):
        answer = await client.request(method.upper(), "/calendar/me")
        assert code(answer) == (401, "not_authenticated")
    gustav = await guild.user()  # who is no member, and may have been one
    await made_feed(gustav)
    assert (await gustav.request(method.upper(), "/calendar/me")).is_success


async def test_making_feeds_without_end_is_too_often(guild: Guild, diary: Diary) -> None:
    anna = await guild.member()
    with configured(rate_limit_auth="2/5 minutes"):
        made = [(await anna.post("/calendar/me")).status_code for _ in range(3)]
    assert made == [200, 200, 429]
