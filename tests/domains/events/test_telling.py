"""What members are told of an event: that sign-up opens and closes, that it starts, is moved, or cancelled."""

from datetime import datetime
from typing import Any

from sqlalchemy import text

from guildhall.core import clock
from guildhall.domains.events import jobs
from guildhall.domains.events.service.telling import What
from tests.domains.events.happenings import CLOSES, DAY, HOUR, OPENS, STARTS, TODAY, arranged, change
from tests.domains.events.test_queue import sign_up
from tests.guild import Guild, Person, code


async def waiting(guild: Guild, event: dict[str, Any]) -> dict[str, datetime]:
    """What is to be told of the event, and when."""
    jobs_of = "SELECT args, scheduled_at FROM procrastinate_jobs WHERE task_name = 'events.tell' AND status = 'todo'"
    async with guild.session() as session:
        found = await session.execute(text(jobs_of))
        return {args["what"]: at for args, at in found if args["event_id"] == event["id"]}


async def tell(guild: Guild, event: dict[str, Any], what: What, at: datetime) -> None:
    with clock.stopped(at):
        async with guild.session() as session:
            await jobs.tell(session, event["id"], what)


async def titles(person: Person, kind: str) -> list[str]:
    """What the person was told of this kind, the newest first."""
    told = (await person.get("/notifications")).json()["notifications"]
    return [one["title_en"] for one in told if one["kind"] == kind]


async def test_everything_that_is_to_be_told_waits_for_its_moment_and_moves_with_it(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    event = await arranged(guild, manager, signup_start=TODAY + HOUR)
    assert await waiting(guild, event) == {
        "opens": TODAY + HOUR,
        "closes": CLOSES - 12 * HOUR,
        "starts": STARTS - 3 * HOUR,
    }
    await change(manager, event, signup_start=TODAY + 2 * HOUR, starts_at=STARTS - HOUR, reminder_hours=5)
    assert await waiting(guild, event) == {
        "opens": TODAY + 2 * HOUR,
        "closes": CLOSES - 12 * HOUR,
        "starts": STARTS - 6 * HOUR,
    }
    await change(manager, event, can_signup=False, reminder_hours=None)
    assert await waiting(guild, event) == {}


async def test_nothing_waits_for_an_event_that_was_removed(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    event = await arranged(guild, manager)
    await manager.delete(f"/events/{event['id']}")
    assert await waiting(guild, event) == {}
    await tell(guild, event, "starts", STARTS - HOUR)  # one that ran already finds nothing


async def test_followers_of_a_tag_or_the_council_hear_once_that_sign_up_opens(guild: Guild) -> None:
    manager, tagger = await guild.holder("manage:Event"), await guild.holder("manage:Tags")
    anna, bo, cilla = await guild.members("Anna", "Bo", "Cilla")
    event = await arranged(guild, manager, signup_start=TODAY + HOUR)
    tag = (await tagger.post("/tags/", json={"name": "Sittning"})).json()["id"]
    await manager.post("/events/add-tag", json={"event_id": event["id"], "tag_id": tag})
    assert (await anna.put(f"/follows/tags/{tag}")).status_code == 204
    assert (await anna.put(f"/follows/councils/{event['council_id']}")).status_code == 204
    assert (await bo.put(f"/follows/councils/{event['council_id']}")).status_code == 204
    for _ in range(2):
        await tell(guild, event, "opens", TODAY + HOUR)
    expected = ["Sign-up for Spring sitting is open"]
    assert [await titles(person, "events.opens") for person in (anna, bo, cilla)] == [expected, expected, []]


async def test_sign_up_that_moved_away_is_not_told_as_open(guild: Guild) -> None:
    manager, anna = await guild.holder("manage:Event"), await guild.member()
    event = await arranged(guild, manager, signup_start=TODAY + HOUR)
    await anna.put(f"/follows/councils/{event['council_id']}")
    await change(manager, event, signup_start=TODAY + 3 * HOUR)
    await tell(guild, event, "opens", TODAY + HOUR)
    assert await titles(anna, "events.opens") == []
    await tell(guild, event, "opens", TODAY + 3 * HOUR)
    assert len(await titles(anna, "events.opens")) == 1


async def test_an_event_that_is_open_from_the_beginning_is_news_at_once(guild: Guild) -> None:
    event = await arranged(guild, await guild.holder("manage:Event"), signup_start=OPENS)
    assert (await waiting(guild, event))["opens"] == TODAY


async def test_who_asks_for_it_and_is_not_in_hears_that_sign_up_closes_while_there_are_places(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    anna, bo, cilla = await guild.members("Anna", "Bo", "Cilla")
    event = await arranged(guild, manager, max_event_users=2)
    for person in (anna, bo, cilla):
        await person.put(f"/follows/councils/{event['council_id']}")
    for person in (anna, bo):
        await person.patch("/notifications/preferences", json={"kinds": {"events.closes": {"inbox": True}}})
    await sign_up(anna, event)
    await tell(guild, event, "closes", CLOSES - 12 * HOUR)
    told = [await titles(person, "events.closes") for person in (anna, bo, cilla)]
    assert told == [[], ["Sign-up for Spring sitting closes soon"], []]


async def test_a_full_event_does_not_call_for_more(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    anna, bo = await guild.members("Anna", "Bo")
    event = await arranged(guild, manager, max_event_users=1)
    await bo.put(f"/follows/councils/{event['council_id']}")
    await bo.patch("/notifications/preferences", json={"kinds": {"events.closes": {"inbox": True}}})
    await sign_up(anna, event)
    await tell(guild, event, "closes", CLOSES - 12 * HOUR)
    assert await titles(bo, "events.closes") == []


async def test_those_with_a_place_are_reminded_once_with_the_organisers_note(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    anna, bo = await guild.members("Anna", "Bo")
    event = await arranged(guild, manager, places_at_once=True, max_event_users=1, note_en="Bring a fork.")
    for person in (anna, bo):
        await sign_up(person, event)
    for _ in range(2):
        await tell(guild, event, "starts", STARTS - 3 * HOUR)
    (told,) = [
        one for one in (await anna.get("/notifications")).json()["notifications"] if one["kind"] == "events.starts"
    ]
    assert (told["title_sv"], told["body_en"]) == (
        "Vårsittning börjar snart",
        "2027-03-06 18:00, Gasque\n\nBring a fork.",
    )
    assert await titles(bo, "events.starts") == []


async def test_before_places_are_published_everybody_is_reminded(guild: Guild) -> None:
    anna = await guild.member()
    event = await arranged(guild, await guild.holder("manage:Event"))
    await sign_up(anna, event)
    await tell(guild, event, "starts", STARTS - 4 * HOUR)  # too early
    assert await titles(anna, "events.starts") == []
    await tell(guild, event, "starts", STARTS - 3 * HOUR)
    assert await titles(anna, "events.starts") == ["Spring sitting starts soon"]


async def test_everybody_who_signed_up_hears_that_the_event_is_moved_and_nobody_of_small_changes(guild: Guild) -> None:
    manager, anna = await guild.holder("manage:Event"), await guild.member()
    event = await arranged(guild, manager)
    await sign_up(anna, event)
    await change(manager, event, title_en="Sitting of spring", dress_code="Frack")
    assert await titles(anna, "events.moved") == []
    await change(manager, event, starts_at=STARTS + HOUR)
    await change(manager, event, location="Hilbert")
    assert await titles(anna, "events.moved") == ["Sitting of spring has been moved"] * 2


async def test_a_cancelled_event_is_told_and_one_that_is_over_is_not(guild: Guild) -> None:
    manager, anna = await guild.holder("manage:Event"), await guild.member()
    event, over = await arranged(guild, manager), await arranged(guild, manager, title_en="Of old")
    for one in (event, over):
        await sign_up(anna, one)
    await manager.delete(f"/events/{event['id']}")
    with clock.stopped(STARTS + DAY):
        await manager.delete(f"/events/{over['id']}")
    assert await titles(anna, "events.moved") == ["Spring sitting is cancelled"]


async def test_cancelled_events_are_forgotten_after_ninety_days(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    event = await arranged(guild, manager)
    await manager.delete(f"/events/{event['id']}")
    kept = [await _kept(guild, TODAY + days * DAY, event) for days in (89, 91)]
    assert kept == [True, False]


async def _kept(guild: Guild, at: datetime, event: dict[str, Any]) -> bool:
    with clock.stopped(at):
        async with guild.session() as session:
            await jobs.prune(session)
            found = text("SELECT count(*) FROM cancelled_events WHERE event_id = :id")
            return await session.scalar(found, {"id": event["id"]}) == 1


async def test_what_one_follows_is_listed_and_can_be_left(guild: Guild) -> None:
    anna, council = await guild.member(), await guild.council("Sexmästeriet")
    tag = (await (await guild.holder("manage:Tags")).post("/tags/", json={"name": "Gasque"})).json()["id"]
    for _ in range(2):  # again is the same
        assert (await anna.put(f"/follows/tags/{tag}")).status_code == 204
        assert (await anna.put(f"/follows/councils/{council}")).status_code == 204
    assert (await anna.get("/follows/me")).json() == {
        "tags": [{"id": tag, "name": "Gasque"}],
        "councils": [{"id": council, "name_sv": "Sexmästeriet", "name_en": "Sexmästeriet in English"}],
    }
    for _ in range(2):
        assert (await anna.delete(f"/follows/tags/{tag}")).status_code == 204
        assert (await anna.delete(f"/follows/councils/{council}")).status_code == 204
    assert (await anna.get("/follows/me")).json() == {"tags": [], "councils": []}


async def test_one_follows_only_what_there_is_and_only_as_a_member(guild: Guild) -> None:
    anna, gustav, stranger = await guild.member(), await guild.user(), await guild.client()
    assert (await anna.put("/follows/tags/99999")).status_code == 404
    assert (await anna.put("/follows/councils/99999")).status_code == 404
    assert (await anna.put("/follows/tags/tag")).status_code == 422
    for path in ("/follows/tags/1", "/follows/councils/1"):
        assert code(await gustav.put(path)) == (403, "not_member")
        assert (await stranger.put(path)).status_code == (await stranger.delete(path)).status_code == 401
    assert (await stranger.get("/follows/me")).status_code == 401
