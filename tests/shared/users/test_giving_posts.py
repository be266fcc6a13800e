"""Giving posts to people and taking them away."""

import asyncio

import pytest

from tests.guild import Guild, Person, code


async def give(giver: Person, person: Person, *posts: int) -> tuple[int, object]:
    """Let a person hold exactly these posts; status, and the ids of the posts held or the code of the refusal."""
    answer = await giver.patch(f"/users/admin/user-posts/{person.id}", json={"post_ids": posts})
    told = answer.json()
    return answer.status_code, [post["id"] for post in told["posts"]] if answer.status_code == 200 else told["code"]


async def test_the_list_is_the_complete_new_set(guild: Guild) -> None:
    giver = await guild.holder("manage:UserPost", is_member=False)
    anna = await guild.member("Anna")
    one, two, three = [await guild.post(name) for name in ("One", "Two", "Three")]
    assert await give(giver, anna, two, one) == (200, [one, two])
    assert await give(giver, anna, three, two, two) == (200, [two, three])
    assert await give(giver, anna) == (200, [])


async def test_an_unknown_post_is_not_there_and_nothing_is_changed(guild: Guild) -> None:
    giver = await guild.holder("manage:UserPost")
    anna = await guild.member("Anna")
    one = await guild.post("One")
    await give(giver, anna, one)
    assert await give(giver, anna, one, 2**31 - 1) == (404, "post_not_found")
    assert [post["id"] for post in (await anna.get("/users/me")).json()["posts"]] == [one]


@pytest.mark.parametrize("body", [None, {}, {"post_ids": None}, {"post_ids": ["x"]}, {"post_ids": [2**31]}, []])
async def test_a_list_that_does_not_fit_is_told(guild: Guild, body: object) -> None:
    giver = await guild.holder("manage:UserPost")
    answer = await giver.patch(f"/users/admin/user-posts/{giver.id}", json=body)
    assert code(answer) == (422, "invalid_input")


async def test_a_post_with_a_super_step_is_given_and_taken_by_few(guild: Guild) -> None:
    plain = await guild.holder("manage:UserPost", "manage:Permission", "super:User")
    anna = await guild.member("Anna")
    strong, weak = await guild.post("Strong", permissions=["super:Car"]), await guild.post("Weak")
    assert await give(plain, anna, strong) == (403, "post_is_super")
    assert await give(plain, plain, strong) == (403, "post_is_super")
    assert await give(plain, anna, weak) == (200, [weak])
    for right in ("super:UserPost", "super:Permission"):
        few = await guild.holder(right, "manage:UserPost", name="Few")
        assert await give(few, anna, strong) == (200, [strong])
    assert await give(plain, anna) == (403, "post_is_super")
    assert await give(plain, anna, strong, weak) == (200, [strong, weak])  # it stays where it is


async def test_the_guild_keeps_somebody_who_may_give_permissions(guild: Guild) -> None:
    boss = await guild.holder("super:Permission", "manage:UserPost")
    await guild.holder("super:Permission", name="Unverified", is_verified=False)
    assert await give(boss, boss) == (409, "last_administrator")
    assert (await boss.get("/users/me")).json()["posts"] != []
    await guild.holder("super:Permission", name="Bo")
    assert await give(boss, boss) == (200, [])


async def test_administrators_who_all_remove_each_other_at_once_do_not_all_succeed(guild: Guild) -> None:
    rights = ("super:Permission", "manage:UserPost")
    bosses = [await guild.holder(*rights, name=name) for name in ("Anna", "Bo", "Cecilia", "Dag")]
    answers = await asyncio.gather(*(give(boss, bosses[n - 1]) for n, boss in enumerate(bosses)))
    assert {status for status, _ in answers} <= {200, 403, 409}
    assert [boss for boss in bosses if (await boss.get("/users/me")).json()["posts"]] != []


async def test_the_same_post_given_twice_at_once_is_held_once(guild: Guild) -> None:
    giver = await guild.holder("manage:UserPost")
    anna = await guild.member("Anna")
    post = await guild.post()
    answers = await asyncio.gather(*(give(giver, anna, post) for _ in range(6)))
    assert answers == [(200, [post])] * 6
