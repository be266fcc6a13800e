"""Who holds a post, and what comes with it: claims in the token, and rights on the next request.

How posts are given is also told in tests/shared/users/test_giving_posts.py, where the route is.
"""

import asyncio
from typing import Any

import jwt
import pytest

from tests.guild import Guild, Person, code

LIFTED = "/permissions/update-permission"


async def give(giver: Person, person: Person, *posts: int) -> Any:
    return await giver.patch(f"/users/admin/user-posts/{person.id}", json={"post_ids": posts})


async def claims(person: Person) -> list[str]:
    """The permissions in the token that a refresh answers with, read as the website reads them."""
    token = (await person.post("/auth/refresh")).json()["access_token"]
    return jwt.decode(token, options={"verify_signature": False})["permissions"]


# Who holds it


async def test_anybody_may_know_who_holds_a_post_and_nothing_else_of_them(guild: Guild) -> None:
    post, stranger = await guild.post(), await guild.client()
    anna, asa = await guild.member("Anna", last_name="Öst"), await guild.member("Åsa", last_name="Berg")
    for person in (anna, asa):
        await guild.give(person, post)
    for reader in (stranger, anna, await guild.user()):
        assert (await reader.get(f"/posts/users/{post}")).json() == [
            {"id": asa.id, "first_name": "Åsa", "last_name": "Berg"},
            {"id": anna.id, "first_name": "Anna", "last_name": "Öst"},
        ]


async def test_a_post_that_nobody_holds_has_no_holders(guild: Guild) -> None:
    stranger, post = await guild.client(), await guild.post()
    assert (await stranger.get(f"/posts/users/{post}")).json() == []


async def test_many_holders_take_as_many_statements_as_none(guild: Guild) -> None:
    stranger, post = await guild.client(), await guild.post()
    for person in await guild.members(*["Anna"] * 5):
        await guild.give(person, post)
    with guild.statements() as statements:
        assert len((await stranger.get(f"/posts/users/{post}")).json()) == 5
    assert len(statements) <= 2


async def test_a_token_that_is_not_good_does_not_matter_for_what_is_public(guild: Guild) -> None:
    client = await guild.client(headers={"Authorization": "Bearer nonsense"})
    assert (await client.get(f"/posts/users/{await guild.post()}")).status_code == 200


# What comes with it


@pytest.mark.parametrize(
    ("carried", "claimed"),
    [
        ([], []),
        (["view:Car"], ["view:Car"]),
        (["manage:Car"], ["manage:Car", "view:Car"]),
        (["super:Car"], ["manage:Car", "super:Car", "view:Car"]),
        (["super:Car", "view:Car", "manage:News"], ["manage:Car", "manage:News", "super:Car", "view:Car", "view:News"]),
    ],
)
async def test_the_claims_name_every_step_that_is_held(guild: Guild, carried: list[str], claimed: list[str]) -> None:
    assert sorted(await claims(await guild.holder(*carried))) == claimed


async def test_the_claims_are_those_of_all_posts_and_each_once(guild: Guild) -> None:
    anna = await guild.member()
    for permissions in (["manage:Car"], ["view:Car", "view:User"], []):
        await guild.give(anna, await guild.post(permissions=permissions))
    assert sorted(await claims(anna)) == ["manage:Car", "view:Car", "view:User"]


async def test_a_post_given_or_taken_counts_on_the_next_request_with_the_same_token(guild: Guild) -> None:
    giver, anna = await guild.holder("manage:UserPost"), await guild.member()
    post = await guild.post(permissions=["manage:Car"])
    assert (await give(giver, anna, post)).status_code == 200
    assert (await anna.get("/car/block/")).status_code == 200
    assert sorted(await claims(anna)) == ["manage:Car", "view:Car"]
    assert (await give(giver, anna)).status_code == 200
    assert code(await anna.get("/car/block/")) == (403, "missing_permission")
    assert await claims(anna) == []


async def test_a_lower_step_does_not_pass_a_higher_one(guild: Guild) -> None:
    viewer, manager = await guild.holder("view:User"), await guild.holder("manage:User")
    former = await guild.user()
    assert code(await viewer.patch(f"/users/admin/update/{former.id}", json={})) == (403, "missing_permission")
    assert code(await manager.delete(f"/users/admin/{former.id}")) == (403, "missing_permission")
    assert (await (await guild.holder("super:User")).delete(f"/users/admin/{former.id}")).status_code == 204


# Giving


@pytest.mark.parametrize("body", [{"post_ids": []}, {"post_ids": "all"}])
async def test_giving_posts_needs_the_permission_which_is_told_before_anything_else(
    guild: Guild, body: dict[str, Any]
) -> None:
    stranger = await guild.client()
    for where in ("/users/admin/user-posts/1", "/users/admin/user-posts/nonsense"):
        assert code(await stranger.patch(where, json=body)) == (401, "not_authenticated")
        for person in (await guild.member(), await guild.holder("view:UserPost", "super:User", "super:Post")):
            assert code(await person.patch(where, json=body)) == (403, "missing_permission")


async def test_a_post_is_given_only_to_somebody(guild: Guild) -> None:
    giver, post = await guild.holder("manage:UserPost"), await guild.post()
    refusal = await giver.patch("/users/admin/user-posts/99999", json={"post_ids": [post]})
    assert code(refusal) == (404, "user_not_found")


async def test_a_post_becomes_one_for_few_with_its_first_super_step_and_stops_with_its_last(guild: Guild) -> None:
    giver, anna = await guild.holder("manage:UserPost"), await guild.member()
    boss, post = await guild.holder("super:Permission"), await guild.post(permissions=["super:Car"])
    part = {"post_id": post, "permission_id": await guild.permission_id("super:Car")}
    assert code(await give(giver, anna, post)) == (403, "post_is_super")
    await boss.post(LIFTED, json=part | {"change": "remove"})
    assert (await give(giver, anna, post)).status_code == 200
    await boss.post(LIFTED, json=part | {"change": "add"})
    assert code(await give(giver, anna)) == (403, "post_is_super")


async def test_posts_given_by_two_at_once_are_those_of_one(guild: Guild) -> None:
    giver, anna = await guild.holder("manage:UserPost"), await guild.member()
    posts = [await guild.post(f"Post {number}") for number in range(6)]
    sets = [posts[:3], posts[2:], posts[::-1], []]
    answers = await asyncio.gather(*(give(giver, anna, *chosen) for chosen in sets * 3))
    assert {answer.status_code for answer in answers} == {200}
    held = [post["id"] for post in (await anna.get("/users/me")).json()["posts"]]
    assert held in [sorted(chosen) for chosen in sets]


async def test_the_same_posts_given_to_many_at_once_do_not_deadlock(guild: Guild) -> None:
    giver, people = await guild.holder("manage:UserPost"), await guild.members(*["Anna"] * 8)
    posts = [await guild.post(f"Post {number}") for number in range(6)]
    dice = [posts, posts[::-1], posts[3:] + posts[:3]]
    answers = await asyncio.gather(*(give(giver, person, *dice[n % 3]) for n, person in enumerate(people)))
    assert {answer.status_code for answer in answers} == {200}


async def test_a_post_removed_while_it_is_given_is_not_found_and_never_an_error(guild: Guild) -> None:
    giver, people = await guild.holder("manage:UserPost", "manage:Post"), await guild.members("Anna", "Bo", "Cilla")
    for number in range(6):
        post = await guild.post(f"Post {number}")
        *answers, removed = await asyncio.gather(
            *(give(giver, person, post) for person in people), giver.delete(f"/posts/{post}")
        )
        assert removed.status_code == 204
        assert {answer.status_code for answer in answers} <= {200, 404}
        assert [(await person.get("/users/me")).json()["posts"] for person in people] == [[]] * 3
