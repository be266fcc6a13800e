"""Posts: reading, making, changing and removing them."""

import asyncio
from typing import Any

import pytest

from tests.guild import Guild, code, escaped

DOORS = [
    "Ledningscentralen",
    "Ambassaden",
    "Syster Kents",
    "Hilbert Cafe",
    "Cafeförrådet",
    "Pubförrådet",
    "Sopkomprimatorn",
    "Arkivet",
]
KEEPING = [
    ("POST", "/posts/"),
    ("GET", "/posts/1"),
    ("GET", "/posts/nonsense"),
    ("PATCH", "/posts/1"),
    ("DELETE", "/posts/1"),
    ("GET", "/posts/door_accesses"),
]


def wish(council: int, **fields: object) -> dict[str, Any]:
    return {
        "name_sv": "Bilförman",
        "name_en": "Car Keeper",
        "council_id": council,
        "description_sv": "Har nyckeln.",
        "description_en": "Holds the key.",
        "email": "bil@fsektionen.se",
        "elected_at_semester": "HT and VT",
        "elected_by": "Educational Council",
        "elected_user_recommended_limit": 1,
        "elected_user_max_limit": 2,
        **fields,
    }


async def test_a_keeper_of_posts_makes_one_and_every_member_sees_it(guild: Guild) -> None:
    keeper, anna, council = await guild.holder("manage:Post"), await guild.member(), await guild.council()
    answer = await keeper.post("/posts/", json=wish(council))
    made = answer.json()
    assert answer.status_code == 200
    assert made == wish(council) | {"id": made["id"], "permissions": [], "post_door_accesses": []}
    assert (await keeper.get(f"/posts/{made['id']}")).json() == made
    assert made in (await anna.get("/posts/")).json()


async def test_members_see_posts_by_id_with_what_they_carry(guild: Guild) -> None:
    anna, keeper = await guild.member(), await guild.holder("manage:Post")
    first = await guild.post("Bilförman", permissions=["view:User", "manage:Car"])
    second = await guild.post("Kassör")
    await keeper.patch(f"/posts/{first}", json={"doors": ["Arkivet", "Ambassaden"], "email": "bil@fsektionen.se"})
    posts = [post for post in (await anna.get("/posts/")).json() if post["id"] >= first]
    assert [post["id"] for post in posts] == [first, second]
    assert {"view:User", "manage:Car"} == {f"{word['action']}:{word['target']}" for word in posts[0]["permissions"]}
    assert [access["door"] for access in posts[0]["post_door_accesses"]] == ["Arkivet", "Ambassaden"]
    assert (posts[1]["permissions"], posts[1]["post_door_accesses"]) == ([], [])


async def test_many_posts_take_as_many_statements_as_few(guild: Guild) -> None:
    anna = await guild.member()
    for number in range(12):
        await guild.post(f"Post {number}", permissions=["view:User", "manage:Car"])
    with guild.statements() as statements:
        assert len((await anna.get("/posts/")).json()) == 12
    assert len(statements) <= 3


async def test_the_doors_are_told_in_their_order(guild: Guild) -> None:
    keeper = await guild.holder("manage:Post")
    assert (await keeper.get("/posts/door_accesses")).json() == DOORS


# Changing


async def test_only_what_was_sent_is_changed(guild: Guild) -> None:
    keeper, council = await guild.holder("manage:Post"), await guild.council()
    made = (await keeper.post("/posts/", json=wish(council))).json()
    answer = await keeper.patch(f"/posts/{made['id']}", json={"name_sv": "Bilansvarig", "colour": "red"})
    assert answer.json() == made | {"name_sv": "Bilansvarig"}
    assert (await keeper.patch(f"/posts/{made['id']}", json={})).json() == answer.json()


async def test_empty_texts_and_zero_are_values(guild: Guild) -> None:
    keeper, council = await guild.holder("manage:Post"), await guild.council()
    made = (await keeper.post("/posts/", json=wish(council))).json()
    blank: dict[str, Any] = {"description_sv": "", "description_en": "", "email": ""}
    blank |= {"elected_user_recommended_limit": 0, "elected_user_max_limit": 0}
    assert (await keeper.patch(f"/posts/{made['id']}", json=blank)).json() == made | blank


async def test_null_clears_what_may_be_null_and_keeps_the_rest(guild: Guild) -> None:
    keeper, council = await guild.holder("manage:Post"), await guild.council()
    made = (await keeper.post("/posts/", json=wish(council))).json()
    await keeper.patch(f"/posts/{made['id']}", json={"doors": ["Arkivet"]})
    answer = await keeper.patch(f"/posts/{made['id']}", json=dict.fromkeys([*wish(council), "doors"]))
    cleared: dict[str, Any] = {"elected_at_semester": None, "elected_by": None}
    assert answer.json() | {"post_door_accesses": []} == made | cleared
    assert [access["door"] for access in answer.json()["post_door_accesses"]] == ["Arkivet"]


async def test_the_list_of_doors_replaces_the_one_before(guild: Guild) -> None:
    keeper, post = await guild.holder("manage:Post"), await guild.post()

    async def opened_with(doors: list[str]) -> list[dict[str, Any]]:
        return (await keeper.patch(f"/posts/{post}", json={"doors": doors})).json()["post_door_accesses"]

    first = await opened_with(["Arkivet", "Ambassaden", "Arkivet"])
    assert [access["door"] for access in first] == ["Arkivet", "Ambassaden"]
    second = await opened_with(["Hilbert Cafe", "Ambassaden"])
    assert second == [first[1], {"id": second[1]["id"], "door": "Hilbert Cafe"}]
    assert await opened_with([]) == []
    assert len(await opened_with(DOORS)) == 8


async def test_doors_set_by_two_at_once_are_those_of_one(guild: Guild) -> None:
    keeper, post = await guild.holder("manage:Post"), await guild.post()
    sets = [DOORS[:3], DOORS[2:6], DOORS[1:], []]
    answers = await asyncio.gather(*(keeper.patch(f"/posts/{post}", json={"doors": doors}) for doors in sets * 3))
    assert {answer.status_code for answer in answers} == {200}
    left = (await keeper.get(f"/posts/{post}")).json()["post_door_accesses"]
    assert sorted(access["door"] for access in left) in [sorted(doors) for doors in sets]


async def test_the_recommended_number_of_holders_is_at_most_the_greatest(guild: Guild) -> None:
    keeper, council = await guild.holder("manage:Post"), await guild.council()
    too_many = wish(council, elected_user_recommended_limit=3)
    assert code(await keeper.post("/posts/", json=too_many)) == (400, "limits_disagree")
    made = (await keeper.post("/posts/", json=wish(council))).json()
    for limits in ({"elected_user_recommended_limit": 3}, {"elected_user_max_limit": 0}):
        assert code(await keeper.patch(f"/posts/{made['id']}", json=limits)) == (400, "limits_disagree")
    assert (await keeper.get(f"/posts/{made['id']}")).json() == made


async def test_a_post_belongs_to_a_council_that_is_there(guild: Guild) -> None:
    keeper, post = await guild.holder("manage:Post"), await guild.post()
    assert code(await keeper.post("/posts/", json=wish(999))) == (404, "council_not_found")
    assert code(await keeper.patch(f"/posts/{post}", json={"council_id": 999})) == (404, "council_not_found")
    other = await guild.council("Styrelsen")
    assert (await keeper.patch(f"/posts/{post}", json={"council_id": other})).json()["council_id"] == other


async def test_two_posts_may_have_the_same_name(guild: Guild) -> None:
    keeper, council = await guild.holder("manage:Post"), await guild.council()
    for _ in range(2):
        assert (await keeper.post("/posts/", json=wish(council))).status_code == 200


# Removing


async def test_a_removed_post_is_taken_from_its_holders_at_once(guild: Guild) -> None:
    keeper, hanna = await guild.holder("manage:Post", name="Karin"), await guild.member("Hanna")
    post = await guild.post(permissions=["view:User"])
    await guild.give(hanna, post)
    await keeper.patch(f"/posts/{post}", json={"doors": DOORS})
    assert (await hanna.get("/users/search/")).status_code == 200
    answer = await keeper.delete(f"/posts/{post}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert code(await hanna.get("/users/search/")) == (403, "missing_permission")
    assert (await hanna.get("/users/me")).json()["posts"] == []


async def test_a_post_is_removed_once(guild: Guild) -> None:
    keeper, post = await guild.holder("manage:Post"), await guild.post()
    answers = await asyncio.gather(*(keeper.delete(f"/posts/{post}") for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [204, 404, 404, 404]


# Who may


async def test_posts_are_for_members(guild: Guild) -> None:
    assert code(await (await guild.client()).get("/posts/")) == (401, "not_authenticated")
    assert code(await (await guild.user()).get("/posts/")) == (403, "not_member")
    keeper = await guild.holder("manage:Post", is_member=False)
    assert code(await keeper.get("/posts/")) == (403, "not_member")


@pytest.mark.parametrize(("method", "path"), KEEPING)
async def test_keeping_posts_needs_the_permission_which_is_told_before_anything_else(
    guild: Guild, method: str, path: str
) -> None:
    stranger, unverified = await guild.client(), await guild.holder("super:Post", is_verified=False)
    for person in (stranger, unverified):
        assert code(await person.request(method, path, json={"name_sv": 1})) == (401, "not_authenticated")
    for person in (await guild.member(), await guild.holder("view:Post", "super:UserPost", "manage:Council")):
        assert code(await person.request(method, path, json={"name_sv": 1})) == (403, "missing_permission")


async def test_a_keeper_of_posts_need_not_be_a_member(guild: Guild) -> None:
    keeper, post = await guild.holder("super:Post", is_member=False), await guild.post()
    assert (await keeper.get(f"/posts/{post}")).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/posts/999"), ("PATCH", "/posts/999"), ("DELETE", "/posts/999"), ("GET", "/posts/users/999")],
)
async def test_a_post_that_is_not_there_is_not_found(guild: Guild, method: str, path: str) -> None:
    keeper = await guild.holder("manage:Post")
    assert code(await keeper.request(method, path, json={})) == (404, "post_not_found")


MISFITS: list[dict[str, Any]] = [
    {"name_sv": ""},
    {"name_sv": "   "},
    {"name_en": "x" * 61},
    {"name_sv": "\x00"},
    {"name_en": "\ud800"},
    {"description_sv": "x" * 2001},
    {"description_en": "a\x00b"},
    {"email": "x" * 321},
    {"council_id": 2**31},
    {"council_id": -(10**30)},
    {"elected_by": "Nobody"},
    {"elected_by": "\ud800"},
    {"elected_at_semester": "ht"},
    {"elected_user_recommended_limit": -1},
    {"elected_user_max_limit": 10**20},
    {"elected_user_max_limit": "many"},
]


@pytest.mark.parametrize("fields", [*MISFITS, {"elected_by": None}, {"email": None}])
async def test_a_post_that_does_not_fit_is_422(guild: Guild, fields: dict[str, Any]) -> None:
    keeper, council = await guild.holder("manage:Post"), await guild.council()
    assert code(await keeper.post("/posts/", **escaped(wish(council, **fields)))) == (422, "invalid_input")


@pytest.mark.parametrize("fields", [*MISFITS, {"doors": ["Garaget"]}, {"doors": "Arkivet"}, {"doors": DOORS * 100}])
async def test_a_change_that_does_not_fit_is_422(guild: Guild, fields: dict[str, Any]) -> None:
    keeper, post = await guild.holder("manage:Post"), await guild.post()
    assert code(await keeper.patch(f"/posts/{post}", **escaped(fields))) == (422, "invalid_input")


@pytest.mark.parametrize("post_id", ["nonsense", str(2**31), "9" * 40, "%00"])
async def test_an_id_that_is_none_is_422(guild: Guild, post_id: str) -> None:
    keeper = await guild.holder("manage:Post")
    for method, path in (("GET", "/posts/"), ("PATCH", "/posts/"), ("DELETE", "/posts/"), ("GET", "/posts/users/")):
        assert code(await keeper.request(method, f"{path}{post_id}", json={})) == (422, "invalid_input")
