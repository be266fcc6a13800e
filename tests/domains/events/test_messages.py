"""Messages of organisers to those who signed up."""

from typing import Any

import httpx2
import pytest

from guildhall.core import clock
from tests.domains.events.happenings import HOUR, TODAY, arranged
from tests.domains.events.test_queue import sign_up
from tests.domains.events.test_telling import titles
from tests.guild import Guild, Person, code

WISH = {"title_sv": "Ta med pengar", "title_en": "Bring money", "body_sv": "Kontanter.", "body_en": "Cash."}


async def send(manager: Person, event: dict[str, Any], to: str) -> httpx2.Response:
    return await manager.post(f"/events/{event['id']}/messages", json={"to": to, **WISH})


@pytest.mark.parametrize(
    ("to", "told"), [("places", [True, False]), ("queue", [False, True]), ("everyone", [True, True])]
)
async def test_a_message_reaches_those_it_is_for_and_is_kept(guild: Guild, to: str, told: list[bool]) -> None:
    manager, people = await guild.holder("manage:Event"), await guild.members("Anna", "Bo")
    event = await arranged(guild, manager, places_at_once=True, max_event_users=1)
    for person in people:
        await sign_up(person, event)
    answer = await send(manager, event, to)
    assert (answer.status_code, answer.json()["reached"]) == (201, sum(told))
    expected = ["Spring sitting: Bring money"]
    assert [await titles(person, "events.messages") == expected for person in people] == told
    (kept,) = (await manager.get(f"/events/{event['id']}/messages")).json()
    assert kept == answer.json()
    assert (kept["to"], kept["sent_by"]["id"], kept["sent_at"]) == (to, manager.id, "2027-02-01T11:00:00Z")


async def test_before_publishing_only_everybody_can_be_written_to(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    event = await arranged(guild, manager)
    for to in ("places", "queue"):
        assert code(await send(manager, event, to)) == (409, "not_published")
    assert (await send(manager, event, "everyone")).json()["reached"] == 0


async def test_phones_do_not_ring_all_the_time(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    event = await arranged(guild, manager)
    for _ in range(5):
        assert (await send(manager, event, "everyone")).status_code == 201
    refusal = await send(manager, event, "everyone")
    assert (code(refusal), int(refusal.headers["Retry-After"])) == ((429, "too_often"), 3601)
    with clock.stopped(TODAY + HOUR):
        assert (await send(manager, event, "everyone")).status_code == 201


async def test_messages_are_for_organisers(guild: Guild) -> None:
    manager, anna, stranger = await guild.holder("manage:Event"), await guild.member(), await guild.client()
    event = await arranged(guild, manager)
    path = f"/events/{event['id']}/messages"
    for person, status in ((stranger, 401), (anna, 403)):
        assert (await person.post(path, json={"to": "everyone", **WISH})).status_code == status
        assert (await person.get(path)).status_code == status
    assert (await manager.post(path, json={"to": "all", **WISH})).status_code == 422
    assert (await manager.post(path, json={"to": "everyone", **WISH, "body_en": " "})).status_code == 422
    assert code(await manager.get("/events/99999/messages")) == (404, "event_not_found")
    assert code(await send(manager, {"id": 99999}, "everyone")) == (404, "event_not_found")
