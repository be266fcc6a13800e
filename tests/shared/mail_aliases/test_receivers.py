"""Who receives now: posts, councils, accounts and other aliases, with every change at once."""

from typing import Any

import pytest

from tests.guild import Guild, Person, code
from tests.shared.auth.doors import as_owner, mailed_token
from tests.shared.mail_aliases.aliases import ANYWHERE, BIL, STYRELSEN, keeper_of, make, members, set_account, targets


async def give(giver: Person, person: Person, *posts: int) -> None:
    answer = await giver.patch(f"/users/admin/user-posts/{person.id}", json={"post_ids": posts})
    assert answer.status_code == 200, answer.text


async def giver_of(guild: Guild) -> Person:
    return await guild.holder("manage:UserPost", "manage:MailAlias", "super:User", "manage:Post", "manage:Council")


async def test_a_post_means_whoever_holds_it_now(guild: Guild) -> None:
    giver, (anna, bo), post = await giver_of(guild), await guild.members("Anna", "Bo"), await guild.post()
    await make(giver, post_ids=[post])
    assert await members(giver) == []
    await give(giver, anna, post)
    assert await members(giver) == [anna.email]
    await give(giver, bo, post)
    assert await members(giver) == [anna.email, bo.email]
    await give(giver, anna)
    assert await members(giver) == [bo.email]


async def test_a_council_means_whoever_holds_any_post_in_it_now_and_each_once(guild: Guild) -> None:
    giver, (anna, bo), council = await giver_of(guild), await guild.members("Anna", "Bo"), await guild.council()
    first, second = await guild.post("Ett", council=council), await guild.post("Två", council=council)
    elsewhere = await guild.post("Tre")
    await make(giver, council_ids=[council])
    await give(giver, anna, first, second)
    await give(giver, bo, elsewhere)
    assert await members(giver) == [anna.email]
    await give(giver, bo, elsewhere, second)
    assert await members(giver) == [anna.email, bo.email]
    moved = await giver.patch(f"/posts/{second}", json={"council_id": await guild.council("Foset")})
    assert moved.status_code == 200
    assert await members(giver) == [anna.email]


@pytest.mark.parametrize("kind", ["user_ids", "post_ids", "council_ids"])
@pytest.mark.parametrize("state", [{"is_verified": False}, {"is_active": False}])
async def test_an_account_without_a_proved_address_or_put_to_rest_receives_nothing(
    guild: Guild, state: dict[str, bool], kind: str
) -> None:
    keeper, council = await keeper_of(guild), await guild.council()
    post = await guild.post(council=council)
    bo = await guild.member("Bo")
    await guild.give(bo, post)
    ids = {"user_ids": bo.id, "post_ids": post, "council_ids": council}
    assert (await make(keeper, BIL, **{kind: [ids[kind]]}))["members"] == [bo.email]
    await set_account(guild, bo, **state)
    assert await members(keeper) == []


async def test_a_deactivated_account_stops_receiving_and_receives_again_when_it_comes_back(guild: Guild) -> None:
    giver, anna = await guild.holder("manage:User", "manage:MailAlias"), await guild.member("Anna")
    await make(giver, user_ids=[anna.id])
    for is_active, receiving in ((False, []), (True, [anna.email])):
        await giver.patch(f"/users/admin/update/{anna.id}", json={"is_active": is_active})
        assert await members(giver) == receiving


async def test_an_alias_follows_a_user_to_the_new_address_once_it_is_verified(guild: Guild) -> None:
    keeper, anna = await keeper_of(guild), await guild.member("Anna")
    await make(keeper, user_ids=[anna.id])
    assert (await as_owner(anna, "update-email", new_email="New@example.com")).status_code == 200
    assert await members(keeper) == []
    token = await mailed_token(guild, "New@example.com")
    assert (await anna.post("/auth/verify", json={"token": token})).status_code == 200
    assert await members(keeper) == ["new@example.com"]


@pytest.mark.parametrize("kind", ["user", "post", "council"])
async def test_what_is_deleted_is_no_target_any_more_and_the_alias_stays(guild: Guild, kind: str) -> None:
    giver, bo, council = await giver_of(guild), await guild.user("Bo"), await guild.council()
    post, empty = await guild.post(), council
    await make(giver, addresses=[ANYWHERE], user_ids=[bo.id], post_ids=[post], council_ids=[empty])
    doomed = {"user": f"/users/admin/{bo.id}", "post": f"/posts/{post}", "council": f"/councils/{council}"}
    assert (await giver.delete(doomed[kind])).status_code in (200, 204)
    assert {name for name, _ in await targets(giver)} == {"address", "user", "post", "council"} - {kind}
    assert await members(giver) == sorted({ANYWHERE, bo.email} - ({bo.email} if kind == "user" else set[str]()))


async def test_aliases_in_a_row_reach_everybody_behind_them_once(guild: Guild) -> None:
    keeper, anna, post = await keeper_of(guild), await guild.member("Anna"), await guild.post()
    await guild.give(anna, post)
    await make(keeper, "a@fsektionen.se", post_ids=[post], addresses=["a@example.com"])
    await make(keeper, "b@fsektionen.se", addresses=["a@fsektionen.se", "b@example.com"])
    await make(keeper, "c@fsektionen.se", addresses=["b@fsektionen.se", "a@fsektionen.se"], user_ids=[anna.id])
    assert await members(keeper, "c@fsektionen.se") == ["a@example.com", anna.email, "b@example.com"]


async def test_an_alias_behind_another_that_is_removed_is_an_address_as_any(guild: Guild) -> None:
    keeper = await keeper_of(guild)
    await make(keeper, BIL, addresses=[ANYWHERE])
    await make(keeper, STYRELSEN, addresses=[BIL])
    assert (await keeper.delete(f"/mail-alias/alias/{BIL}")).status_code == 200
    assert await members(keeper, STYRELSEN) == [BIL]


async def circle_by_account(guild: Guild, keeper: Person, **more: Any) -> None:
    """The holder's account has the very address that leads to the post."""
    post = await guild.post()
    await guild.give(await guild.member("Anna", email=BIL), post)
    await make(keeper, BIL, post_ids=[post], **more)


async def test_an_account_at_the_alias_itself_receives_nothing_from_it_and_keeps_nobody_from_receiving(
    guild: Guild,
) -> None:
    keeper = await keeper_of(guild)
    await circle_by_account(guild, keeper, addresses=[ANYWHERE])
    assert await members(keeper) == [ANYWHERE]
    await make(keeper, STYRELSEN, addresses=[BIL])
    assert await members(keeper, STYRELSEN) == [ANYWHERE]


async def test_who_receives_through_an_account_that_is_an_alias_is_told_the_post(guild: Guild) -> None:
    keeper, bo = await keeper_of(guild), await guild.member("Bo")
    await circle_by_account(guild, keeper, user_ids=[bo.id])
    post = await guild.post("Talman")
    await guild.give(await guild.member("Cilla", email=STYRELSEN), post)
    await make(keeper, STYRELSEN, addresses=[ANYWHERE])
    await make(keeper, "talman@fsektionen.se", post_ids=[post])
    assert await members(keeper, "talman@fsektionen.se") == [ANYWHERE]
    refusal = await keeper.delete(
        "/mail-alias/alias/talman@fsektionen.se/remove_member", params={"member_email": ANYWHERE}
    )
    assert code(refusal) == (409, "member_comes_through")
    assert "through Talman and" in refusal.json()["detail"]
