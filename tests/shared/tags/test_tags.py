"""Tags, and the events that have them."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.domains.events.happenings import sitting
from tests.guild import Guild, Person, code

SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)


async def made(keeper: Person, name: str = "Sittning") -> dict[str, Any]:
    answer = await keeper.post("/tags/", json={"name": name})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def event(guild: Guild, manager: Person) -> dict[str, Any]:
    wish = sitting(await guild.council(), starts_at=SOON, ends_at=SOON + timedelta(hours=5))
    answer = await manager.post("/events/", json=wish)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_everybody_reads_tags(guild: Guild) -> None:
    keeper, stranger = await guild.holder("manage:Tags"), await guild.client()
    tag = await made(keeper, "  Idrott ")
    assert tag == {"id": tag["id"], "name": "Idrott", "news_tags": [], "event_tags": []}
    assert (await stranger.get("/tags/")).json() == [tag]


async def test_two_tags_cannot_have_one_name_not_even_at_the_same_moment(guild: Guild) -> None:
    keeper = await guild.holder("manage:Tags")
    answers = await asyncio.gather(*(keeper.post("/tags/", json={"name": "Kultur"}) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    other = await made(keeper, "Idrott")
    refusal = await keeper.patch("/tags/", json={"id": other["id"], "name": "Kultur"})
    assert code(refusal) == (409, "tag_name_taken")


async def test_a_tag_is_renamed_and_removed_from_what_has_it(guild: Guild) -> None:
    keeper = await guild.holder("manage:Tags", "manage:Event")
    tag, happening = await made(keeper), await event(guild, keeper)
    link = {"event_id": happening["id"], "tag_id": tag["id"]}
    assert (await keeper.post("/events/add-tag", json=link)).json() == link
    renamed = (await keeper.patch("/tags/", json={"id": tag["id"], "name": "Gasque"})).json()
    assert (renamed["name"], [one["event"]["id"] for one in renamed["event_tags"]]) == ("Gasque", [happening["id"]])
    path = f"/events/{happening['id']}"
    assert (await keeper.get(path)).json()["tags"] == [{"id": tag["id"], "name": "Gasque"}]
    assert (await keeper.delete(f"/tags/{tag['id']}")).json() == renamed
    assert (await keeper.get(path)).json()["tags"] == []
    assert code(await keeper.delete(f"/tags/{tag['id']}")) == (404, "tag_not_found")


async def test_an_event_has_a_tag_once_and_loses_it_once(guild: Guild) -> None:
    keeper = await guild.holder("manage:Tags", "manage:Event")
    tag, happening = await made(keeper), await event(guild, keeper)
    link = {"event_id": happening["id"], "tag_id": tag["id"]}
    await keeper.post("/events/add-tag", json=link)
    assert code(await keeper.post("/events/add-tag", json=link)) == (409, "event_has_tag")
    answer = (await keeper.get(f"/events/get-event-tags/{happening['id']}")).json()
    assert [one["event"]["tags"] for one in answer] == [[{"id": tag["id"], "name": "Sittning"}]]
    path = f"/events/{happening['id']}/tags/{tag['id']}"
    assert (await keeper.delete(path)).status_code == 204
    assert code(await keeper.delete(path)) == (404, "event_has_not_tag")


async def test_only_what_is_there_is_linked(guild: Guild) -> None:
    keeper = await guild.holder("manage:Tags", "manage:Event")
    tag, happening = await made(keeper), await event(guild, keeper)
    unknown_tag = await keeper.post("/events/add-tag", json={"event_id": happening["id"], "tag_id": 99999})
    unknown_event = await keeper.post("/events/add-tag", json={"event_id": 99999, "tag_id": tag["id"]})
    assert (code(unknown_tag), code(unknown_event)) == ((404, "tag_not_found"), (404, "event_not_found"))
    assert code(await keeper.get("/events/get-event-tags/99999")) == (404, "event_not_found")


@pytest.mark.parametrize("name", ["", "   ", "x" * 26, "two\nlines"])
async def test_a_name_that_is_none_is_refused(guild: Guild, name: str) -> None:
    assert (await (await guild.holder("manage:Tags")).post("/tags/", json={"name": name})).status_code == 422


async def test_a_list_of_tags_is_three_statements_however_long(guild: Guild) -> None:
    keeper = await guild.holder("manage:Tags", "manage:Event")
    happening = await event(guild, keeper)
    for number in range(4):
        tag = await made(keeper, f"Tag {number}")
        await keeper.post("/events/add-tag", json={"event_id": happening["id"], "tag_id": tag["id"]})
    with guild.statements() as seen:
        assert len((await (await guild.client()).get("/tags/")).json()) == 4
    assert len(seen) == 3, seen


@pytest.mark.parametrize(("method", "path"), [("POST", "/tags/"), ("PATCH", "/tags/"), ("DELETE", "/tags/1")])
async def test_tags_are_kept_by_keepers_only(guild: Guild, method: str, path: str) -> None:
    stranger, viewer = await guild.client(), await guild.holder("view:Tags")
    assert code(await stranger.request(method, path, json={})) == (401, "not_authenticated")
    assert code(await viewer.request(method, path, json={})) == (403, "missing_permission")
