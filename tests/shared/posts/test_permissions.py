"""The vocabulary of permissions, and which of them posts carry."""

import asyncio
from typing import Any

import pytest

from guildhall.core.access import LADDER
from tests.guild import Guild, Person, code, escaped

TARGETS = (
    "Event Document User Post UserPost Permission News Song Ads Gallery Car Cafe Election Groups AdventureMissions "
    "Nollning UserDoorAccess Tags Council RoomBookings Moosegame EncloseMoose MailAlias GuildMeeting Keyvals"
).split()
CAR = {"action": "manage", "target": "Car"}
GIVING = [
    ("POST", "/permissions/"),
    ("DELETE", "/permissions/"),
    ("POST", "/permissions/update-permission"),
    ("POST", "/permissions/update-permissions"),
]


async def put(guild: Guild, person: Person, post: int, *words: str, change: str = "add") -> Any:
    """Put permissions on a post, or with `remove` take them off; the answer."""
    parts = [{"change": change, "permission_id": await guild.permission_id(word)} for word in words]
    if len(parts) == 1:
        return await person.post("/permissions/update-permission", json={"post_id": post, **parts[0]})
    return await person.post("/permissions/update-permissions", json={"post_id": post, "permissions": parts})


async def carried(guild: Guild, post: int) -> set[str]:
    """The permissions that a post carries."""
    (found,) = [row for row in (await (await guild.member()).get("/posts/")).json() if row["id"] == post]
    return {f"{word['action']}:{word['target']}" for word in found["permissions"]}


# The vocabulary


async def test_the_vocabulary_is_every_step_for_every_target(guild: Guild) -> None:
    answer = await (await guild.holder("view:Permission")).get("/permissions/")
    words = [(word["action"], word["target"]) for word in answer.json()]
    assert words == [(step, target) for target in TARGETS for step in LADDER]
    assert [word["id"] for word in answer.json()] == sorted(word["id"] for word in answer.json())
    assert set(answer.json()[0]) == {"id", "action", "target"}


async def test_the_vocabulary_takes_few_statements(guild: Guild) -> None:
    reader = await guild.holder("view:Permission")
    with guild.statements() as statements:
        await reader.get("/permissions/")
    assert len(statements) <= 2


async def test_a_word_is_removed_from_every_post_and_can_come_back(guild: Guild) -> None:
    boss, hanna = await guild.holder("manage:Permission"), await guild.holder("manage:Car")
    first, second = await guild.post(permissions=["manage:Car", "view:Car"]), await guild.post(permissions=["view:Car"])
    known = await guild.permission_id("manage:Car")
    removed = await boss.request("DELETE", "/permissions/", json=CAR)
    assert (removed.status_code, removed.json()) == (200, CAR | {"id": known})
    assert await carried(guild, first) == await carried(guild, second) == {"view:Car"}
    assert code(await hanna.get("/car/block/")) == (403, "missing_permission")
    made = await boss.post("/permissions/", json=CAR)
    assert (made.status_code, made.json()) == (200, CAR | {"id": made.json()["id"]})
    assert await carried(guild, first) == {"view:Car"}


async def test_a_word_that_is_there_cannot_be_made_again_not_even_by_two_at_once(guild: Guild) -> None:
    boss = await guild.holder("manage:Permission")
    assert code(await boss.post("/permissions/", json=CAR)) == (409, "permission_exists")
    await boss.request("DELETE", "/permissions/", json=CAR)
    answers = await asyncio.gather(*(boss.post("/permissions/", json=CAR) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


async def test_a_word_that_is_not_there_cannot_be_removed_and_none_twice(guild: Guild) -> None:
    boss = await guild.holder("manage:Permission")
    answers = await asyncio.gather(*(boss.request("DELETE", "/permissions/", json=CAR) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 404, 404, 404]
    assert code(await boss.request("DELETE", "/permissions/", json=CAR)) == (404, "permission_not_found")


# On posts


async def test_a_permission_is_put_on_a_post_and_counts_on_the_holders_next_request(guild: Guild) -> None:
    boss, hanna, post = await guild.holder("manage:Permission", "view:User"), await guild.member(), await guild.post()
    await guild.give(hanna, post)
    assert code(await hanna.get("/users/search/")) == (403, "missing_permission")
    answer = await put(guild, boss, post, "view:User")
    word = {"id": await guild.permission_id("view:User"), "action": "view", "target": "User"}
    assert (answer.status_code, answer.json()["id"], answer.json()["permissions"]) == (200, post, [word])
    assert (await hanna.get("/users/search/")).status_code == 200
    assert (await put(guild, boss, post, "view:User", change="remove")).json()["permissions"] == []
    assert code(await hanna.get("/users/search/")) == (403, "missing_permission")


async def test_a_permission_is_on_a_post_once_or_not_at_all(guild: Guild) -> None:
    boss, post = await guild.holder("super:Permission"), await guild.post()
    refusal = await put(guild, boss, post, "view:User", change="remove")
    assert code(refusal) == (409, "permission_not_on_post")
    answers = await asyncio.gather(*(put(guild, boss, post, "view:User") for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert code(await put(guild, boss, post, "view:User")) == (409, "permission_already_on_post")
    answers = await asyncio.gather(*(put(guild, boss, post, "view:User", change="remove") for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


async def test_several_changes_are_made_in_their_order_or_not_at_all(guild: Guild) -> None:
    boss, post = await guild.holder("super:Permission"), await guild.post(permissions=["view:Car"])
    car, user = await guild.permission_id("view:Car"), await guild.permission_id("view:User")

    async def change(*parts: tuple[str, int]) -> Any:
        listed = [{"change": change, "permission_id": permission} for change, permission in parts]
        return await boss.post("/permissions/update-permissions", json={"post_id": post, "permissions": listed})

    assert code(await change(("add", user), ("remove", car), ("add", 9999))) == (404, "permission_not_found")
    assert code(await change(("remove", car), ("add", user), ("add", user))) == (409, "permission_already_on_post")
    assert code(await change(("remove", car), ("remove", car))) == (409, "permission_not_on_post")
    assert await carried(guild, post) == {"view:Car"}
    assert (await change(("remove", car), ("add", user), ("add", car), ("remove", car))).status_code == 200
    assert await carried(guild, post) == {"view:User"}
    assert (await change()).json()["permissions"][0]["id"] == user


async def test_what_is_not_there_is_not_found(guild: Guild) -> None:
    boss, post = await guild.holder("super:Permission"), await guild.post()
    for change in ("add", "remove"):
        refusal = await put(guild, boss, 999, "view:Car", change=change)
        assert code(refusal) == (404, "post_not_found")
        part = {"post_id": post, "change": change, "permission_id": 9999}
        refusal = await boss.post("/permissions/update-permission", json=part)
        assert code(refusal) == (404, "permission_not_found")


async def test_a_word_removed_while_it_is_put_on_a_post_is_not_found_and_never_an_error(guild: Guild) -> None:
    """The change found the permission, then the foreign key did not, and the answer was a 500."""
    boss = await guild.holder("super:Permission")
    posts = [await guild.post(f"Post {number}") for number in range(5)]
    for _ in range(8):
        part = {"change": "add", "permission_id": await guild.permission_id("manage:Car")}
        *answers, removed = await asyncio.gather(
            *(boss.post("/permissions/update-permission", json={"post_id": post, **part}) for post in posts),
            boss.request("DELETE", "/permissions/", json=CAR),
        )
        assert removed.status_code == 200
        assert {answer.status_code for answer in answers} <= {200, 404}
        assert [await carried(guild, post) for post in posts] == [set()] * 5
        await boss.post("/permissions/", json=CAR)


# Nobody gives what they do not hold


@pytest.mark.parametrize("word", ["view:Car", "manage:Car", "view:Permission", "manage:Permission"])
async def test_who_holds_a_permission_gives_it_and_every_lower_step(guild: Guild, word: str) -> None:
    giver, post = await guild.holder("manage:Permission", "manage:Car"), await guild.post()
    assert (await put(guild, giver, post, word)).status_code == 200


@pytest.mark.parametrize("word", ["super:Car", "super:Permission", "view:User", "manage:UserPost"])
async def test_nobody_gives_a_permission_that_they_do_not_hold(guild: Guild, word: str) -> None:
    giver, post = await guild.holder("manage:Permission", "manage:Car"), await guild.post()
    assert code(await put(guild, giver, post, word)) == (403, "not_yours_to_give")
    assert code(await put(guild, giver, post, "manage:Car", word)) == (403, "not_yours_to_give")
    assert await carried(guild, post) == set()


async def test_nobody_raises_their_own_post(guild: Guild) -> None:
    giver, post = await guild.member(), await guild.post(permissions=["manage:Permission", "manage:UserPost"])
    await guild.give(giver, post)
    for target in TARGETS:
        assert code(await put(guild, giver, post, f"super:{target}")) == (403, "not_yours_to_give")


async def test_a_permission_taken_away_can_no_longer_be_given(guild: Guild) -> None:
    boss, giver, post = await guild.holder("super:Permission"), await guild.member(), await guild.post()
    own = await guild.post("Givare", permissions=["manage:Permission", "manage:Car"])
    await guild.give(giver, own)
    await put(guild, boss, own, "manage:Car", change="remove")
    assert code(await put(guild, giver, post, "view:Car")) == (403, "not_yours_to_give")


async def test_who_holds_the_highest_step_gives_everything(guild: Guild) -> None:
    boss, post = await guild.holder("super:Permission"), await guild.post()
    everything = [f"{step}:{target}" for target in TARGETS for step in LADDER]
    assert (await put(guild, boss, post, *everything)).status_code == 200
    assert await carried(guild, post) == set(everything)


async def test_what_one_does_not_hold_can_still_be_taken_off(guild: Guild) -> None:
    giver, post = await guild.holder("manage:Permission"), await guild.post(permissions=["super:Car"])
    assert (await put(guild, giver, post, "super:Car", change="remove")).json()["permissions"] == []


async def test_whoever_makes_a_word_does_not_hold_it(guild: Guild) -> None:
    giver, post = await guild.holder("manage:Permission"), await guild.post()
    await giver.request("DELETE", "/permissions/", json=CAR)
    await giver.post("/permissions/", json=CAR)
    assert code(await put(guild, giver, post, "manage:Car")) == (403, "not_yours_to_give")


# Who may


async def test_reading_the_vocabulary_needs_the_permission(guild: Guild) -> None:
    assert code(await (await guild.client()).get("/permissions/")) == (401, "not_authenticated")
    for person in (await guild.member(), await guild.holder("super:Post", "super:UserPost")):
        assert code(await person.get("/permissions/")) == (403, "missing_permission")
    for word in ("view:Permission", "manage:Permission", "super:Permission"):
        former = await guild.holder(word, is_member=False)
        assert (await former.get("/permissions/")).status_code == 200


@pytest.mark.parametrize(("method", "path"), GIVING)
async def test_giving_needs_the_permission_which_is_told_before_anything_else(
    guild: Guild, method: str, path: str
) -> None:
    stranger, unverified = await guild.client(), await guild.holder("super:Permission", is_verified=False)
    for person in (stranger, unverified):
        assert code(await person.request(method, path, json={})) == (401, "not_authenticated")
    for person in (await guild.member(), await guild.holder("view:Permission", "super:Post", "super:UserPost")):
        assert code(await person.request(method, path, json={})) == (403, "missing_permission")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"action": "manage"},
        {"action": "manage", "target": "all"},
        {"action": "manage", "target": "car"},
        {"action": "rule", "target": "Car"},
        {"action": "\ud800", "target": "Car"},
        {"action": "manage", "target": "\x00"},
        {"action": None, "target": None},
        {"action": ["manage"], "target": "Car"},
        [],
    ],
)
async def test_a_word_of_another_language_is_422(guild: Guild, body: Any) -> None:
    boss = await guild.holder("super:Permission")
    for method in ("POST", "DELETE"):
        assert code(await boss.request(method, "/permissions/", **escaped(body))) == (422, "invalid_input")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"post_id": 1, "change": "steal", "permission_id": 1, "permissions": [{"change": "add"}]},
        {"post_id": 2**31, "change": "add", "permission_id": 1, "permissions": []},
        {"post_id": 1, "change": "add", "permission_id": 10**30, "permissions": {}},
        {"post_id": None, "change": "add", "permission_id": 1, "permissions": []},
        {
            "post_id": 1,
            "change": "add",
            "permission_id": "x",
            "permissions": [{"change": "add", "permission_id": 1}] * 1001,
        },
    ],
)
async def test_a_change_that_does_not_fit_is_422(guild: Guild, body: Any) -> None:
    boss = await guild.holder("super:Permission")
    for path in ("/permissions/update-permission", "/permissions/update-permissions"):
        assert code(await boss.post(path, json=body)) == (422, "invalid_input")
