"""Councils: reading, making, changing and deleting them."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from guildhall.core import clock
from tests.guild import Guild, Person, code, escaped

FOSET = {"name_sv": "Foset", "name_en": "The Introduction Committee"}
WHOLE = FOSET | {"description_sv": "Ordnar nollningen.", "description_en": "Runs the introduction."}
MANAGING = [
    ("POST", "/councils/"),
    ("PATCH", "/councils/update_council/1"),
    ("PATCH", "/councils/update_council/nonsense"),
    ("DELETE", "/councils/1"),
    ("DELETE", "/councils/nonsense"),
]


async def made(keeper: Person, **fields: object) -> dict[str, Any]:
    answer = await keeper.post("/councils/", json=WHOLE | fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def update(keeper: Person, council: dict[str, Any], **fields: object) -> Any:
    return await keeper.patch(f"/councils/update_council/{council['id']}", json=fields)


async def keeper_of(guild: Guild, *more: str) -> Person:
    """Somebody who manages councils; their own post is in a council too, the first of the guild."""
    return await guild.holder("manage:Council", *more, name="Karin")


async def test_a_manager_makes_a_council_and_every_member_sees_it(guild: Guild) -> None:
    keeper, anna = await keeper_of(guild), await guild.member()
    council = await made(keeper)
    assert council == WHOLE | {"id": council["id"], "posts": [], "events": []}
    assert (await anna.get(f"/councils/{council['id']}")).json() == council
    assert (await anna.get("/councils/")).json()[-1] == council


async def test_descriptions_may_be_left_out(guild: Guild) -> None:
    council = (await (await keeper_of(guild)).post("/councils/", json=FOSET)).json()
    assert (council["description_sv"], council["description_en"]) == (None, None)


async def test_councils_are_seen_by_id_with_their_posts_as_posts_are_seen(guild: Guild) -> None:
    anna, first, second = await guild.member(), await guild.council("Foset"), await guild.council("Aktu")
    await guild.post("Överfös", council=first, permissions=["manage:Nollning"])
    await guild.post("Fös", council=first)
    councils = (await anna.get("/councils/")).json()
    assert [council["id"] for council in councils] == [first, second]
    assert councils[0]["posts"] == (await anna.get("/posts/")).json()
    assert [post["name_sv"] for post in councils[0]["posts"]] == ["Överfös", "Fös"]
    assert [(await anna.get(f"/councils/{number}")).json() for number in (first, second)] == councils


async def test_no_councils_are_an_empty_list(guild: Guild) -> None:
    assert (await (await guild.member()).get("/councils/")).json() == []


async def test_many_councils_take_as_many_statements_as_one(guild: Guild) -> None:
    anna, council = await guild.member(), await guild.council()
    for number in range(10):
        await guild.post(council=await guild.council(f"Aktu {number}"), permissions=["view:User"])
    for path in ("/councils/", f"/councils/{council}"):
        with guild.statements() as statements:
            assert (await anna.get(path)).status_code == 200
        assert len(statements) <= 4


# Changing


async def test_only_what_was_sent_is_changed(guild: Guild) -> None:
    keeper = await keeper_of(guild)
    council = await made(keeper)
    assert (await update(keeper, council, name_en="The Fos", id=7)).json() == council | {"name_en": "The Fos"}
    assert (await update(keeper, council)).json() == council | {"name_en": "The Fos"}


async def test_null_clears_a_description_and_keeps_a_name(guild: Guild) -> None:
    keeper = await keeper_of(guild)
    council = await made(keeper)
    answer = await update(keeper, council, **dict.fromkeys(WHOLE))
    assert answer.json() == council | {"description_sv": None, "description_en": None}


async def test_an_empty_description_is_a_value(guild: Guild) -> None:
    keeper = await keeper_of(guild)
    answer = await update(keeper, await made(keeper), description_sv="")
    assert answer.json()["description_sv"] == ""


async def test_the_answer_to_a_change_shows_the_posts(guild: Guild) -> None:
    keeper = await keeper_of(guild)
    council = await made(keeper)
    await guild.post("Fös", council=council["id"])
    answer = await update(keeper, council, name_sv="Fösutskottet")
    assert [post["name_sv"] for post in answer.json()["posts"]] == ["Fös"]


@pytest.mark.parametrize("name", ["name_sv", "name_en"])
async def test_no_two_councils_have_the_same_name(guild: Guild, name: str) -> None:
    keeper = await keeper_of(guild)
    council = await made(keeper)
    rival = {"name_sv": "Aktu", "name_en": "Corporate", name: f" {council[name]} "}
    assert code(await keeper.post("/councils/", json=rival)) == (409, "council_name_taken")
    other = await made(keeper, name_sv="Aktu", name_en="Corporate")
    assert code(await update(keeper, other, **{name: council[name]})) == (409, "council_name_taken")
    assert (await update(keeper, council, **{name: council[name]})).json() == council


async def test_a_name_that_many_want_at_once_is_had_by_one(guild: Guild) -> None:
    keeper = await keeper_of(guild)
    answers = await asyncio.gather(*(keeper.post("/councils/", json=FOSET) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 5]


# Deleting


async def test_a_council_is_deleted_once_and_the_answer_is_what_it_was(guild: Guild) -> None:
    keeper = await keeper_of(guild)
    council = await made(keeper)
    answers = await asyncio.gather(*(keeper.delete(f"/councils/{council['id']}") for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 404, 404, 404]
    assert [answer.json() for answer in answers if answer.status_code == 200] == [council]
    assert code(await keeper.get(f"/councils/{council['id']}")) == (404, "council_not_found")


async def test_a_council_with_posts_stays(guild: Guild) -> None:
    keeper = await keeper_of(guild, "manage:Post")
    council = await made(keeper)
    post = await guild.post(council=council["id"])
    assert code(await keeper.delete(f"/councils/{council['id']}")) == (409, "council_has_posts")
    await keeper.delete(f"/posts/{post}")
    assert (await keeper.delete(f"/councils/{council['id']}")).status_code == 200


async def test_a_deleted_council_takes_its_bookings_of_the_car_and_no_others(guild: Guild) -> None:
    keeper = await keeper_of(guild, "manage:Car")
    start = clock.now() + timedelta(days=1)
    for number, of_council in enumerate((True, False)):
        council = await made(keeper) if of_council else None
        times = {"start_time": start + timedelta(hours=number), "end_time": start + timedelta(hours=number + 1)}
        wish = {name: moment.isoformat() for name, moment in times.items()} | {"description": f"trip {number}"}
        wish |= {"personal": not of_council, "council_id": council and council["id"]}
        assert (await keeper.post("/car/", json=wish)).status_code == 200
    doomed = (await keeper.get("/car/")).json()[0]["council_id"]
    assert (await keeper.delete(f"/councils/{doomed}")).status_code == 200
    assert [booking["description"] for booking in (await keeper.get("/car/")).json()] == ["trip 1"]


async def test_a_post_made_while_its_council_is_deleted_is_refused_or_keeps_it(guild: Guild) -> None:
    keeper = await keeper_of(guild, "manage:Post")
    wish = {"name_sv": "a", "name_en": "b", "email": "", "description_sv": "", "description_en": ""}
    wish |= {"elected_at_semester": "HT", "elected_by": "Guild"}
    limits = {"elected_user_recommended_limit": 0, "elected_user_max_limit": 0}
    for number in range(6):
        council = await made(keeper, name_sv=f"Foset {number}", name_en=f"Fos {number}")
        post, deleted = await asyncio.gather(
            keeper.post("/posts/", json=wish | limits | {"council_id": council["id"]}),
            keeper.delete(f"/councils/{council['id']}"),
        )
        assert (post.status_code, deleted.status_code) in {(200, 409), (404, 200)}


# Who may


@pytest.mark.parametrize("path", ["/councils/", "/councils/1", "/councils/999", "/councils/nonsense"])
async def test_councils_are_for_members(guild: Guild, path: str) -> None:
    assert code(await (await guild.client()).get(path)) == (401, "not_authenticated")
    assert code(await (await guild.member(is_verified=False)).get(path)) == (401, "not_authenticated")
    assert code(await (await guild.user()).get(path)) == (403, "not_member")
    manager = await guild.holder("super:Council", is_member=False)
    assert code(await manager.get(path)) == (403, "not_member")


@pytest.mark.parametrize(("method", "path"), MANAGING)
async def test_managing_councils_needs_the_permission_which_is_told_before_anything_else(
    guild: Guild, method: str, path: str
) -> None:
    assert code(await (await guild.client()).request(method, path, json={})) == (401, "not_authenticated")
    for person in (await guild.member(), await guild.holder("view:Council", "super:Post")):
        assert code(await person.request(method, path, json={})) == (403, "missing_permission")


async def test_a_manager_of_councils_need_not_be_a_member_nor_hold_super(guild: Guild) -> None:
    """In the original manage passed super; deleting asks for manage now, so that nobody loses it."""
    keeper = await guild.holder("manage:Council", is_member=False)
    council = await made(keeper)
    assert (await update(keeper, council, name_sv="Aktu")).status_code == 200
    assert (await keeper.delete(f"/councils/{council['id']}")).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/councils/999"), ("PATCH", "/councils/update_council/999"), ("DELETE", "/councils/-1")],
)
async def test_a_council_that_is_not_there_is_not_found(guild: Guild, method: str, path: str) -> None:
    keeper = await keeper_of(guild)
    assert code(await keeper.request(method, path, json={})) == (404, "council_not_found")


MISFITS: list[dict[str, Any]] = [
    {"name_sv": ""},
    {"name_en": " \n "},
    {"name_sv": "x" * 101},
    {"name_sv": "a\x00b"},
    {"name_en": "\udfff"},
    {"name_en": 7},
    {"description_sv": "x" * 3501},
    {"description_en": "\x00"},
    {"description_en": ["a"]},
]


@pytest.mark.parametrize("fields", [*MISFITS, {"name_sv": None}])
async def test_a_council_that_does_not_fit_is_422(guild: Guild, fields: dict[str, Any]) -> None:
    answer = await (await keeper_of(guild)).post("/councils/", **escaped(WHOLE | fields))
    assert code(answer) == (422, "invalid_input")


@pytest.mark.parametrize("fields", MISFITS)
async def test_a_change_that_does_not_fit_is_422(guild: Guild, fields: dict[str, Any]) -> None:
    keeper = await keeper_of(guild)
    path = f"/councils/update_council/{(await made(keeper))['id']}"
    assert code(await keeper.patch(path, **escaped(fields))) == (422, "invalid_input")


async def test_long_and_odd_texts_are_kept_as_they_were_typed(guild: Guild) -> None:
    odd = {"name_sv": "Å" * 100, "name_en": "<b>'; --", "description_sv": "🎭" * 3500, "description_en": "\n{{ 1 }}\n"}
    council = await made(await keeper_of(guild), **odd)
    assert {name: council[name] for name in odd} == odd


@pytest.mark.parametrize("council_id", ["nonsense", str(2**31), "9" * 40, "%00"])
async def test_an_id_that_is_none_is_422(guild: Guild, council_id: str) -> None:
    keeper = await keeper_of(guild)
    for method, path in (("GET", "/councils/"), ("PATCH", "/councils/update_council/"), ("DELETE", "/councils/")):
        assert code(await keeper.request(method, f"{path}{council_id}", json={})) == (422, "invalid_input")
