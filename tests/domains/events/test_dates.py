"""Events in calendars: the guild's, and one's own."""

from tests import ics
from tests.domains.events.happenings import DAY, HOUR, STARTS, TODAY, arranged, change
from tests.domains.events.test_queue import sign_off, sign_up
from tests.guild import Guild, Person


async def own(person: Person) -> list[ics.Component]:
    """What stands in the person's own calendar, in English."""
    made = await person.post("/calendar/me", json={"language": "en"})
    feed = made.json()["url"].removeprefix("http://localhost:8000")
    return ics.read((await person.get(feed)).content).events


async def shown(guild: Guild, **wanted: int) -> list[ics.Component]:
    """What stands in the guild's calendar, in English."""
    stranger = await guild.client()
    answer = await stranger.get("/calendar/public.ics", params={"lang": "en", **wanted})
    return ics.read(answer.content).events


async def test_everybody_sees_events_in_the_guilds_calendar_and_can_narrow_it(guild: Guild) -> None:
    manager, tagger = await guild.holder("manage:Event"), await guild.holder("manage:Tags")
    event, other = await arranged(guild, manager), await arranged(guild, manager, title_en="Lecture")
    tag = (await tagger.post("/tags/", json={"name": "Sittning"})).json()["id"]
    await manager.post("/events/add-tag", json={"event_id": event["id"], "tag_id": tag})
    assert {one.text("SUMMARY") for one in await shown(guild)} == {"Spring sitting", "Lecture"}
    assert [one.text("SUMMARY") for one in await shown(guild, council=other["council_id"])] == ["Lecture"]
    (one,) = await shown(guild, tag=tag)
    assert one.text("UID") == f"event-{event['id']}@localhost"
    assert (ics.time_of(one.one("DTSTART")), ics.lasts(one)) == (STARTS, 8 * HOUR)
    assert (one.text("LOCATION"), one.one("CATEGORIES").value) == ("Gasque", "Sittning")


async def test_an_event_that_was_removed_is_cancelled_with_a_higher_sequence(guild: Guild) -> None:
    manager, anna = await guild.holder("manage:Event"), await guild.member()
    event = await change(manager, await arranged(guild, manager), location="Hilbert")
    await sign_up(anna, event)
    ((held,), (mine,)) = await shown(guild), await own(anna)
    await manager.delete(f"/events/{event['id']}")
    for before, after in ((held, await shown(guild)), (mine, await own(anna))):
        (gone,) = after
        assert (gone.text("UID"), gone.text("STATUS")) == (before.text("UID"), "CANCELLED")
        assert int(gone.text("SEQUENCE")) > int(before.text("SEQUENCE"))


async def test_ones_own_calendar_says_how_one_stands_and_moves_with_the_queue(guild: Guild) -> None:
    manager, people = await guild.holder("manage:Event"), await guild.members(*"ABC")
    event = await arranged(guild, manager, places_at_once=True, max_event_users=1)
    for person in people:
        await sign_up(person, event)
    stands = [(one.text("STATUS"), one.text("DESCRIPTION")) for person in people for one in await own(person)]
    assert [status for status, _ in stands] == ["CONFIRMED", "TENTATIVE", "TENTATIVE"]
    assert ["have a place" in stands[0][1], "number 1" in stands[1][1], "number 2" in stands[2][1]] == [True] * 3
    (before,) = await own(people[1])
    await sign_off(people[0], event)
    (after,) = await own(people[1])
    assert after.text("STATUS") == "CONFIRMED"
    assert int(after.text("SEQUENCE")) > int(before.text("SEQUENCE"))
    assert await own(people[0]) == []


async def test_a_sign_up_is_tentative_until_places_are_published(guild: Guild) -> None:
    manager, anna = await guild.holder("manage:Event"), await guild.member()
    event = await arranged(guild, manager, signup_end=TODAY + HOUR)
    await sign_up(anna, event)
    (one,) = await own(anna)
    assert (one.text("STATUS"), "signed up" in one.text("DESCRIPTION")) == ("TENTATIVE", True)
    assert (await manager.patch(f"/events/confirmed/{event['id']}")).status_code == 200
    (one,) = await own(anna)
    assert one.text("STATUS") == "CONFIRMED"


async def test_sign_up_that_opens_for_what_one_follows_stands_in_ones_calendar(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    anna, bo = await guild.members("Anna", "Bo")
    event = await arranged(guild, manager, signup_start=TODAY + DAY)
    await anna.put(f"/follows/councils/{event['council_id']}")
    (one,) = await own(anna)
    assert (one.text("SUMMARY"), ics.time_of(one.one("DTSTART"))) == ("Sign-up opens: Spring sitting", TODAY + DAY)
    assert await own(bo) == []
