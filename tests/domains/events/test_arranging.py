"""Making, changing and removing events."""

from datetime import timedelta
from typing import Any

import pytest

from tests.domains.events.happenings import CLOSES, DAY, HOUR, OPENS, STARTS, TODAY, arranged, change, sitting
from tests.guild import Guild, code

WIRE = """id council_id starts_at ends_at signup_start signup_end title_sv title_en description_sv description_en
council location max_event_users priorities all_day recurring food closed can_signup drink_package is_nollning_event
mentor_group_types allow_other_mentors alcohol_event_type dress_code price signup_count dot lottery
event_users_confirmed""".split()


async def test_an_event_is_answered_with_everything_that_the_wire_names(guild: Guild) -> None:
    manager, council = await guild.holder("manage:Event"), await guild.council("Sexmästeriet")
    event = await arranged(guild, manager, council_id=council, priorities=["Nolla", "Spindelman"])
    assert set(WIRE) <= set(event)
    assert event["council"] == {"id": council, "name_sv": "Sexmästeriet", "name_en": "Sexmästeriet in English"}
    assert event["priorities"] == [
        {"priority": "Nolla", "event_id": event["id"]},
        {"priority": "Spindelman", "event_id": event["id"]},
    ]
    assert (event["signup_count"], event["event_users_confirmed"], event["tags"]) == (0, False, [])
    assert event["starts_at"] == "2027-03-06T17:00:00Z"


async def test_everybody_reads_events_in_the_order_in_which_they_start(guild: Guild) -> None:
    manager, stranger = await guild.holder("manage:Event"), await guild.client()
    late, early = await arranged(guild, manager, ends_at=STARTS + DAY), await arranged(guild, manager)
    first = await change(manager, early, starts_at=STARTS - HOUR)
    assert (await stranger.get("/events/")).json() == [first, late]
    assert (await stranger.get(f"/events/{late['id']}")).json() == late
    assert code(await stranger.get("/events/99999")) == (404, "event_not_found")


async def test_times_of_a_new_event_are_in_whole_minutes_and_those_of_a_changed_one_are_kept(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    event = await arranged(guild, manager, starts_at=STARTS + timedelta(seconds=59, microseconds=7))
    assert event["starts_at"] == "2027-03-06T17:00:00Z"
    changed = await change(manager, event, signup_end=CLOSES + timedelta(seconds=59))
    assert changed["signup_end"] == "2027-02-08T11:00:59Z"


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"ends_at": STARTS}, (400, "event_ends_before_it_begins")),
        ({"ends_at": STARTS - HOUR, "price": -1}, (400, "event_ends_before_it_begins")),
        ({"starts_at": TODAY - HOUR}, (400, "event_in_the_past")),
        ({"price": -1}, (400, "price_below_zero")),
        ({"max_event_users": -1}, (400, "capacity_below_zero")),
        ({"signup_end": OPENS - HOUR}, (400, "signup_ends_before_it_opens")),
        ({"council_id": 99999}, (404, "council_not_found")),
        ({"lottery": True, "places_at_once": True}, (400, "at_once_is_no_lottery")),
    ],
)
async def test_an_event_that_makes_no_sense_is_not_made(
    guild: Guild, fields: dict[str, Any], refusal: tuple[int, str]
) -> None:
    manager, council = await guild.holder("manage:Event"), await guild.council()
    answer = await manager.post("/events/", json=sitting(council, **fields))
    assert code(answer) == refusal
    assert (await manager.get("/events/")).json() == []


async def test_an_event_does_not_become_senseless_either(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    event = await arranged(guild, manager)
    path = f"/events/{event['id']}"
    assert code(await manager.patch(path, json={"price": -1})) == (400, "price_below_zero")
    ends_early = {"ends_at": (STARTS - HOUR).isoformat()}
    assert code(await manager.patch(path, json=ends_early)) == (400, "event_ends_before_it_begins")
    assert code(await manager.patch(path, json={"council_id": 99999})) == (404, "council_not_found")
    assert code(await manager.patch("/events/99999", json={})) == (404, "event_not_found")
    assert (await manager.get(path)).json() == event


async def test_what_is_not_sent_and_what_is_null_stays(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    event = await arranged(guild, manager, priorities=["Nolla"])
    changed = await change(manager, event, title_sv="Höstsittning", price=0, dress_code="", location=None)
    assert changed == event | {"title_sv": "Höstsittning", "price": 0, "dress_code": ""}
    assert (await change(manager, event, priorities=[]))["priorities"] == []


async def test_no_group_types_are_all_of_them(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    event = await arranged(guild, manager, mentor_group_types=[])
    everyone = ["Mentor", "Mission", "Default", "Committee"]
    assert event["mentor_group_types"] == everyone
    assert (await change(manager, event, mentor_group_types=["Mission"]))["mentor_group_types"] == ["Mission"]
    assert (await change(manager, event, mentor_group_types=[]))["mentor_group_types"] == everyone


async def test_a_removed_event_is_answered_and_gone(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    event = await arranged(guild, manager)
    assert (await manager.delete(f"/events/{event['id']}")).json() == event
    assert (await manager.get("/events/")).json() == []
    assert code(await manager.delete(f"/events/{event['id']}")) == (404, "event_not_found")


async def test_events_go_with_their_council(guild: Guild) -> None:
    manager, council = await guild.holder("manage:Event", "manage:Council"), await guild.council()
    event = await arranged(guild, manager, council_id=council)
    assert (await manager.get(f"/councils/{council}")).json()["events"] == [event]
    assert (await manager.delete(f"/councils/{council}")).json()["events"] == [event]
    assert (await manager.get("/events/")).json() == []


async def test_what_an_event_can_give_priority_to_are_posts_and_those_of_nollning(guild: Guild) -> None:
    stranger = await guild.client()
    await guild.post("Spindelman")
    await guild.post("Spindelman")
    assert (await stranger.get("/events/priorities")).json() == [
        "Gruppfadder",
        "Uppdragsfadder",
        "Nolla",
        "Spindelman",
    ]


async def test_a_list_of_events_is_one_statement_however_long(guild: Guild) -> None:
    manager, stranger = await guild.holder("manage:Event"), await guild.client()
    for _ in range(3):
        await arranged(guild, manager)
    with guild.statements() as seen:
        assert len((await stranger.get("/events/")).json()) == 3
    assert len(seen) <= 2, seen


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/events/"), ("PATCH", "/events/1"), ("DELETE", "/events/1"), ("POST", "/events/add-tag")],
)
async def test_events_are_arranged_by_managers_only(guild: Guild, method: str, path: str) -> None:
    stranger, anna, viewer = await guild.client(), await guild.member(), await guild.holder("view:Event")
    assert code(await stranger.request(method, path, json={})) == (401, "not_authenticated")
    for person in (anna, viewer):
        assert code(await person.request(method, path, json={})) == (403, "missing_permission")
