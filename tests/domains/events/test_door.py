"""At the door: tickets, scanners that were offline, and who came."""

import asyncio
import io
from datetime import datetime, timedelta
from typing import Any

import pytest
import pyvips

from guildhall.core import clock
from guildhall.domains.events.rules import admission, qr
from tests.domains.events.happenings import HOUR, MINUTE, TODAY, arranged
from tests.domains.events.test_queue import sign_off, sign_up
from tests.guild import Guild, Person, code

STARTS = TODAY + HOUR  # at noon, UTC
DOORS = STARTS + 30 * MINUTE


async def ticket(person: Person, event: dict[str, Any]) -> str:
    answer = await person.get(f"/event-signup/{event['id']}/ticket")
    assert answer.status_code == 200, answer.text
    return answer.json()["code"]


def scan(ticket_code: str, at: datetime, scan_id: str | None = None) -> dict[str, Any]:
    return {"code": ticket_code, "scanned_at": at.isoformat(), "scan_id": scan_id}


async def check_in(keeper: Person, event: dict[str, Any], *scans: dict[str, Any]) -> list[dict[str, Any]]:
    """What becomes of the scans, an hour after the doors opened."""
    with clock.stopped(DOORS + HOUR):
        answer = await keeper.post(f"/events/{event['id']}/check-in", json={"scans": scans})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def party(guild: Guild, keeper: Person, *people: Person, **fields: object) -> dict[str, Any]:
    """An event at which these people have a place."""
    event = await arranged(
        guild, keeper, **{"starts_at": STARTS, "places_at_once": True, "max_event_users": len(people), **fields}
    )
    for person in people:
        await sign_up(person, event)
    return event


async def test_who_has_a_place_has_a_ticket_that_says_whose_and_for_what_it_is(guild: Guild) -> None:
    keeper, anna = await guild.holder("manage:Event"), await guild.member()
    event = await party(guild, keeper, anna)
    mine = (await anna.get(f"/event-signup/{event['id']}/ticket")).json()
    assert mine["code"].startswith(f"GH-{event['id']}-{anna.id}-")
    assert (mine["user"]["id"], mine["title_en"], mine["checked_in_at"]) == (anna.id, "Spring sitting", None)


async def test_tickets_are_pictures_of_the_same_code(guild: Guild) -> None:
    keeper, anna = await guild.holder("manage:Event"), await guild.member()
    event = await party(guild, keeper, anna)
    png, svg = [await anna.get(f"/event-signup/{event['id']}/ticket.{kind}") for kind in ("png", "svg")]
    assert (png.headers["Content-Type"], svg.headers["Content-Type"]) == ("image/png", "image/svg+xml")
    images = [pyvips.Image.new_from_buffer(answer.content, "") for answer in (png, svg)]
    assert len({(image.width, image.height) for image in images}) == 1
    assert png.content == qr.png(await ticket(anna, event))
    assert io.BytesIO(svg.content).read(5) == b"<?xml"


async def test_without_a_published_place_there_is_no_ticket(guild: Guild) -> None:
    keeper, (anna, bo) = await guild.holder("manage:Event"), await guild.members("Anna", "Bo")
    event, drawn_later = await party(guild, keeper, anna), await arranged(guild, keeper)
    await sign_up(bo, event)
    await sign_up(bo, drawn_later)
    for one in (event, drawn_later):
        for kind in ("", ".svg", ".png"):
            assert code(await bo.get(f"/event-signup/{one['id']}/ticket{kind}")) == (409, "no_ticket")
    assert code(await bo.get("/event-signup/99999/ticket")) == (404, "event_not_found")


async def test_the_earliest_scan_counts_and_the_others_are_told_of_it(guild: Guild) -> None:
    keeper, anna = await guild.holder("manage:Event"), await guild.member()
    event = await party(guild, keeper, anna)
    its = await ticket(anna, event)
    late, early = await check_in(keeper, event, scan(its, DOORS + MINUTE), scan(its, DOORS))
    assert (late["result"], early["result"]) == ("duplicate", "ok")
    assert late["checked_in_at"] == early["checked_in_at"] == "2027-02-01T12:30:00Z"
    assert (late["user"]["id"], late["checked_in_by"]["id"]) == (anna.id, keeper.id)
    # Another scanner had scanned before, and was offline until now.
    (earlier,) = await check_in(keeper, event, scan(its, DOORS - MINUTE))
    assert (earlier["result"], earlier["checked_in_at"]) == ("ok", "2027-02-01T12:29:00Z")


@pytest.mark.parametrize("scan_id", [None, "scanner-1/17"])
async def test_a_batch_that_is_sent_again_is_answered_as_before(guild: Guild, scan_id: str | None) -> None:
    keeper, people = await guild.holder("manage:Event"), await guild.members("Anna", "Bo")
    event = await party(guild, keeper, *people)
    scans = [scan(await ticket(person, event), DOORS, scan_id and f"{scan_id}{person.name}") for person in people]
    first = await check_in(keeper, event, *scans)
    assert [one["result"] for one in first] == ["ok", "ok"]
    assert await check_in(keeper, event, *scans) == first


async def test_two_scanners_that_count_alike_let_nobody_in_twice(guild: Guild) -> None:
    """Both called their first scan 1, and the second was told that all was well."""
    keeper, other, anna = await guild.holder("manage:Event"), await guild.holder("manage:Event"), await guild.member()
    event = await party(guild, keeper, anna)
    its = await ticket(anna, event)
    (first,) = await check_in(keeper, event, scan(its, DOORS, "1"))
    (second,) = await check_in(other, event, scan(its, DOORS + MINUTE, "1"))
    (third,) = await check_in(keeper, event, scan(its, DOORS + MINUTE, "1"))
    assert [one["result"] for one in (first, second, third)] == ["ok", "duplicate", "duplicate"]


async def test_a_fast_clocks_batch_is_answered_as_before_when_it_comes_again(guild: Guild) -> None:
    """Its time was set back to the present, which was another one when it came again."""
    keeper, anna = await guild.holder("manage:Event"), await guild.member()
    event = await party(guild, keeper, anna)
    ahead = {"scans": [scan(await ticket(anna, event), DOORS + 2 * HOUR)]}
    answers: list[dict[str, Any]] = []
    for minutes in (0, 1):
        with clock.stopped(DOORS + HOUR + minutes * MINUTE):
            answers += (await keeper.post(f"/events/{event['id']}/check-in", json=ahead)).json()
    assert answers[0] == answers[1]
    assert answers[0]["result"] == "ok"


async def test_of_two_scanners_at_once_the_earlier_scan_counts(guild: Guild) -> None:
    keepers = [await guild.holder("manage:Event") for _ in range(4)]
    people = await guild.members(*"ABCD")
    event = await party(guild, keepers[0], *people)
    tickets = [await ticket(person, event) for person in people]
    batches = [
        [scan(its, DOORS + (number + place) % 4 * MINUTE) for place, its in enumerate(tickets)]
        for number in range(len(keepers))
    ]
    path = f"/events/{event['id']}/check-in"
    with clock.stopped(DOORS + HOUR):  # once: it is the clock of all of them
        await asyncio.gather(
            *(keeper.post(path, json={"scans": batch}) for keeper, batch in zip(keepers, batches, strict=True))
        )
    came = (await keepers[0].get(f"/events/{event['id']}/attendance")).json()["attendees"]
    assert {one["checked_in_at"] for one in came} == {"2027-02-01T12:30:00Z"}


async def test_what_is_no_ticket_for_this_event_is_told_so(guild: Guild) -> None:
    keeper, (anna, bo) = await guild.holder("manage:Event"), await guild.members("Anna", "Bo")
    event, other = await party(guild, keeper, anna, bo), await party(guild, keeper, anna)
    its, foreign, lost = await ticket(anna, event), await ticket(anna, other), await ticket(bo, event)
    await sign_off(bo, event)
    forged = its.replace(f"-{anna.id}-", f"-{bo.id}-")
    results = await check_in(keeper, event, *(scan(one, DOORS) for one in (forged, "hello", foreign, lost)))
    assert [one["result"] for one in results] == ["bad_code", "bad_code", "not_this_event", "no_place"]
    assert (await keeper.get(f"/events/{event['id']}/attendance")).json()["came"] == 0


async def test_a_scanners_wrong_clock_is_set_right(guild: Guild) -> None:
    keeper, (anna, bo) = await guild.holder("manage:Event"), await guild.members("Anna", "Bo")
    event = await party(guild, keeper, anna, bo)
    ahead = scan(await ticket(anna, event), DOORS + timedelta(days=400))
    behind = {"user_id": bo.id, "scanned_at": (STARTS - timedelta(days=400)).isoformat()}
    first, second = await check_in(keeper, event, ahead, behind)
    assert (first["checked_in_at"], second["checked_in_at"]) == ("2027-02-01T13:30:00Z", "2027-01-31T12:00:00Z")


async def test_the_list_says_who_came_and_after_the_start_who_did_not(guild: Guild) -> None:
    keeper, (anna, bo) = await guild.holder("manage:Event"), await guild.members("Anna", "Bo")
    event = await party(guild, keeper, anna, bo)
    await check_in(keeper, event, scan(await ticket(anna, event), DOORS))
    path = f"/events/{event['id']}"
    before = (await keeper.get(f"{path}/attendance")).json()
    assert (before["places"], before["came"], before["no_shows"]) == (2, 1, None)
    assert {one["user"]["id"]: one["checked_in_at"] for one in before["attendees"]} == {
        anna.id: "2027-02-01T12:30:00Z",
        bo.id: None,
    }
    with clock.stopped(STARTS):
        assert (await keeper.get(f"{path}/attendance")).json()["no_shows"] == 1
    assert (await keeper.delete(f"{path}/check-in/{anna.id}")).status_code == 204
    assert (await keeper.get(f"{path}/attendance")).json()["came"] == 0
    assert code(await keeper.delete(f"{path}/check-in/99999")) == (404, "signup_not_found")


async def test_the_door_is_for_organisers_of_published_events(guild: Guild) -> None:
    keeper, anna, stranger = await guild.holder("manage:Event"), await guild.member(), await guild.client()
    event = await arranged(guild, keeper)
    path, wish = f"/events/{event['id']}", {"scans": [{"user_id": anna.id, "scanned_at": DOORS.isoformat()}]}
    for person, status in ((stranger, 401), (anna, 403)):
        assert (await person.post(f"{path}/check-in", json=wish)).status_code == status
        assert (await person.delete(f"{path}/check-in/{anna.id}")).status_code == status
        assert (await person.get(f"{path}/attendance")).status_code == status
    assert (await stranger.get(f"/event-signup/{event['id']}/ticket")).status_code == 401
    assert code(await keeper.post(f"{path}/check-in", json=wish)) == (409, "not_published")
    assert code(await keeper.get(f"{path}/attendance")) == (409, "not_published")
    assert code(await keeper.post("/events/99999/check-in", json=wish)) == (404, "event_not_found")
    both = {"user_id": anna.id, "code": "GH", "scanned_at": DOORS.isoformat()}
    assert (await keeper.post(f"{path}/check-in", json={"scans": [both]})).status_code == 422
    assert (await keeper.post(f"{path}/check-in", json={"scans": []})).status_code == 422


async def test_a_full_house_is_checked_in_with_a_few_statements(guild: Guild) -> None:
    keeper, people = await guild.holder("manage:Event"), await guild.members(*"ABCDEF")
    event = await party(guild, keeper, *people)
    scans = [scan(await ticket(person, event), DOORS) for person in people]
    with guild.statements() as few:
        assert {one["result"] for one in await check_in(keeper, event, *scans)} == {"ok"}
    assert len(few) <= 6


def test_a_ticket_is_read_only_with_the_key_it_was_written_with() -> None:
    its = admission.code("key", 7, 42)
    assert (admission.read("key", f" {its.lower()}\n"), admission.read("other", its)) == ((7, 42), None)
    assert [admission.read("key", one) for one in ("", "GH-7-42", f"{its}A", "GH-٧-42-AAAAAAAAAAAAAAAA")] == [None] * 4
