"""The organiser's lists: as CSV, as the wire has it, and as XLSX."""

import io
from typing import Any

import httpx2
import openpyxl
import pytest

from tests.domains.events.happenings import TODAY, arranged, close_signup
from tests.domains.events.test_questions import SONGS, answered, asked
from tests.domains.events.test_queue import path, sign_up
from tests.guild import Guild, Person, code

HEADER = "Stil-ID,Efternamn,Förnamn,Namn,E-post,Matpreferens,Dryckespaket,Grupp,Prioritet"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def csv(manager: Person, event: dict[str, Any], **wanted: str) -> httpx2.Response:
    return await manager.get(f"/events/event-signups/confirmed/{event['id']}/csv", params=wanted)


async def sheet(manager: Person, event: dict[str, Any], **wanted: str) -> Any:
    """The list as a spreadsheet program reads it."""
    address = f"/events/event-signups/confirmed/{event['id']}/csv"
    answer = await manager.get(address, params=wanted, headers={"Accept": XLSX})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, XLSX)
    assert answer.headers["Content-Disposition"] == "attachment; filename=event.xlsx"
    return openpyxl.load_workbook(io.BytesIO(answer.content)).active


async def test_the_list_of_those_with_a_place_is_byte_for_byte_that_of_the_wire(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    food = {"standard_food_preferences": ["Vegan", "Gluten"], "other_food_preferences": "inga nötter"}
    orjan = await guild.member("Örjan", last_name="Öberg", stil_id="or1234ob-s", email="orjan@example.com", **food)
    asa = await guild.member("Åsa", last_name="Åberg", email="asa@example.com")
    bo = await guild.member("Bo", last_name='Berg, "den äldre"', email="bo@example.com")
    event = await arranged(guild, manager, max_event_users=3)
    wishes: list[tuple[Person, dict[str, Any]]] = [
        (orjan, {"drinkPackage": "Alcohol", "group_name": "Grupp 1"}),
        (asa, {"drinkPackage": "AlcoholFree"}),
        (bo, {}),
    ]
    for person, wish in wishes:
        await person.post(path(event), json={"user_id": person.id, **wish})
    await close_signup(manager, event)
    await manager.post(f"/events/event-signups/{event['id']}")
    answer = await csv(manager, event)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == "attachment; filename=event.csv"
    assert answer.content.decode() == (
        f"{HEADER}\n"
        ',"Berg, ""den äldre""",Bo,"Bo Berg, ""den äldre""",bo@example.com,,Inget,,Övrigt\n'
        ",Åberg,Åsa,Åsa Åberg,asa@example.com,,Alkoholfritt,,Övrigt\n"
        'or1234ob-s,Öberg,Örjan,Örjan Öberg,orjan@example.com,"Vegan, Gluten, inga nötter",Alkohol,Grupp 1,Övrigt\n'
    )


async def test_a_list_of_nobody_is_a_single_newline(guild: Guild) -> None:
    manager, anna = await guild.holder("manage:Event"), await guild.member()
    event = await arranged(guild, manager)
    await sign_up(anna, event)
    assert (await csv(manager, event)).content == b"\n"
    assert [cell.value for cell in (await sheet(manager, event))[1]] == HEADER.split(",")


async def test_answers_stand_to_the_right_of_what_the_wire_knows(guild: Guild) -> None:
    manager, anna = await guild.holder("manage:Event"), await guild.member()
    event = await arranged(guild, manager, places_at_once=True)
    many = await asked(manager, event, "many", options=SONGS, title_sv="Sånger")
    number = await asked(manager, event, "number", title_sv="Hur många?")
    await sign_up(anna, event)
    await answered(anna, event, {many["id"]: ["Helan", "Halvan"], number["id"]: -2})
    header, row = (await csv(manager, event)).text.splitlines()
    assert header == f"{HEADER},Sånger,Hur många?"
    assert row.endswith(',Övrigt,"Helan, Halvan",-2')
    read = await sheet(manager, event)
    assert [cell.value for cell in read[2]][-2:] == ["Helan, Halvan", -2]
    assert read.freeze_panes == "A2"
    assert read.column_dimensions["E"].width > 15


async def test_the_queue_and_all_can_be_asked_for_and_say_how_they_stand(guild: Guild) -> None:
    manager, people = await guild.holder("manage:Event"), await guild.members("Anna", "Bo", "Cilla")
    event = await arranged(guild, manager, places_at_once=True, max_event_users=1)
    for person in people:
        await sign_up(person, event)
    queue, everybody = [(await csv(manager, event, who=who)).text.splitlines() for who in ("queue", "all")]
    assert [line.rsplit(",", 1)[1] for line in queue] == ["Plats", "Kö 1", "Kö 2"]
    assert sorted(line.rsplit(",", 1)[1] for line in everybody) == ["Kö 1", "Kö 2", "Plats", "Plats"]
    assert (await csv(manager, event, who="nobody")).status_code == 422


@pytest.mark.parametrize("name", ["=1+1", "+46", "-2", "@SUM(A1)"])
async def test_what_looks_like_a_formula_is_a_text(guild: Guild, name: str) -> None:
    manager, anna = await guild.holder("manage:Event"), await guild.member(name)
    event = await arranged(guild, manager, places_at_once=True)
    await sign_up(anna, event)
    assert f",'{name}," in (await csv(manager, event)).text
    cell = (await sheet(manager, event))["C2"]
    assert (cell.value, cell.data_type) == (name, "s")


async def test_lists_are_for_organisers_and_of_events_that_there_are(guild: Guild) -> None:
    manager, anna = await guild.holder("manage:Event"), await guild.member()
    event = await arranged(guild, manager)
    address = f"/events/event-signups/confirmed/{event['id']}/csv"
    assert (await (await guild.client()).get(address)).status_code == 401
    assert (await anna.get(address)).status_code == 403
    assert code(await csv(manager, {"id": 99999})) == (404, "event_not_found")


async def test_a_list_is_a_few_statements_however_many_stand_in_it(guild: Guild) -> None:
    manager, people = await guild.holder("manage:Event"), await guild.members(*"ABCDEF")
    event = await arranged(guild, manager, places_at_once=True, max_event_users=0, starts_at=TODAY.replace(month=3))
    for person in people:
        await sign_up(person, event)
    with guild.statements() as few:
        assert len((await csv(manager, event)).text.splitlines()) == 7
    assert len(few) <= 5
