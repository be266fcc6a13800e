"""The live line: places that are given at once, and who moves up when one is free; also when many act at once."""

import asyncio
import random
from typing import Any

import psycopg
from sqlalchemy import text

from guildhall.core import clock
from tests.domains.events.happenings import HOUR, STARTS, TODAY, UNWATCH, WATCH, arranged, change
from tests.guild import Guild, Person, code


def path(event: dict[str, Any]) -> str:
    return f"/event-signup/{event['id']}"


async def sign_up(person: Person, event: dict[str, Any]) -> dict[str, Any]:
    answer = await person.post(path(event), json={"user_id": person.id})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def sign_off(person: Person, event: dict[str, Any]) -> None:
    answer = await person.delete(path(event), params={"user_id": person.id})
    assert answer.status_code == 200, answer.text


async def place(person: Person, event: dict[str, Any]) -> tuple[bool, int | None]:
    """Whether the person has a place, and which number in the queue they are."""
    found = (await person.get(f"/event-signup/me-signup/{event['id']}")).json()["place"]
    return found["has_place"], found["number"]


async def line(guild: Guild, event: dict[str, Any]) -> list[tuple[int, bool]]:
    """Who stands in the line, in its order, and whether they have a place."""
    async with guild.session() as session:
        statement = text("SELECT user_id, confirmed FROM event_signups WHERE event_id = :id ORDER BY position")
        return [(row.user_id, row.confirmed) for row in await session.execute(statement, {"id": event["id"]})]


async def test_places_at_once_are_told_with_the_sign_up(guild: Guild) -> None:
    anna, bo, cilla = await guild.members("Anna", "Bo", "Cilla")
    event = await arranged(guild, await guild.holder("manage:Event"), places_at_once=True, max_event_users=1)
    assert event["event_users_confirmed"]
    first, second, third = [await sign_up(person, event) for person in (anna, bo, cilla)]
    assert (first["confirmed_status"], first["place"]["number"]) == (True, None)
    assert [signup["place"]["number"] for signup in (second, third)] == [1, 2]
    assert "1 i kön" in second["place"]["explanation_sv"]
    assert "Number 2 in the queue" in third["place"]["explanation_en"]


async def test_who_signs_off_leaves_the_place_to_the_first_of_the_queue_who_is_told(guild: Guild) -> None:
    anna, bo, cilla = await guild.members("Anna", "Bo", "Cilla")
    event = await arranged(guild, await guild.holder("manage:Event"), places_at_once=True, max_event_users=1)
    for person in (anna, bo, cilla):
        await sign_up(person, event)
    await sign_off(anna, event)
    assert (await place(bo, event), await place(cilla, event)) == ((True, None), (False, 1))
    (told,) = (await bo.get("/notifications")).json()["notifications"]
    assert (told["title_en"], told["target"]) == (
        "You got a place at Spring sitting",
        {"type": "event", "id": event["id"]},
    )
    assert (await cilla.get("/notifications")).json()["notifications"] == []


async def test_a_raised_capacity_moves_up_as_many_as_there_is_room_for(guild: Guild) -> None:
    manager, people = await guild.holder("manage:Event"), await guild.members(*"ABCDE")
    event = await arranged(guild, manager, places_at_once=True, max_event_users=1)
    for person in people:
        await sign_up(person, event)
    await change(manager, event, max_event_users=3)
    assert [await place(person, event) for person in people] == [
        (True, None),
        (True, None),
        (True, None),
        (False, 1),
        (False, 2),
    ]
    await change(manager, event, max_event_users=0)
    assert {await place(person, event) for person in people} == {(True, None)}
    assert (await people[4].get("/notifications")).json()["unread"] == 1


async def test_a_smaller_capacity_takes_no_place_unless_it_is_said_whose(guild: Guild) -> None:
    manager, people = await guild.holder("manage:Event"), await guild.members(*"ABC")
    event = await arranged(guild, manager, places_at_once=True, max_event_users=2)
    for person in people:
        await sign_up(person, event)
    refusal = await manager.patch(f"/events/{event['id']}", json={"max_event_users": 1})
    assert code(refusal) == (409, "places_are_given")
    await change(manager, event, max_event_users=1, to_queue=[people[0].id])
    assert [await place(person, event) for person in people] == [(False, 1), (True, None), (False, 2)]
    assert (await people[0].get("/notifications")).json()["unread"] == 1


async def test_nobody_is_sent_to_the_queue_only_to_come_back_at_once(guild: Guild) -> None:
    manager, people = await guild.holder("manage:Event"), await guild.members(*"ABC")
    event = await arranged(guild, manager, places_at_once=True, max_event_users=2)
    for person in people:
        await sign_up(person, event)
    wish = {"max_event_users": 1, "to_queue": [people[0].id, people[1].id]}
    assert code(await manager.patch(f"/events/{event['id']}", json=wish)) == (400, "too_many_to_queue")
    assert [await place(person, event) for person in people] == [(True, None), (True, None), (False, 1)]


async def test_signing_off_is_open_until_the_event_starts_or_its_own_deadline(guild: Guild) -> None:
    manager, people = await guild.holder("manage:Event"), await guild.members(*"AB")
    event = await arranged(guild, manager, places_at_once=True, signoff_end=TODAY + HOUR)
    for person in people:
        await sign_up(person, event)
    await change(manager, event, signup_end=TODAY - HOUR)
    await sign_off(people[0], event)
    await change(manager, event, signoff_end=TODAY - HOUR)
    refusal = await people[1].delete(path(event), params={"user_id": people[1].id})
    assert code(refusal) == (409, "signoff_is_over")


async def test_a_user_who_is_deleted_leaves_the_place_to_the_queue(guild: Guild) -> None:
    manager, gustav, anna = await guild.holder("manage:Event", "super:User"), await guild.user(), await guild.member()
    event = await arranged(guild, manager, places_at_once=True, max_event_users=1)
    await manager.post(path(event), json={"user_id": gustav.id})
    await sign_up(anna, event)
    assert (await manager.delete(f"/users/admin/{gustav.id}")).status_code == 204
    assert await place(anna, event) == (True, None)
    assert (await manager.get(f"/events/{event['id']}")).json()["signup_count"] == 1


async def test_sixty_at_once_are_sixty_sign_ups(guild: Guild) -> None:
    people, event = await _many(guild, 60), await arranged(guild, await guild.holder("manage:Event"))
    await asyncio.gather(*(sign_up(person, event) for person in people for _ in range(2)))
    assert (await people[0].get(f"/events/{event['id']}")).json()["signup_count"] == 60


async def test_sixty_at_once_for_ten_places_are_ten_places_and_a_queue_of_fifty(guild: Guild) -> None:
    people = await _many(guild, 60)
    event = await arranged(guild, await guild.holder("manage:Event"), places_at_once=True, max_event_users=10)
    answers = await asyncio.gather(*(sign_up(person, event) for person in people for _ in range(2)))
    numbers = {answer["user"]["id"]: answer["place"]["number"] for answer in answers}
    assert sorted(numbers[user] or 0 for user in numbers) == [0] * 10 + list(range(1, 51))
    stood = await line(guild, event)
    assert [has_place for _, has_place in stood] == [True] * 10 + [False] * 50
    assert [numbers[user] for user, _ in stood[10:]] == list(range(1, 51))


async def test_no_place_too_many_is_ever_given_and_the_queue_is_in_order_whatever_happens(
    guild: Guild, sweeper: psycopg.Connection
) -> None:
    people, manager = await _many(guild, 40), await guild.holder("manage:Event")
    event = await arranged(guild, manager, places_at_once=True, max_event_users=5)
    sweeper.execute(WATCH)
    try:
        await asyncio.gather(*(_come_and_go(person, event) for person in people), _raise(manager, event))
    finally:
        sweeper.execute(UNWATCH)
    stood = await line(guild, event)
    capacity = (await manager.get(f"/events/{event['id']}")).json()["max_event_users"]
    places = min(capacity, len(stood))
    assert [has_place for _, has_place in stood] == [True] * places + [False] * (len(stood) - places)
    async with guild.session() as session:
        given = (await session.scalars(text("SELECT places_given FROM events"))).one()
    assert given == places


async def _come_and_go(person: Person, event: dict[str, Any]) -> None:
    dice = random.Random(person.id)
    for _ in range(6):
        if dice.random() < 0.6:
            await sign_up(person, event)
        else:
            answer = await person.delete(path(event), params={"user_id": person.id})
            assert answer.status_code in {200, 404}, answer.text


async def _raise(manager: Person, event: dict[str, Any]) -> None:
    for capacity in range(6, 16):
        await change(manager, event, max_event_users=capacity)


async def _many(guild: Guild, number: int) -> list[Person]:
    return await guild.members(*(f"Member {letter}" for letter in range(number)))


async def test_after_it_has_started_nobody_signs_off_any_more(guild: Guild) -> None:
    anna, event = (
        await guild.member(),
        await arranged(
            guild, await guild.holder("manage:Event"), places_at_once=True, starts_at=TODAY + HOUR, ends_at=STARTS
        ),
    )
    await sign_up(anna, event)
    async with guild.session() as session:
        await session.execute(text("UPDATE refresh_sessions SET expires_at = expires_at + interval '1 year'"))
    with clock.stopped(TODAY + HOUR / 2):
        await sign_off(anna, event)
