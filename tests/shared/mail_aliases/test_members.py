"""Adding and removing members, as the guild's site does it."""

from itertools import pairwise

import pytest

from guildhall.shared.mail_aliases.schemas import MOST_TARGETS
from tests.guild import Guild, code
from tests.shared.mail_aliases.aliases import (
    ANYWHERE,
    BIL,
    STYRELSEN,
    add,
    keeper_of,
    make,
    members,
    path,
    put,
    remove,
    set_account,
    targets,
)

# Adding


async def test_an_address_that_is_nobodys_is_added_as_it_stands(guild: Guild) -> None:
    keeper = await keeper_of(guild)
    await make(keeper)
    assert (await add(keeper)).json() == {
        "alias": BIL,
        "members": [ANYWHERE],
        "targets": [{"kind": "address", "id": None, "name_sv": ANYWHERE, "name_en": ANYWHERE}],
    }


async def test_the_address_of_an_account_is_added_as_the_user_and_follows_them(guild: Guild) -> None:
    keeper, anna = await keeper_of(guild), await guild.member("Anna", last_name="Öst", email="Anna.Ost@example.com")
    await make(keeper)
    added = (await add(keeper, "anna.ost@EXAMPLE.com")).json()
    assert added["members"] == ["anna.ost@example.com"]
    assert added["targets"] == [{"kind": "user", "id": anna.id, "name_sv": "Anna Öst", "name_en": "Anna Öst"}]


@pytest.mark.parametrize("state", [{"is_verified": False}, {"is_active": False}])
async def test_an_address_that_no_living_account_has_proved_is_added_as_it_stands(
    guild: Guild, state: dict[str, bool]
) -> None:
    """The keeper wants that address to receive; whose account claims it does not matter."""
    keeper, claimer = await keeper_of(guild), await guild.user("Bo")
    await set_account(guild, claimer, **state)
    await make(keeper)
    assert (await add(keeper, claimer.email)).json()["members"] == [claimer.email]
    assert await targets(keeper) == [("address", None)]


async def test_an_address_is_added_once_whatever_its_case_and_kind(guild: Guild) -> None:
    keeper, anna = await keeper_of(guild), await guild.member("Anna")
    await make(keeper, addresses=[ANYWHERE], user_ids=[anna.id])
    for address in (ANYWHERE, ANYWHERE.upper(), f" {ANYWHERE} ", anna.email, anna.email.title()):
        refusal = await add(keeper, address)
        assert code(refusal) == (409, "alias_has_member")
    assert await members(keeper) == sorted([ANYWHERE, anna.email])


async def test_who_receives_through_a_post_may_be_added_and_receives_once(guild: Guild) -> None:
    keeper, anna, post = await keeper_of(guild), await guild.member("Anna"), await guild.post()
    await guild.give(anna, post)
    await make(keeper, post_ids=[post])
    assert (await add(keeper, anna.email)).json()["members"] == [anna.email]
    assert await targets(keeper) == [("post", post), ("user", anna.id)]


async def test_another_alias_is_added_and_those_who_receive_from_it_receive(guild: Guild) -> None:
    keeper, anna = await keeper_of(guild), await guild.member("Anna")
    await make(keeper, BIL, user_ids=[anna.id])
    await make(keeper, STYRELSEN)
    assert (await add(keeper, BIL, STYRELSEN)).json()["members"] == [anna.email]
    assert await targets(keeper, STYRELSEN) == [("address", None)]


async def test_an_alias_stays_an_alias_also_when_an_account_has_its_address(guild: Guild) -> None:
    keeper, anna = await keeper_of(guild), await guild.member("Anna", email=BIL)
    await make(keeper, BIL, addresses=[ANYWHERE])
    await make(keeper, STYRELSEN)
    assert (await add(keeper, anna.email, STYRELSEN)).json()["members"] == [ANYWHERE]
    assert await targets(keeper, STYRELSEN) == [("address", None)]


@pytest.mark.parametrize(
    "address", ["", "nonsense", "a@b", "a b@example.com", "a@example.com,b@example.com", "a\x00@b.se"]
)
async def test_what_is_no_address_is_422(guild: Guild, address: str) -> None:
    keeper = await keeper_of(guild)
    await make(keeper)
    assert code(await add(keeper, address)) == (422, "invalid_input")
    assert code(await remove(keeper, address)) == (422, "invalid_input")
    assert code(await keeper.post(path(more="/add_member"))) == (422, "invalid_input")


# In circles


async def test_an_alias_does_not_lead_to_itself(guild: Guild) -> None:
    keeper = await keeper_of(guild)
    await make(keeper)
    for written in (BIL, BIL.upper()):
        assert code(await add(keeper, written)) == (409, "alias_goes_in_circles")
    assert await members(keeper) == []
    assert await targets(keeper) == []


async def test_aliases_do_not_lead_to_each_other_in_a_circle(guild: Guild) -> None:
    keeper, circle = await keeper_of(guild), [f"{name}@fsektionen.se" for name in "abcd"]
    for alias in circle:
        await make(keeper, alias)
    for alias, onward in pairwise(circle):
        assert (await add(keeper, onward, alias)).status_code == 200
    refusal = await add(keeper, circle[0], circle[-1])
    assert code(refusal) == (409, "alias_goes_in_circles")
    assert refusal.json()["detail"] == "Mail to d@fsektionen.se would come back to itself"
    assert (await add(keeper, circle[3], circle[0])).status_code == 200  # two ways to the same one are no circle


async def test_an_alias_that_comes_later_closes_no_circle_either(guild: Guild) -> None:
    keeper = await keeper_of(guild)
    await make(keeper, BIL, addresses=[STYRELSEN])
    await make(keeper, STYRELSEN)
    assert code(await add(keeper, BIL, STYRELSEN)) == (409, "alias_goes_in_circles")


# Removing


async def test_an_address_is_removed_whatever_its_case(guild: Guild) -> None:
    keeper = await keeper_of(guild)
    await make(keeper, addresses=[ANYWHERE, "other@example.com"])
    assert (await remove(keeper, ANYWHERE.upper())).json()["members"] == ["other@example.com"]
    assert code(await remove(keeper)) == (404, "member_not_in_alias")


async def test_a_user_is_removed_by_the_address_of_the_account(guild: Guild) -> None:
    keeper, anna = await keeper_of(guild), await guild.member("Anna")
    await make(keeper, user_ids=[anna.id])
    assert (await remove(keeper, anna.email)).json() == {"alias": BIL, "members": [], "targets": []}


async def test_a_user_who_does_not_receive_at_the_moment_can_be_removed(guild: Guild) -> None:
    keeper, bo = await keeper_of(guild), await guild.user("Bo", is_verified=False)
    assert (await make(keeper, user_ids=[bo.id]))["members"] == []
    assert (await remove(keeper, bo.email)).json()["targets"] == []


async def test_an_address_and_the_user_who_has_it_now_go_together(guild: Guild) -> None:
    keeper, anna = await keeper_of(guild), await guild.member("Anna")
    await make(keeper, user_ids=[anna.id], addresses=[anna.email])
    assert (await remove(keeper, anna.email)).json()["members"] == []


async def test_who_receives_through_something_else_is_removed_there_and_the_refusal_names_it(guild: Guild) -> None:
    keeper, anna, council = await keeper_of(guild), await guild.member("Anna"), await guild.council("Foset")
    post = await guild.post("Bilförman", council=council)
    await guild.give(anna, post)
    await make(keeper, BIL, post_ids=[post])
    await make(keeper, STYRELSEN, council_ids=[council], addresses=[BIL, ANYWHERE])
    refusal = await remove(keeper, anna.email)
    assert code(refusal) == (409, "member_comes_through")
    assert refusal.json()["detail"] == f"{anna.email} receives through Bilförman and has to be removed there"
    assert f"through {BIL}, Foset and" in (await remove(keeper, anna.email, STYRELSEN)).json()["detail"]
    assert await members(keeper) == [anna.email]


async def test_who_is_named_and_holds_a_post_still_receives_through_the_post(guild: Guild) -> None:
    keeper, anna, post = await keeper_of(guild), await guild.member("Anna"), await guild.post()
    await guild.give(anna, post)
    await make(keeper, post_ids=[post], user_ids=[anna.id])
    assert (await remove(keeper, anna.email)).json()["members"] == [anna.email]
    assert code(await remove(keeper, anna.email)) == (409, "member_comes_through")


async def test_removing_from_one_alias_leaves_the_others(guild: Guild) -> None:
    keeper = await keeper_of(guild)
    for alias in (BIL, STYRELSEN):
        await make(keeper, alias, addresses=[ANYWHERE])
    await remove(keeper)
    assert (await members(keeper, BIL), await members(keeper, STYRELSEN)) == ([], [ANYWHERE])


# How many


async def test_an_alias_takes_so_many_targets_and_no_more(guild: Guild) -> None:
    keeper = await keeper_of(guild)
    full = [f"number{number:03}@example.com" for number in range(MOST_TARGETS)]
    await make(keeper, addresses=full)
    refusal = await add(keeper)
    assert code(refusal) == (409, "alias_is_full")
    assert refusal.json()["detail"] == f"An alias has at most {MOST_TARGETS} targets"
    assert code(await put(keeper, addresses=full, user_ids=[keeper.id])) == (409, "alias_is_full")
    assert code(await put(keeper, addresses=[*full, ANYWHERE])) == (422, "invalid_input")
    assert await members(keeper) == full
    await remove(keeper, full.pop())
    assert (await add(keeper)).status_code == 200
