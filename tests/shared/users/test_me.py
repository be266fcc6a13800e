"""Oneself: what is shown, and what one may change."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from guildhall.core import clock
from guildhall.shared.groups.service import priorities_of
from tests.guild import Guild, Person, code, escaped

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


async def change(person: Person, **wish: object) -> dict[str, Any]:
    """Send a change of oneself; what is answered, which is what is shown afterwards."""
    answer = await person.patch("/users/update/me", json=wish)
    assert answer.status_code == 200, answer.text
    assert answer.json() == (await person.get("/users/me")).json()
    return answer.json()


async def test_one_sees_everything_the_guild_knows_but_the_password(guild: Guild) -> None:
    with clock.stopped(NOON):
        anna = await guild.member("Anna", stil_id="ab1234cd-s")
        post = await guild.post("Spindelman", permissions=["manage:User", "view:User"])
        await guild.give(anna, post)
        shown = (await anna.get("/users/me")).json()
    (held,) = shown.pop("posts")
    assert shown == {
        "id": anna.id,
        "email": anna.email,
        "is_active": True,
        "is_superuser": False,
        "is_verified": True,
        "first_name": "Anna",
        "last_name": "Number1son",
        "program": "Oklart",
        "events": [],
        "telephone_number": "tel:+46-70-174-06-05",
        "start_year": 2025,
        "account_created": "2027-03-01T12:00:00Z",
        "want_notifications": True,
        "language": None,
        "photo_consent": None,
        "stil_id": "ab1234cd-s",
        "standard_food_preferences": [],
        "other_food_preferences": "",
        "accesses": [],
        "is_member": True,
        "groups": [],
        "moose_game_name": "",
        "moose_game_score": 0,
    }
    assert (held["id"], held["name_sv"]) == (post, "Spindelman")
    assert [f"{right['action']}:{right['target']}" for right in held["permissions"]] == ["view:User", "manage:User"]


async def test_oneself_is_at_most_five_statements(guild: Guild) -> None:
    anna = await guild.holder("manage:Car")
    for _ in range(4):
        await guild.give(anna, await guild.post(permissions=["view:User"]))
    with guild.statements() as statements:
        await anna.get("/users/me")
    assert len(statements) <= 5


CHANGES: list[tuple[dict[str, object], dict[str, object]]] = [
    ({"first_name": " Åsa "}, {"first_name": "Åsa"}),
    ({"last_name": "von Öst-Berg"}, {"last_name": "von Öst-Berg"}),
    ({"start_year": 2020}, {"start_year": 2020}),
    ({"program": "Pi"}, {"program": "Pi"}),
    ({"notifications": False}, {"want_notifications": False}),
    ({"telephone_number": "+45 32 12 34 56"}, {"telephone_number": "tel:+45-32-12-34-56"}),
    ({"standard_food_preferences": ["Vegan", "Milk"]}, {"standard_food_preferences": ["Vegan", "Milk"]}),
    ({"other_food_preferences": "no celery"}, {"other_food_preferences": "no celery"}),
    ({"moose_game_name": "Moose"}, {"moose_game_name": "Moose"}),
    ({"stil_id": " AB1234CD-S "}, {"stil_id": "ab1234cd-s"}),
]


@pytest.mark.parametrize(("wish", "change_"), CHANGES)
async def test_only_what_is_sent_is_changed(guild: Guild, wish: dict[str, object], change_: dict[str, object]) -> None:
    anna = await guild.user("Anna", moose_game_name="Anna", standard_food_preferences=["Gluten"])
    before = (await anna.get("/users/me")).json()
    assert await change(anna, **wish) == before | change_


async def test_what_was_set_stays_when_it_is_left_out_or_null_and_goes_when_it_is_empty(guild: Guild) -> None:
    anna = await guild.user("Anna")
    everything: dict[str, Any] = {name: value for wish, _ in CHANGES for name, value in wish.items()}
    full = await change(anna, **everything)
    assert await change(anna) == full
    assert await change(anna, unknown_field=1, email="new@example.com", is_member=True, is_verified=False) == full
    # null clears what may be null and keeps what may not; forms send it for "unchanged"
    cleared = {"stil_id": None, "other_food_preferences": None}
    assert await change(anna, **dict.fromkeys(everything)) == full | cleared
    # empty is a value where empty makes sense
    await change(anna, stil_id="ab1234cd-s")
    emptied = {"stil_id": None, "other_food_preferences": "", "moose_game_name": "", "standard_food_preferences": []}
    wish = {"stil_id": "", "other_food_preferences": "", "moose_game_name": "", "standard_food_preferences": []}
    assert await change(anna, **wish) == full | emptied


@pytest.mark.parametrize(
    "wrong",
    [
        {"first_name": ""},
        {"first_name": "  "},
        {"first_name": "x" * 101},
        {"first_name": "An\x00na"},
        {"last_name": ""},
        {"last_name": 7},
        {"start_year": 0},
        {"start_year": 1899},
        {"start_year": 2**31},
        {"start_year": "x"},
        {"program": ""},
        {"program": "f"},
        {"notifications": "perhaps"},
        {"telephone_number": ""},
        {"telephone_number": "0701740605"},
        {"telephone_number": "+4670"},
        {"standard_food_preferences": "Milk"},
        {"standard_food_preferences": ["Milk"] * 21},
        {"other_food_preferences": "x" * 1001},
        {"other_food_preferences": "\x00"},
        {"moose_game_name": "x" * 101},
        {"stil_id": "ab1234cd"},
        {"stil_id": "ab1234cd-t"},
        {"stil_id": "ab１２３４cd-s"},
    ],
)
async def test_what_does_not_fit_is_told_and_nothing_is_changed(guild: Guild, wrong: dict[str, object]) -> None:
    anna = await guild.user("Anna")
    before = (await anna.get("/users/me")).json()
    answer = await anna.patch("/users/update/me", json={"first_name": "Other"} | wrong)
    assert code(answer) == (422, "invalid_input")
    assert (await anna.get("/users/me")).json() == before


async def test_half_a_character_is_refused(guild: Guild) -> None:
    anna = await guild.user("Anna")
    for field in ("first_name", "other_food_preferences", "moose_game_name", "telephone_number", "stil_id"):
        assert (await anna.patch("/users/update/me", **escaped({field: "a\ud800"}))).status_code == 422
    answer = await anna.patch("/users/update/me", **escaped({"standard_food_preferences": ["\ud800"]}))
    assert answer.status_code in (400, 422)


@pytest.mark.parametrize("body", [None, [], "text", 7])
async def test_a_change_is_an_object(guild: Guild, body: object) -> None:
    anna = await guild.user("Anna")
    assert code(await anna.patch("/users/update/me", json=body)) == (422, "invalid_input")


async def test_a_food_preference_must_be_a_known_one(guild: Guild) -> None:
    anna = await guild.user("Anna")
    answer = await anna.patch("/users/update/me", json={"standard_food_preferences": ["Milk", "{food}"]})
    assert code(answer) == (400, "unknown_food_preference")
    assert answer.json()["detail"] == "{food} is not a food preference"


async def test_nobody_makes_themselves_inactive_or_active_here(guild: Guild) -> None:
    anna = await guild.member("Anna")
    assert (await change(anna, is_active=False))["is_active"]


async def test_a_member_cannot_take_another_members_stil_id(guild: Guild) -> None:
    await guild.member("Anna", stil_id="ab1234cd-s")
    bo = await guild.member("Bo", stil_id="bo1234cd-s")
    answer = await bo.patch("/users/update/me", json={"stil_id": "AB1234CD-s", "first_name": "Other"})
    assert code(answer) == (409, "stil_id_taken")
    shown = (await bo.get("/users/me")).json()
    assert (shown["stil_id"], shown["first_name"]) == ("bo1234cd-s", "Bo")


async def test_who_is_no_member_may_write_any_stil_id(guild: Guild) -> None:
    await guild.member("Anna", stil_id="ab1234cd-s")
    bo = await guild.user("Bo")
    assert (await change(bo, stil_id="ab1234cd-s"))["stil_id"] == "ab1234cd-s"


async def test_of_two_members_who_take_a_stil_id_at_once_one_gets_it(guild: Guild) -> None:
    people = await guild.members("Anna", "Bo", "Cecilia")
    wish = {"stil_id": "ab1234cd-s"}
    answers = await asyncio.gather(*(person.patch("/users/update/me", json=wish) for person in people))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]


async def test_two_changes_of_different_fields_at_once_both_hold(guild: Guild) -> None:
    anna = await guild.user("Anna")
    wishes = [{"first_name": "Åsa"}, {"last_name": "Ek"}, {"program": "F"}, {"notifications": False}]
    await asyncio.gather(*(anna.patch("/users/update/me", json=wish) for wish in wishes))
    shown = (await anna.get("/users/me")).json()
    assert (shown["first_name"], shown["last_name"], shown["program"]) == ("Åsa", "Ek", "F")
    assert not shown["want_notifications"]


async def test_priorities_are_the_swedish_names_of_ones_posts(guild: Guild) -> None:
    anna = await guild.member("Anna")
    assert (await anna.get("/users/user_priorities/me")).json() == []
    for name in ("Spindelman", "Ordförande"):
        await guild.give(anna, await guild.post(name))
    assert (await anna.get("/users/user_priorities/me")).json() == ["Spindelman", "Ordförande"]


async def test_other_domains_add_their_priorities(guild: Guild) -> None:
    anna = await guild.member("Anna")
    await guild.give(anna, await guild.post("Spindelman"))

    async def of_nollning(_session: object, user_id: int) -> list[str]:
        return ["Nolla"] if user_id == anna.id else []

    before = dict(priorities_of._answers)  # pyright: ignore[reportPrivateUsage]
    priorities_of.fill("nollning", of_nollning)
    try:
        assert (await anna.get("/users/user_priorities/me")).json() == ["Spindelman", "Nolla"]
    finally:
        priorities_of._answers.clear()  # pyright: ignore[reportPrivateUsage]
        priorities_of._answers.update(before)  # pyright: ignore[reportPrivateUsage]
