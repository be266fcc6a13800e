"""Drawing, hands and publishing: the operations of the website, and those beside them."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from guildhall.domains.events import rules
from guildhall.domains.events.rules.proof import verify
from tests.domains.events.happenings import OPENS, arranged, change, close_signup
from tests.guild import Guild, Person, code

PUBLISH, SIGNUPS = "/events/confirmed/{}", "/events/event-signups/{}"
CONFIRM, UNCONFIRM = "/events/event-confirm-event-users/{}", "/events/event-unconfirm-event-users/{}"


async def joined(guild: Guild, manager: Person, number: int, **fields: object) -> tuple[dict[str, Any], list[Person]]:
    """An event whose sign-up is over, and those who signed up, in that order."""
    event, people = await arranged(guild, manager, **fields), await guild.members(*"ABCDEFGH"[:number])
    for person in people:
        answer = await person.post(f"/event-signup/{event['id']}", json={"user_id": person.id})
        assert answer.status_code == 200, answer.text
    async with guild.session() as session:  # the clock stands still, and each came a second after the other
        later = "UPDATE event_signups SET created_at = created_at + user_id * interval '1 second' WHERE event_id = :id"
        await session.execute(text(later), {"id": event["id"]})
    await close_signup(manager, event)
    return event, people


async def with_place(manager: Person, event: dict[str, Any]) -> set[int]:
    signups = (await manager.get(f"/events/event-signups/all/{event['id']}")).json()
    return {signup["user"]["id"] for signup in signups if signup["confirmed_status"]}


async def of(person: Person, event: dict[str, Any]) -> dict[str, Any]:
    return (await person.get(f"/event-signup/me-signup/{event['id']}")).json()["place"]


async def test_a_draw_gives_the_places_there_are_and_answers_who_has_one(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    event, people = await joined(guild, manager, 4)
    drawn = (await manager.post(SIGNUPS.format(event["id"]))).json()
    assert [signup["user"]["id"] for signup in drawn] == [person.id for person in people[:2]]
    assert await with_place(manager, event) == {person.id for person in people[:2]}
    assert (await manager.get(f"/events/{event['id']}")).json()["event_users_confirmed"] is False
    assert await of(people[0], event) is None
    assert code(await manager.post(SIGNUPS.format(event["id"]))) == (409, "places_are_drawn")


async def test_priorities_come_first_and_still_get_no_more_places_than_there_are(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    event, people = await joined(guild, manager, 5, priorities=["Kung"])
    for person in people[2:]:
        change_of = {"user_id": person.id, "priority": "Kung"}
        assert (await manager.patch(f"/event-signup/{event['id']}", json=change_of)).status_code == 200
    drawn = (await manager.post(SIGNUPS.format(event["id"]))).json()
    assert [signup["user"]["id"] for signup in drawn] == [person.id for person in people[2:4]]


async def test_everybody_has_a_place_where_there_are_enough_or_no_limit(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    for capacity in (0, 3, 9):
        event, people = await joined(guild, manager, 3, max_event_users=capacity)
        assert len((await manager.post(SIGNUPS.format(event["id"]))).json()) == len(people)
    empty, _ = await joined(guild, manager, 0)
    assert (await manager.post(SIGNUPS.format(empty["id"]))).json() == []


async def test_nothing_is_drawn_while_sign_up_is_open(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    event = await arranged(guild, manager)
    assert code(await manager.post(SIGNUPS.format(event["id"]))) == (409, "signup_is_still_open")


async def test_a_lottery_is_drawn_by_tickets(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    event, people = await joined(guild, manager, 6, lottery=True)
    async with guild.session() as session:
        seed = (await session.scalars(text("SELECT seed FROM events"))).one()
    tickets = {person.id: rules.ticket(seed, event["id"], person.id) for person in people}
    drawn = (await manager.post(SIGNUPS.format(event["id"]))).json()
    assert [signup["user"]["id"] for signup in drawn] == sorted(tickets, key=lambda user: tickets[user])[:2]
    assert event["commitment"] == rules.commitment(seed)


async def test_published_places_are_told_to_everybody(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    event, people = await joined(guild, manager, 4)
    answer = await manager.patch(PUBLISH.format(event["id"]))
    assert (answer.status_code, answer.json()["event_users_confirmed"]) == (200, True)
    places = [await of(person, event) for person in people]
    assert [(place["has_place"], place["number"]) for place in places] == [
        (True, None),
        (True, None),
        (False, 1),
        (False, 2),
    ]
    assert "Number 2 in the queue" in places[3]["explanation_en"]
    titles = [(await p.get("/notifications")).json()["notifications"][0]["title_sv"] for p in people]
    assert titles == [
        "Du har plats på Vårsittning",
        "Du har plats på Vårsittning",
        "Du är nummer 1 i kön till Vårsittning",
        "Du är nummer 2 i kön till Vårsittning",
    ]
    assert code(await manager.patch(PUBLISH.format(event["id"]))) == (409, "places_are_out")
    assert code(await manager.post(SIGNUPS.format(event["id"]))) == (409, "places_are_out")


async def test_places_are_published_once_also_by_two_at_once(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    event, people = await joined(guild, manager, 3)
    answers = await asyncio.gather(*(manager.patch(PUBLISH.format(event["id"])) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert (await people[0].get("/notifications")).json()["total"] == 1


async def test_hands_give_and_take_places_and_publishing_fills_what_is_free(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    event, people = await joined(guild, manager, 4)
    await manager.post(SIGNUPS.format(event["id"]))
    taken = await manager.patch(UNCONFIRM.format(event["id"]), json=[people[0].id, people[3].id, 99999])
    assert (taken.status_code, await with_place(manager, event)) == (200, {people[1].id})
    await manager.patch(CONFIRM.format(event["id"]), json=[people[3].id, people[1].id])
    assert await with_place(manager, event) == {people[1].id, people[3].id}
    await manager.patch(PUBLISH.format(event["id"]))
    assert await with_place(manager, event) == {people[1].id, people[3].id}
    assert (await of(people[2], event))["number"] == 1
    left_out = await of(people[0], event)
    assert (left_out["has_place"], left_out["number"]) == (False, None)


async def test_no_more_places_are_confirmed_than_there_are(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    event, people = await joined(guild, manager, 4)
    everybody = [person.id for person in people]
    assert code(await manager.patch(CONFIRM.format(event["id"]), json=everybody)) == (409, "no_place_left")
    assert await with_place(manager, event) == set()
    mixed = await manager.patch(CONFIRM.format(event["id"]), json=[people[0].id, 99998, 99999])
    assert mixed.status_code == 200
    assert (await manager.patch(CONFIRM.format(event["id"]), json=[people[0].id, people[1].id])).status_code == 200
    assert code(await manager.patch(CONFIRM.format(event["id"]), json=[people[2].id])) == (409, "no_place_left")


async def test_of_many_who_confirm_the_last_place_one_does(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    event, people = await joined(guild, manager, 8, max_event_users=1)
    for _ in range(5):
        answers = await asyncio.gather(
            *(manager.patch(CONFIRM.format(event["id"]), json=[person.id]) for person in people)
        )
        assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
        (has_it,) = await with_place(manager, event)
        await manager.patch(UNCONFIRM.format(event["id"]), json=[has_it])


async def test_a_place_taken_after_publishing_goes_to_the_first_of_the_queue(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    event, people = await joined(guild, manager, 4)
    await manager.patch(PUBLISH.format(event["id"]))
    await manager.patch(UNCONFIRM.format(event["id"]), json=[people[0].id])
    assert await with_place(manager, event) == {people[1].id, people[2].id}
    told = [(await p.get("/notifications")).json()["notifications"][0]["title_en"] for p in (people[0], people[2])]
    assert told == ["You have no place at Spring sitting any more", "You got a place at Spring sitting"]
    assert code(await manager.patch(CONFIRM.format(event["id"]), json=[people[0].id])) == (409, "no_place_left")
    await change(manager, event, max_event_users=5)
    await manager.patch(CONFIRM.format(event["id"]), json=[people[0].id])
    assert (await of(people[0], event))["explanation_en"] == "Was given a place by the organiser."


async def test_a_place_by_hand_is_explained_as_that_and_not_by_what_was_before_it(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    event, people = await joined(guild, manager, 4)
    out = {"hands": [{"user_id": people[2].id, "hand": "out", "reason": "Works in the bar"}]}
    await manager.put(f"/events/{event['id']}/allocation", json=out)
    await manager.patch(PUBLISH.format(event["id"]))
    await change(manager, event, max_event_users=3)
    await manager.patch(UNCONFIRM.format(event["id"]), json=[people[0].id, people[1].id])
    await manager.patch(CONFIRM.format(event["id"]), json=[people[2].id])
    (placed,) = [
        one for one in (await manager.get(f"/events/{event['id']}/places")).json() if one["user"]["id"] == people[2].id
    ]
    assert (placed["has_place"], placed["hand"], placed["reason"]) == (True, "in", None)
    assert placed["explanation_en"] == "Was given a place by the organiser."


async def test_signing_off_opens_again_when_places_are_published(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    event, people = await joined(guild, manager, 3)
    me = {"user_id": people[0].id}
    path = f"/event-signup/{event['id']}"
    assert code(await people[0].delete(path, params=me)) == (409, "signup_is_over")
    await manager.patch(PUBLISH.format(event["id"]))
    assert (await people[0].delete(path, params=me)).status_code == 200
    assert (await of(people[2], event))["has_place"]


async def test_a_dry_run_says_who_would_stand_where_and_why_and_writes_nothing(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    event, people = await joined(guild, manager, 4)
    path = f"/events/{event['id']}/allocation"
    hands = [
        {"user_id": people[3].id, "hand": "in", "reason": "toastmaster"},
        {"user_id": people[0].id, "hand": "out", "reason": "works that evening"},
    ]
    proposal = (await manager.post(path, json={"by": "ticket", "hands": hands})).json()
    first, *_ = proposal["line"]
    assert (first["user"]["id"], first["has_place"], first["reason"]) == (people[3].id, True, "toastmaster")
    assert "by hand" in first["explanation_en"]
    assert [one["user"]["id"] for one in proposal["out"]] == [people[0].id]
    assert [one["number"] for one in proposal["line"]] == [None, None, 1]
    assert proposal["priorities"] == [{"name": "Övrigt", "places": 2, "without": 2}]
    assert await with_place(manager, event) == set()
    again = (await manager.get(path)).json()
    assert ([one["hand"] for one in again["line"]], again["by"], again["out"]) == ([None] * 4, "moment", [])


async def test_what_is_kept_is_what_is_published_when_it_is_still_what_was_seen(guild: Guild) -> None:
    manager, late = await guild.holder("manage:Event"), await guild.member("Late")
    event, people = await joined(guild, manager, 4)
    path = f"/events/{event['id']}/allocation"
    wish = {"plan": [{"who": ["Kung"], "at_most": 1}], "hands": [{"user_id": people[2].id, "hand": "in"}]}
    kept = (await manager.put(path, json=wish)).json()
    assert await with_place(manager, event) == {people[2].id, people[0].id}
    assert (await manager.get(path)).json() == kept
    await manager.post(f"/event-signup/{event['id']}", json={"user_id": late.id, "priority": "Kung"})
    assert code(await manager.post(f"{path}/publish", json={"seen": kept["digest"]})) == (409, "line_has_changed")
    seen = (await manager.get(path)).json()
    assert (await manager.post(f"{path}/publish", json={"seen": seen["digest"]})).status_code == 200
    assert await with_place(manager, event) == {people[2].id, late.id}
    assert code(await manager.put(path, json=wish)) == (409, "places_are_out")


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"plan": [{"who": []}]}, 422),
        ({"plan": [{"at_most": 0}]}, 422),
        ({"plan": [{}] * 21}, 422),
        ({"by": "grace"}, 400),
        ({"by": "dice"}, 422),
        ({"template": "mine"}, 422),
    ],
)
async def test_a_plan_that_is_none_is_refused(guild: Guild, wish: dict[str, Any], status: int) -> None:
    manager = await guild.holder("manage:Event")
    event = await arranged(guild, manager)
    for method in ("POST", "PUT"):
        answer = await manager.request(method, f"/events/{event['id']}/allocation", json=wish)
        assert answer.status_code == status, answer.text


async def test_more_hands_than_places_are_refused(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    event, people = await joined(guild, manager, 4)
    wish = {"hands": [{"user_id": person.id, "hand": "in"} for person in people]}
    assert code(await manager.put(f"/events/{event['id']}/allocation", json=wish)) == (409, "no_place_left")


async def test_anybody_signed_in_checks_the_draw_and_finds_their_own_ticket(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    event, people = await joined(guild, manager, 5, lottery=True)
    path = f"/events/{event['id']}/draw"
    assert code(await people[0].get(path)) == (409, "not_published")
    await manager.patch(PUBLISH.format(event["id"]))
    document = (await people[0].get(path)).json()
    assert verify(document, people[0].id) == []
    assert document["commitment"] == event["commitment"]
    assert (await manager.get(path)).json()["mine"] is None
    await people[1].delete(f"/event-signup/{event['id']}", params={"user_id": people[1].id})
    assert (await people[0].get(path)).json() == document


async def test_the_page_that_checks_a_draw_runs_nothing_but_its_own_script(guild: Guild) -> None:
    page = await (await guild.client()).get("/events/7/draw/verify")
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_places_at_once_have_no_draw(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    event = await arranged(guild, manager, places_at_once=True)
    assert code(await manager.get(f"/events/{event['id']}/draw")) == (404, "no_draw")


async def test_managers_see_the_line_as_it_is(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    event, people = await joined(guild, manager, 4)
    await manager.patch(PUBLISH.format(event["id"]))
    await manager.patch(UNCONFIRM.format(event["id"]), json=[people[1].id])
    places = (await manager.get(f"/events/{event['id']}/places")).json()
    assert [(one["user"]["id"], one["has_place"], one["number"], one["hand"]) for one in places] == [
        (people[0].id, True, None, None),
        (people[2].id, True, None, None),
        (people[3].id, False, 1, None),
        (people[1].id, False, None, "out"),
    ]


async def test_a_draw_of_many_is_a_few_statements(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    event, _ = await joined(guild, manager, 8)
    with guild.statements() as seen:
        await manager.post(SIGNUPS.format(event["id"]))
    assert len(seen) <= 8, seen


async def test_an_unknown_event_is_not_found_and_has_no_sign_ups(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    assert (await manager.get("/events/event-signups/all/99999")).json() == []
    answers = [
        await manager.patch(PUBLISH.format(99999)),
        await manager.post(SIGNUPS.format(99999)),
        await manager.patch(CONFIRM.format(99999), json=[1]),
        await manager.patch(UNCONFIRM.format(99999), json=[1]),
        await manager.get("/events/99999/allocation"),
        await manager.post("/events/99999/allocation", json={}),
        await manager.put("/events/99999/allocation", json={}),
        await manager.post("/events/99999/allocation/publish"),
        await manager.get("/events/99999/places"),
        await manager.get("/events/99999/draw"),
    ]
    assert {code(answer) for answer in answers} == {(404, "event_not_found")}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", PUBLISH.format(1)),
        ("POST", SIGNUPS.format(1)),
        ("GET", "/events/event-signups/all/1"),
        ("PATCH", CONFIRM.format(1)),
        ("PATCH", UNCONFIRM.format(1)),
        ("GET", "/events/1/allocation"),
        ("POST", "/events/1/allocation"),
        ("PUT", "/events/1/allocation"),
        ("POST", "/events/1/allocation/publish"),
        ("GET", "/events/1/places"),
    ],
)
async def test_places_are_given_by_managers_only(guild: Guild, method: str, path: str) -> None:
    stranger, anna, viewer = await guild.client(), await guild.member(), await guild.holder("view:Event")
    assert code(await stranger.request(method, path, json={})) == (401, "not_authenticated")
    for person in (anna, viewer):
        assert code(await person.request(method, path, json={})) == (403, "missing_permission")


async def test_the_proof_is_for_members(guild: Guild) -> None:
    stranger, gustav = await guild.client(), await guild.user()
    assert code(await stranger.get("/events/1/draw")) == (401, "not_authenticated")
    assert code(await gustav.get("/events/1/draw")) == (403, "not_member")


async def test_who_signs_off_while_places_are_published_leaves_no_place_empty(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    for _ in range(8):
        event, people = await joined(guild, manager, 4, signup_start=OPENS)
        first, me = people[0], {"user_id": people[0].id}
        published, left = await asyncio.gather(
            manager.patch(PUBLISH.format(event["id"])), first.delete(f"/event-signup/{event['id']}", params=me)
        )
        assert published.status_code == 200
        assert left.status_code in {200, 409}  # before publishing it was too late already
        gone = {first.id} if left.status_code == 200 else set[int]()
        assert await with_place(manager, event) == set([one.id for one in people if one.id not in gone][:2])


async def test_who_is_signed_up_while_places_are_drawn_is_in_the_line_or_comes_after_it(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    for _ in range(8):
        event, people = await joined(guild, manager, 3)
        late = await guild.member("Late")
        wish = {"user_id": late.id}
        drawn, joined_late = await asyncio.gather(
            manager.patch(PUBLISH.format(event["id"])), manager.post(f"/event-signup/{event['id']}", json=wish)
        )
        assert (drawn.status_code, joined_late.status_code) == (200, 200)
        places = (await manager.get(f"/events/{event['id']}/places")).json()
        assert [one["number"] for one in places] == [None, None, 1, 2]
        assert {one["user"]["id"] for one in places} == {*(person.id for person in people), late.id}


async def test_a_hand_may_say_that_it_has_no_reason(guild: Guild) -> None:
    manager, anna = await guild.holder("manage:Event"), await guild.member()
    event = await arranged(guild, manager)
    await anna.post(f"/event-signup/{event['id']}", json={"user_id": anna.id})
    wish = {"hands": [{"user_id": anna.id, "hand": "in", "reason": None}]}
    answer = await manager.post(f"/events/{event['id']}/allocation", json=wish)
    assert (answer.status_code, answer.json()["line"][0]["hand"]) == (200, "in")
