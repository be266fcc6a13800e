"""Signing up for an event, changing one's mind, and signing off."""

from typing import Any

import pytest

from tests.domains.events.happenings import DAY, HOUR, MINUTE, OPENS, STARTS, TODAY, arranged, change, close_signup
from tests.guild import Guild, Person, code


def path(event: dict[str, Any]) -> str:
    return f"/event-signup/{event['id']}"


async def sign_up(person: Person, event: dict[str, Any], **fields: object) -> dict[str, Any]:
    answer = await person.post(path(event), json={"user_id": person.id, **fields})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def count(guild: Guild, event: dict[str, Any]) -> int:
    return (await (await guild.client()).get(f"/events/{event['id']}")).json()["signup_count"]


async def test_a_member_signs_up_and_is_answered_with_everything_that_the_wire_names(guild: Guild) -> None:
    anna = await guild.member("Anna", standard_food_preferences=["Vegan"], other_food_preferences="nuts")
    event = await arranged(guild, await guild.holder("manage:Event"))
    signup = await sign_up(anna, event, priority="Övrigt", group_name="vänner", drinkPackage="Alcohol")
    assert signup == {
        "user": {
            "id": anna.id,
            "first_name": "Anna",
            "last_name": signup["user"]["last_name"],
            "standard_food_preferences": ["Vegan"],
            "other_food_preferences": "nuts",
            "email": anna.email,
        },
        "event_id": event["id"],
        "priority": "Övrigt",
        "group_name": "vänner",
        "drinkPackage": "Alcohol",
        "confirmed_status": False,
        "created_at": "2027-02-01T11:00:00Z",
        "place": None,
        "server_time": "2027-02-01T11:00:00Z",
    }
    assert (await anna.get(f"/event-signup/me-signup/{event['id']}")).json() == signup
    assert await count(guild, event) == 1


async def test_nothing_that_is_wished_is_the_usual(guild: Guild) -> None:
    anna, event = await guild.member(), await arranged(guild, await guild.holder("manage:Event"))
    signup = await sign_up(anna, event, priority="", group_name="", drinkPackage=None)
    assert (signup["priority"], signup["group_name"], signup["drinkPackage"]) == ("Övrigt", None, "None")


async def test_where_there_is_no_drink_package_none_is_kept_whatever_the_app_sends(guild: Guild) -> None:
    anna, manager = await guild.member(), await guild.holder("manage:Event")
    event = await arranged(guild, manager, drink_package=False)
    assert (await sign_up(anna, event, drinkPackage="Alcohol"))["drinkPackage"] == "None"
    changed = await anna.patch(path(event), json={"drinkPackage": "AlcoholFree"})
    assert changed.json()["drinkPackage"] == "None"


async def test_asking_twice_for_the_same_is_one_sign_up_and_one_answer(guild: Guild) -> None:
    anna, event = await guild.member(), await arranged(guild, await guild.holder("manage:Event"))
    first = await sign_up(anna, event, drinkPackage="Alcohol")
    assert await sign_up(anna, event, drinkPackage="Alcohol") == first
    other = await anna.post(path(event), json={"user_id": anna.id, "drinkPackage": "AlcoholFree"})
    assert code(other) == (409, "already_signed_up")
    assert await count(guild, event) == 1


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"can_signup": False}, (409, "no_signup")),
        ({"closed": True}, (409, "event_closed")),
        ({"signup_start": TODAY + HOUR}, (409, "signup_not_open")),
        ({"signup_end": TODAY - MINUTE}, (409, "signup_is_over")),
        ({"can_signup": False, "closed": True}, (409, "no_signup")),
    ],
)
async def test_a_door_that_is_shut_is_shut(guild: Guild, fields: dict[str, Any], refusal: tuple[int, str]) -> None:
    anna, event = await guild.member(), await arranged(guild, await guild.holder("manage:Event"), **fields)
    assert code(await anna.post(path(event), json={"user_id": anna.id})) == refusal
    assert await count(guild, event) == 0


@pytest.mark.parametrize("fields", [{"closed": True}, {"signup_start": TODAY + HOUR}, {"signup_end": TODAY - MINUTE}])
async def test_an_organiser_signs_up_anybody_whatever_the_door_says(guild: Guild, fields: dict[str, Any]) -> None:
    manager, gustav = await guild.holder("manage:Event"), await guild.user("Gustav")
    event = await arranged(guild, manager, priorities=["Nolla"], **fields)
    answer = await manager.post(path(event), json={"user_id": gustav.id, "priority": "Kung"})
    assert (answer.status_code, answer.json()["user"]["id"], answer.json()["priority"]) == (200, gustav.id, "Kung")
    removed = await manager.delete(path(event), params={"user_id": gustav.id})
    assert removed.status_code == 200
    assert await count(guild, event) == 0


async def test_only_no_sign_up_at_all_binds_organisers_too(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    event = await arranged(guild, manager, can_signup=False)
    assert code(await manager.post(path(event), json={"user_id": manager.id})) == (409, "no_signup")


async def test_members_sign_up_change_and_sign_off_themselves_only(guild: Guild) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    event = await arranged(guild, await guild.holder("manage:Event"))
    await sign_up(bo, event)
    answers = (
        await anna.post(path(event), json={"user_id": bo.id}),
        await anna.patch(path(event), json={"user_id": bo.id, "group_name": "mine"}),
        await anna.delete(path(event), params={"user_id": bo.id}),
    )
    assert {code(answer) for answer in answers} == {(403, "not_your_signup")}


async def test_what_is_not_there_is_told_as_the_app_expects(guild: Guild) -> None:
    anna, manager = await guild.member(), await guild.holder("manage:Event")
    event = await arranged(guild, manager)
    missing = await anna.get(f"/event-signup/me-signup/{event['id']}", headers={"Accept-Language": "sv"})
    assert missing.status_code == 404
    assert "Signup not found" in missing.json()["detail"]
    assert code(await anna.patch(path(event), json={})) == (404, "signup_not_found")
    assert code(await anna.delete(path(event), params={"user_id": anna.id})) == (404, "signup_not_found")
    nowhere = {"id": 99999}
    for answer in (
        await anna.get("/event-signup/me-signup/99999"),
        await anna.get("/event-signup/me/99999"),
        await anna.post(path(nowhere), json={"user_id": anna.id}),
        await anna.patch(path(nowhere), json={}),
        await anna.delete(path(nowhere), params={"user_id": anna.id}),
    ):
        assert code(answer) == (404, "event_not_found")
    assert code(await manager.post(path(event), json={"user_id": 99999})) == (404, "user_not_found")


async def test_a_post_gives_its_priority_where_the_event_has_it(guild: Guild) -> None:
    anna, manager = await guild.member(), await guild.holder("manage:Event")
    event = await arranged(guild, manager, priorities=["Spindelman"])
    wish = {"user_id": anna.id, "priority": "Spindelman"}
    assert code(await anna.post(path(event), json=wish)) == (403, "priority_not_allowed")
    await guild.give(anna, await guild.post("Spindelman"))
    assert (await anna.post(path(event), json=wish)).json()["priority"] == "Spindelman"
    other = await arranged(guild, manager)
    assert code(await anna.post(path(other), json=wish)) == (403, "priority_not_allowed")


async def test_what_was_sent_is_changed_and_the_rest_stays(guild: Guild) -> None:
    anna, event = await guild.member(), await arranged(guild, await guild.holder("manage:Event"))
    before = await sign_up(anna, event, group_name="vänner", drinkPackage="Alcohol")
    changed = (await anna.patch(path(event), json={"drinkPackage": "AlcoholFree"})).json()
    assert changed == before | {"drinkPackage": "AlcoholFree"}
    assert (await anna.patch(path(event), json={"drinkPackage": None, "priority": None})).json() == changed
    assert (await anna.patch(path(event), json={"group_name": ""})).json()["group_name"] is None


async def test_a_refused_change_changes_nothing(guild: Guild) -> None:
    anna, event = await guild.member(), await arranged(guild, await guild.holder("manage:Event"))
    before = await sign_up(anna, event, group_name="vänner")
    refusal = await anna.patch(path(event), json={"group_name": "andra", "priority": "Kung"})
    assert code(refusal) == (403, "priority_not_allowed")
    assert (await anna.get(f"/event-signup/me-signup/{event['id']}")).json() == before


async def test_after_the_deadline_only_organisers_change_and_sign_off(guild: Guild) -> None:
    anna, manager = await guild.member(), await guild.holder("manage:Event")
    event = await arranged(guild, manager)
    await sign_up(anna, event)
    await close_signup(manager, event)
    assert code(await anna.patch(path(event), json={"group_name": "a"})) == (409, "signup_is_over")
    assert code(await anna.delete(path(event), params={"user_id": anna.id})) == (409, "signup_is_over")
    assert (await manager.patch(path(event), json={"user_id": anna.id, "group_name": "a"})).status_code == 200
    assert (await manager.delete(path(event), params={"user_id": anna.id})).status_code == 200


async def test_a_sign_up_costs_three_statements(guild: Guild) -> None:
    anna, event = await guild.member(), await arranged(guild, await guild.holder("manage:Event"))
    with guild.statements() as seen:
        await sign_up(anna, event, drinkPackage="Alcohol")
    assert len(seen) == 3, seen


async def test_a_sign_up_where_places_are_given_at_once_costs_four(guild: Guild) -> None:
    anna, manager = await guild.member(), await guild.holder("manage:Event")
    event = await arranged(guild, manager, places_at_once=True)
    with guild.statements() as seen:
        await sign_up(anna, event)
    assert len(seen) == 4, seen


@pytest.mark.parametrize(
    ("method", "where"), [("POST", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "me-signup/"), ("GET", "me/")]
)
async def test_members_sign_up_and_nobody_else(guild: Guild, method: str, where: str) -> None:
    stranger, gustav = await guild.client(), await guild.user()
    for asker, refusal in ((stranger, (401, "not_authenticated")), (gustav, (403, "not_member"))):
        assert code(await asker.request(method, f"/event-signup/{where}1", json={})) == refusal


async def test_a_member_reads_what_they_need_before_signing_up(guild: Guild) -> None:
    anna, event = await guild.member("Anna"), await arranged(guild, await guild.holder("manage:Event"))
    before = (await anna.get(f"/event-signup/me/{event['id']}")).json()
    assert (before["id"], before["groups"], before["standard_food_preferences"]) == (anna.id, [], [])


async def test_sign_ups_go_with_the_event_and_are_told_with_the_user(guild: Guild) -> None:
    anna, manager = await guild.member(), await guild.holder("manage:Event")
    event = await arranged(guild, manager)
    await sign_up(anna, event)
    assert (await anna.get("/users/me")).json()["events"] == [{"id": event["id"]}]
    await manager.delete(f"/events/{event['id']}")
    assert (await anna.get("/users/me")).json()["events"] == []


async def test_an_event_may_be_changed_while_members_sign_up(guild: Guild) -> None:
    anna, manager = await guild.member(), await guild.holder("manage:Event")
    event = await arranged(guild, manager)
    await sign_up(anna, event)
    changed = await change(manager, event, starts_at=STARTS + HOUR, signup_start=OPENS - DAY)
    assert (changed["signup_count"], changed["starts_at"]) == (1, "2027-03-06T18:00:00Z")
