"""Nothing may leave the guild without an active, verified holder of super:Permission, whichever way it is tried."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx2
import pytest
from sqlalchemy import text

from tests.guild import PASSWORD, Guild, Person, code

RIGHTS = ("super:Permission", "super:UserPost", "super:Post", "super:User")
REFUSED = (409, "last_administrator")
LEFT = """
SELECT count(DISTINCT user_id) FROM post_holders JOIN users ON users.id = user_id
JOIN post_permissions USING (post_id) JOIN permissions ON permissions.id = permission_id
WHERE action = 'super' AND target = 'Permission' AND is_active AND is_verified
"""


@dataclass
class Administrator:
    """Somebody with a post of their own that carries every right it takes to remove another, or themselves."""

    person: Person
    post: int
    super_permission: int


async def administrator(guild: Guild, name: str) -> Administrator:
    person, post = await guild.member(name), await guild.post(f"Post of {name}", permissions=RIGHTS)
    await guild.give(person, post)
    return Administrator(person, post, await guild.permission_id("super:Permission"))


async def left(guild: Guild) -> int:
    """How many administrators the guild has."""
    async with guild.session() as session:
        return (await session.execute(text(LEFT))).scalar_one()


Removal = Callable[[Person, Administrator], Awaitable[httpx2.Response]]


async def take_the_post(by: Person, victim: Administrator) -> httpx2.Response:
    return await by.patch(f"/users/admin/user-posts/{victim.person.id}", json={"post_ids": []})


async def take_the_permission(by: Person, victim: Administrator) -> httpx2.Response:
    part = {"post_id": victim.post, "change": "remove", "permission_id": victim.super_permission}
    return await by.post("/permissions/update-permission", json=part)


async def take_one_of_several_permissions(by: Person, victim: Administrator) -> httpx2.Response:
    parts = [{"change": "remove", "permission_id": victim.super_permission}]
    return await by.post("/permissions/update-permissions", json={"post_id": victim.post, "permissions": parts})


async def remove_the_post(by: Person, victim: Administrator) -> httpx2.Response:
    return await by.delete(f"/posts/{victim.post}")


async def deactivate(by: Person, victim: Administrator) -> httpx2.Response:
    return await by.patch(f"/users/admin/update/{victim.person.id}", json={"is_active": False})


async def change_ones_address(_by: Person, victim: Administrator) -> httpx2.Response:
    # Only oneself can: it leaves the account unverified.
    form = {"username": victim.person.email, "password": PASSWORD, "new_email": f"new{victim.person.email}"}
    return await victim.person.patch("/auth/update-email", data=form)


REMOVALS: list[Removal] = [
    take_the_post,
    take_the_permission,
    take_one_of_several_permissions,
    remove_the_post,
    deactivate,
    change_ones_address,
]


def named(removal: object) -> str:
    return getattr(removal, "__name__", "")


@pytest.mark.parametrize("removal", REMOVALS, ids=named)
async def test_the_last_administrator_stays(guild: Guild, removal: Removal) -> None:
    """Removing the last administrator's post went through: in the cascade nobody seemed to lose anything."""
    boss = await administrator(guild, "Boss")
    for _ in range(2):
        assert code(await removal(boss.person, boss)) == REFUSED
    assert await left(guild) == 1
    assert (await boss.person.get("/users/me")).json()["email"] == boss.person.email


@pytest.mark.parametrize("removal", REMOVALS, ids=named)
async def test_of_two_administrators_one_may_go(guild: Guild, removal: Removal) -> None:
    anna, bo = await administrator(guild, "Anna"), await administrator(guild, "Bo")
    assert (await removal(anna.person, bo)).status_code in (200, 204)
    assert await left(guild) == 1
    assert code(await removal(anna.person, anna)) == REFUSED


@pytest.mark.parametrize("removal", REMOVALS, ids=named)
async def test_who_is_not_active_or_not_verified_is_no_administrator(guild: Guild, removal: Removal) -> None:
    boss = await administrator(guild, "Boss")
    await guild.holder("super:Permission", name="Unverified", is_verified=False)
    await guild.holder("manage:Permission", "super:User", name="Almost")
    former = await guild.holder("super:Permission", name="Former")
    await deactivate(boss.person, Administrator(former, 0, 0))
    assert code(await removal(boss.person, boss)) == REFUSED


async def test_the_word_itself_stays_in_the_vocabulary(guild: Guild) -> None:
    anna, _ = await administrator(guild, "Anna"), await administrator(guild, "Bo")
    word = {"action": "super", "target": "Permission"}
    assert code(await anna.person.request("DELETE", "/permissions/", json=word)) == REFUSED
    assert await left(guild) == 2


async def test_one_post_held_by_two_keeps_one_of_them(guild: Guild) -> None:
    anna, bo = await administrator(guild, "Anna"), await guild.member("Bo")
    await guild.give(bo, anna.post)
    for removal in (take_the_permission, remove_the_post):
        assert code(await removal(anna.person, anna)) == REFUSED
    assert (await take_the_post(anna.person, anna)).status_code == 200
    assert code(await take_the_post(bo, Administrator(bo, anna.post, 0))) == REFUSED


async def test_two_posts_of_the_same_person_can_go_down_to_one(guild: Guild) -> None:
    boss = await administrator(guild, "Boss")
    other = await guild.post("Other", permissions=["super:Permission"])
    await guild.give(boss.person, other)
    spare = Administrator(boss.person, other, boss.super_permission)
    assert code(await take_the_post(boss.person, boss)) == REFUSED
    assert (await remove_the_post(boss.person, spare)).status_code == 204
    assert code(await remove_the_post(boss.person, boss)) == REFUSED


async def test_a_refused_removal_of_several_permissions_takes_none(guild: Guild) -> None:
    boss = await administrator(guild, "Boss")
    ids = [await guild.permission_id(word) for word in ("super:User", "super:Permission")]
    parts = [{"change": "remove", "permission_id": number} for number in ids]
    body = {"post_id": boss.post, "permissions": parts}
    assert code(await boss.person.post("/permissions/update-permissions", json=body)) == REFUSED
    assert len((await boss.person.get(f"/posts/{boss.post}")).json()["permissions"]) == len(RIGHTS)


async def test_a_post_that_gave_nobody_the_right_may_go(guild: Guild) -> None:
    keeper = await guild.holder("super:Post", "super:Permission", "super:UserPost", is_verified=True)
    empty = await guild.post("Empty", permissions=["super:Permission"])
    assert (await keeper.delete(f"/posts/{empty}")).status_code == 204


async def test_a_guild_without_administrators_can_still_be_kept(guild: Guild) -> None:
    keeper, anna = await guild.holder("manage:Post", "manage:UserPost"), await guild.member()
    post = await guild.post()
    assert (await keeper.patch(f"/users/admin/user-posts/{anna.id}", json={"post_ids": [post]})).status_code == 200
    assert (await keeper.delete(f"/posts/{post}")).status_code == 204


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations_with_replacement(REMOVALS, 2)), ids=named)
async def test_two_administrators_who_remove_each_other_at_once_do_not_both_succeed(
    guild: Guild, one: Removal, other: Removal
) -> None:
    for number in range(3):
        anna, bo = await administrator(guild, f"Anna{number}"), await administrator(guild, f"Bo{number}")
        answers = await asyncio.gather(one(anna.person, bo), other(bo.person, anna))
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses[0] in (200, 204)
        assert statuses[1] in (401, 403, 404, 409)
        assert await left(guild) == 1
        await dissolve(guild)


async def dissolve(guild: Guild) -> None:
    """Take every administrator away as only the database can, for another round."""
    async with guild.session() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(text("DELETE FROM post_holders"))
