"""The organiser's questions, and what those who sign up answer."""

from typing import Any

import pytest

from guildhall.core import clock
from tests.domains.events.happenings import HOUR, TODAY, arranged
from tests.domains.events.test_queue import sign_off, sign_up
from tests.guild import Guild, Person, code

SONGS = [{"sv": "Helan", "en": "The whole"}, {"sv": "Halvan", "en": "The half"}]


def question(kind: str = "text", **fields: object) -> dict[str, Any]:
    """A wish for a question."""
    return {"kind": kind, "title_sv": "Vad sjunger du?", "title_en": "What do you sing?", **fields}


async def asked(manager: Person, event: dict[str, Any], kind: str = "text", **fields: object) -> dict[str, Any]:
    """A question that the manager has asked, as it was answered."""
    answer = await manager.post(f"/events/{event['id']}/questions", json=question(kind, **fields))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def answered(person: Person, event: dict[str, Any], answers: dict[int, object], **of: int) -> Any:
    """What is said to these answers."""
    wish = {"answers": {str(number): given for number, given in answers.items()}}
    return await person.put(f"/event-signup/{event['id']}/answers", json=wish, params=of)


async def test_questions_are_asked_in_their_order_and_until_sign_up_ends_unless_it_is_said(guild: Guild) -> None:
    manager, anna = await guild.holder("manage:Event"), await guild.member()
    event = await arranged(guild, manager)
    first = await asked(manager, event, "one", options=SONGS, required=True)
    second = await asked(manager, event, answers_until=(TODAY + HOUR).isoformat())
    assert (first["options"], first["required"], first["answers_until"]) == (SONGS, True, "2027-02-08T11:00:00Z")
    assert second["answers_until"] == "2027-02-01T12:00:00Z"
    path = f"/events/{event['id']}/questions"
    assert (await anna.get(path)).json() == [first, second]
    assert (await manager.put(path, json=[second["id"], first["id"]])).json() == [second, first]
    assert code(await manager.put(path, json=[second["id"]])) == (400, "questions_differ")
    assert (await manager.delete(f"{path}/{second['id']}")).status_code == 204
    assert (await anna.get(path)).json() == [first]


@pytest.mark.parametrize(
    "wish",
    [
        question("one"),
        question("text", options=SONGS),
        question("many", options=[SONGS[0], SONGS[0]]),
        question("text", least=1),
        question("number", least=2, most=1),
        question("drawing"),
        question(title_sv=""),
    ],
)
async def test_a_question_that_makes_no_sense_is_422(guild: Guild, wish: dict[str, Any]) -> None:
    manager = await guild.holder("manage:Event")
    event = await arranged(guild, manager)
    assert (await manager.post(f"/events/{event['id']}/questions", json=wish)).status_code == 422


async def test_answers_are_kept_by_kind_changed_and_taken_back(guild: Guild) -> None:
    manager, anna = await guild.holder("manage:Event"), await guild.member()
    event = await arranged(guild, manager)
    one, many = [await asked(manager, event, kind, options=SONGS, required=True) for kind in ("one", "many")]
    words, number = await asked(manager, event), await asked(manager, event, "number", least=0, most=3)
    await sign_up(anna, event)
    given = {one["id"]: "Helan", many["id"]: ["Halvan", "Helan"], words["id"]: "Högt", number["id"]: 1.5}
    answer = (await answered(anna, event, given)).json()
    assert (answer["answers"], answer["missing"]) == ({str(key): value for key, value in given.items()}, [])
    await answered(anna, event, {one["id"]: None, many["id"]: [], words["id"]: "Lågt"})
    mine = (await anna.get(f"/event-signup/{event['id']}/answers/me")).json()
    assert mine["answers"] == {str(words["id"]): "Lågt", str(number["id"]): 1.5}
    assert mine["missing"] == [one["id"], many["id"]]
    assert (await manager.get(f"/events/{event['id']}/answers")).json() == [mine]


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("one", "Tersen", "answer_is_no_option"),
        ("one", ["Helan"], "answer_is_no_option"),
        ("many", ["Helan", "Helan"], "answer_is_no_option"),
        ("many", [{"a": 1}], "answer_is_no_option"),
        ("text", 7, "answer_is_no_text"),
        ("text", "a" * 1001, "answer_is_no_text"),
        ("text", "\x00", "answer_is_no_text"),
        ("number", True, "answer_is_no_number"),
        ("number", "2", "answer_is_no_number"),
        ("number", 4, "answer_is_no_number"),
    ],
)
async def test_an_answer_that_does_not_fit_is_refused_and_nothing_is_kept(
    guild: Guild, kind: str, given: object, expected: str
) -> None:
    manager, anna = await guild.holder("manage:Event"), await guild.member()
    event = await arranged(guild, manager)
    bounds = {"least": 0, "most": 3} if kind == "number" else {}
    fine = await asked(manager, event)
    asks = await asked(manager, event, kind, options=SONGS if kind in ("one", "many") else [], **bounds)
    await sign_up(anna, event)
    assert code(await answered(anna, event, {fine["id"]: "Ja", asks["id"]: given})) == (400, expected)
    assert (await anna.get(f"/event-signup/{event['id']}/answers/me")).json()["answers"] == {}


async def test_after_the_deadline_only_organisers_change_answers(guild: Guild) -> None:
    manager, anna = await guild.holder("manage:Event"), await guild.member()
    event = await arranged(guild, manager, signup_end=TODAY + HOUR)
    asks = await asked(manager, event)
    await sign_up(anna, event)
    await answered(anna, event, {asks["id"]: "Högt"})
    with clock.stopped(TODAY + 2 * HOUR):
        assert code(await answered(anna, event, {asks["id"]: "Lågt"})) == (409, "answer_is_late")
        assert (await answered(anna, event, {asks["id"]: "Högt"})).status_code == 200  # nothing changes
        assert (await answered(manager, event, {asks["id"]: "Lågt"}, user_id=anna.id)).status_code == 200


async def test_only_those_who_signed_up_answer_and_only_for_themselves(guild: Guild) -> None:
    manager, (anna, bo) = await guild.holder("manage:Event"), await guild.members("Anna", "Bo")
    event = await arranged(guild, manager)
    asks = await asked(manager, event)
    await sign_up(anna, event)
    assert code(await answered(bo, event, {asks["id"]: "Ja"})) == (404, "signup_not_found")
    assert code(await answered(bo, event, {asks["id"]: "Ja"}, user_id=anna.id)) == (403, "not_your_signup")
    assert code(await answered(anna, event, {99999: "Ja"})) == (404, "question_not_found")
    assert code(await answered(anna, {"id": 99999}, {})) == (404, "event_not_found")


async def test_answers_leave_with_the_sign_up(guild: Guild) -> None:
    manager, anna = await guild.holder("manage:Event"), await guild.member()
    event = await arranged(guild, manager)
    asks = await asked(manager, event)
    await sign_up(anna, event)
    await answered(anna, event, {asks["id"]: "Högt"})
    await sign_off(anna, event)
    assert (await manager.get(f"/events/{event['id']}/answers")).json() == []
    await sign_up(anna, event)
    assert (await anna.get(f"/event-signup/{event['id']}/answers/me")).json()["answers"] == {}


async def test_an_answered_question_keeps_its_kind_and_options_and_may_get_more(guild: Guild) -> None:
    manager, anna = await guild.holder("manage:Event"), await guild.member()
    event = await arranged(guild, manager)
    asks = await asked(manager, event, "one", options=SONGS)
    path = f"/events/{event['id']}/questions/{asks['id']}"
    await sign_up(anna, event)
    await answered(anna, event, {asks["id"]: "Helan"})
    for wish in (question("text"), question("one", options=SONGS[1:]), question("many", options=SONGS)):
        assert code(await manager.put(path, json=wish)) == (409, "question_is_answered")
    more = [*SONGS, {"sv": "Tersen", "en": "The third"}]
    changed = await manager.put(path, json=question("one", options=more, title_en="And?", required=True))
    assert (changed.json()["options"], changed.json()["title_en"]) == (more, "And?")
    await answered(anna, event, {asks["id"]: None})
    assert (await manager.put(path, json=question("text"))).json()["kind"] == "text"


async def test_who_may_do_what_with_questions(guild: Guild) -> None:
    manager, anna = await guild.holder("manage:Event"), await guild.member()
    stranger, gustav = await guild.client(), await guild.user()
    event = await arranged(guild, manager)
    asks = await asked(manager, event)
    path = f"/events/{event['id']}/questions"
    for person, status in ((stranger, 401), (gustav, 403)):
        assert (await person.get(path)).status_code == status
        assert (await person.put(f"/event-signup/{event['id']}/answers", json={"answers": {}})).status_code == status
        assert (await person.get(f"/event-signup/{event['id']}/answers/me")).status_code == status
    for person, status in ((stranger, 401), (anna, 403)):
        assert (await person.post(path, json=question())).status_code == status
        assert (await person.put(path, json=[])).status_code == status
        assert (await person.put(f"{path}/{asks['id']}", json=question())).status_code == status
        assert (await person.delete(f"{path}/{asks['id']}")).status_code == status
        assert (await person.get(f"/events/{event['id']}/answers")).status_code == status
    other = await arranged(guild, manager)
    wrong = f"/events/{other['id']}/questions/{asks['id']}"
    assert code(await manager.put(wrong, json=question())) == (404, "question_not_found")
    assert code(await manager.delete(wrong)) == (404, "question_not_found")
    assert (await manager.get("/events/99999/questions")).status_code == 404


async def test_the_answers_of_many_are_a_few_statements(guild: Guild) -> None:
    manager, people = await guild.holder("manage:Event"), await guild.members(*"ABCDE")
    event = await arranged(guild, manager)
    asks = await asked(manager, event)
    for person in people:
        await sign_up(person, event)
        await answered(person, event, {asks["id"]: person.name})
    with guild.statements() as few:
        assert len((await manager.get(f"/events/{event['id']}/answers")).json()) == 5
    assert len(few) <= 5
