"""What everybody sees of events: lists by filters, from bytes that are made once for each change, and seats."""

import asyncio
import json
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import pytest

from guildhall.domains.events.service import showing
from guildhall.domains.events.service.showing import Watchers
from tests.domains.events.happenings import DAY, HOUR, STARTS, arranged, change
from tests.guild import Guild, code


async def titles(guild: Guild, **filters: str | int) -> list[str]:
    answer = await (await guild.client()).get("/events/", params=filters)
    assert answer.status_code == 200, answer.text
    return [event["title_sv"] for event in answer.json()]


async def test_events_are_found_by_time_council_and_tag(guild: Guild) -> None:
    keeper, council = await guild.holder("manage:Event", "manage:Tags"), await guild.council("Kulturutskottet")
    evening = await arranged(guild, keeper, title_sv="Kväll")
    await arranged(guild, keeper, title_sv="Dag", starts_at=STARTS + DAY, ends_at=STARTS + 2 * DAY, council_id=council)
    tag = (await keeper.post("/tags/", json={"name": "Mat"})).json()["id"]
    await keeper.post("/events/add-tag", json={"event_id": evening["id"], "tag_id": tag})
    assert await titles(guild) == ["Kväll", "Dag"]
    assert await titles(guild, tag=tag) == ["Kväll"]
    assert await titles(guild, council=council) == ["Dag"]
    assert await titles(guild, council=council, tag=tag) == []
    assert await titles(guild, **{"from": _z(STARTS + 8 * HOUR)}) == ["Dag"]
    assert await titles(guild, **{"from": _z(STARTS + 7 * HOUR), "to": _z(STARTS + DAY)}) == ["Kväll"]
    assert await titles(guild, to=_z(STARTS)) == []
    assert await titles(guild, tag=99999) == []


@pytest.mark.parametrize("filters", [{"from": "yesterday"}, {"to": "2027-03-06T18:00:00+01:00"}, {"tag": "x"}])
async def test_a_filter_that_is_none_is_refused(guild: Guild, filters: dict[str, str]) -> None:
    assert (await (await guild.client()).get("/events/", params=filters)).status_code == 422


async def test_who_has_the_list_is_told_so_until_something_changes(guild: Guild) -> None:
    manager, stranger = await guild.holder("manage:Event"), await guild.client()
    event = await arranged(guild, manager)
    for path in ("/events/", f"/events/{event['id']}"):
        first = await stranger.get(path)
        known = {"If-None-Match": first.headers["etag"]}
        again = await stranger.get(path, headers=known)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
        assert "Accept-Encoding" in first.headers["vary"]
        await change(manager, event, price=len(path))
        assert (await stranger.get(path, headers=known)).json() != first.json()


async def test_a_long_list_is_packed_for_who_takes_it(guild: Guild) -> None:
    manager, stranger = await guild.holder("manage:Event"), await guild.client()
    await arranged(guild, manager, description_sv="Mat och sång. " * 200)
    plain = await stranger.get("/events/", headers={"Accept-Encoding": "identity"})
    packed = await stranger.get("/events/", headers={"Accept-Encoding": "gzip"})
    assert (packed.headers["content-encoding"], packed.json()) == ("gzip", plain.json())
    assert packed.headers["etag"] != plain.headers["etag"]
    assert (await stranger.head("/events/")).content == b""


async def test_what_was_made_once_asks_the_database_no_more(guild: Guild) -> None:
    manager, stranger = await guild.holder("manage:Event"), await guild.client()
    event = await arranged(guild, manager)
    await _until_heard(guild)
    for path in ("/events/", f"/events/{event['id']}"):
        with guild.statements() as seen:
            await asyncio.gather(*(stranger.get(path) for _ in range(20)))
        assert len(seen) <= 1, seen


async def test_a_sign_up_shows_in_the_very_next_answer(guild: Guild) -> None:
    manager, people, stranger = await guild.holder("manage:Event"), await guild.members(*"ABC"), await guild.client()
    event = await arranged(guild, manager)
    await _until_heard(guild)
    for number, person in enumerate(people, start=1):
        await person.post(f"/event-signup/{event['id']}", json={"user_id": person.id})
        assert (await stranger.get(f"/events/{event['id']}")).json()["signup_count"] == number
        assert (await stranger.get("/events/")).json()[0]["signup_count"] == number


async def test_names_of_councils_and_tags_are_the_present_ones(guild: Guild) -> None:
    keeper, council = await guild.holder("manage:Event", "manage:Council"), await guild.council("Foset")
    event = await arranged(guild, keeper, council_id=council)
    await _until_heard(guild)
    await keeper.get("/events/")
    await keeper.patch(f"/councils/update_council/{council}", json={"name_sv": "Phøset"})
    for shown in (await keeper.get("/events/")).json()[0], (await keeper.get(f"/events/{event['id']}")).json():
        assert shown["council"]["name_sv"] == "Phøset"


async def test_seats_are_told_now_and_when_they_change_and_the_end(guild: Guild) -> None:
    manager, anna = await guild.holder("manage:Event"), await guild.member()
    event = await arranged(guild, manager, places_at_once=True)
    watchers: Watchers = guild.app.state.watchers
    stream = watchers.watch(event["id"])
    async with asyncio.timeout(10):
        assert _facts(await _next(stream)) == (0, 2, 0, True)
        await anna.post(f"/event-signup/{event['id']}", json={"user_id": anna.id})
        assert _facts(await _next(stream)) == (1, 2, 1, True)
        await manager.delete(f"/events/{event['id']}")
        assert await anext(stream) == b"event: gone\ndata: {}\n\n"
        assert [sign async for sign in stream] == []


async def test_seats_are_told_only_when_they_have_changed(guild: Guild) -> None:
    """The time of counting was compared too, so that every change of any event was told to everybody."""
    manager, anna = await guild.holder("manage:Event"), await guild.member()
    event, other = await arranged(guild, manager), await arranged(guild, manager)
    stream = guild.app.state.watchers.watch(event["id"])
    async with asyncio.timeout(10):
        assert _facts(await _next(stream)) == (0, 2, None, False)
        coming = asyncio.create_task(_next(stream))
        await change(manager, other, price=1)
        await change(manager, event, price=1)
        await anna.post(f"/event-signup/{event['id']}", json={"user_id": anna.id})
        assert _facts(await coming) == (1, 2, None, False)
    await stream.aclose()


async def test_many_who_watch_the_same_cost_one_count_of_each_change(guild: Guild) -> None:
    manager, anna = await guild.holder("manage:Event"), await guild.member()
    event = await arranged(guild, manager)
    await _until_heard(guild)
    streams = [guild.app.state.watchers.watch(event["id"]) for _ in range(50)]
    async with asyncio.timeout(10):
        await asyncio.gather(*map(_next, streams))
        await anna.post(f"/event-signup/{event['id']}", json={"user_id": anna.id})
        with guild.statements() as seen:
            told = await asyncio.gather(*map(_next, streams))
        assert [seats["signup_count"] for seats in told] == [1] * 50
        assert len(seen) == 1
        await asyncio.gather(*(stream.aclose() for stream in streams))


async def test_no_more_may_watch_than_there_is_room_for(guild: Guild, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(showing, "MOST_WATCHERS", 1)
    event, stranger = await arranged(guild, await guild.holder("manage:Event")), await guild.client()
    stream = guild.app.state.watchers.watch(event["id"])
    await _next(stream)
    assert code(await stranger.get(f"/events/{event['id']}/seats")) == (503, "busy")
    await stream.aclose()
    guild.app.state.watchers.refuse_too_many()


async def test_seats_do_not_tell_how_many_places_are_given_before_that_is_public(guild: Guild) -> None:
    event = await arranged(guild, await guild.holder("manage:Event"))
    stream = guild.app.state.watchers.watch(event["id"])
    assert _facts(await _next(stream)) == (0, 2, None, False)
    await stream.aclose()


async def test_seats_of_no_event_are_not_there(guild: Guild) -> None:
    assert code(await (await guild.client()).get("/events/99999/seats")) == (404, "event_not_found")


async def _next(stream: AsyncGenerator[bytes]) -> dict[str, Any]:
    name, data = (await anext(stream)).decode().strip().split("\n")
    assert name == "event: seats"
    return json.loads(data.removeprefix("data: "))


def _facts(seats: dict[str, Any]) -> tuple[object, ...]:
    return tuple(seats[name] for name in ("signup_count", "max_event_users", "places_given", "event_users_confirmed"))


def _z(moment: Any) -> str:
    return (moment + timedelta()).isoformat()


async def _until_heard(guild: Guild) -> None:
    """Nothing is kept before changes are heard."""
    stranger = await guild.client()
    async with asyncio.timeout(10):
        while not guild.app.state.live.is_hearing:
            await stranger.get("/events/")
