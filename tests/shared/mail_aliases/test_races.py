"""Several change aliases at once: each thing happens once, and no circle comes about."""

import asyncio
from collections import Counter
from collections.abc import Iterable

import httpx2

from tests.guild import Guild, code
from tests.shared.mail_aliases.aliases import ANYWHERE, BIL, STYRELSEN, add, keeper_of, make, members, path, put, remove


def outcomes(answers: Iterable[httpx2.Response]) -> Counter[str]:
    return Counter("" if answer.status_code == 200 else code(answer)[1] for answer in answers)


async def test_of_many_who_make_the_same_alias_one_does(guild: Guild) -> None:
    keeper = await keeper_of(guild)
    wishes = [keeper.post("/mail-alias/alias", params={"alias": alias}) for alias in (BIL, BIL.upper()) * 5]
    assert outcomes(await asyncio.gather(*wishes)) == {"": 1, "alias_exists": 9}


async def test_of_many_who_add_the_same_member_one_does(guild: Guild) -> None:
    keeper, anna = await keeper_of(guild), await guild.member("Anna")
    await make(keeper)
    for address in (ANYWHERE, anna.email):
        answers = await asyncio.gather(*(add(keeper, address) for _ in range(10)))
        assert outcomes(answers) == {"": 1, "alias_has_member": 9}
    assert await members(keeper) == [anna.email, ANYWHERE]


async def test_of_two_aliases_that_are_led_to_each_other_at_once_one_is(guild: Guild) -> None:
    keeper = await keeper_of(guild)
    await make(keeper, BIL)
    await make(keeper, STYRELSEN)
    for _ in range(5):
        answers = await asyncio.gather(add(keeper, STYRELSEN, BIL), add(keeper, BIL, STYRELSEN))
        assert outcomes(answers) == {"": 1, "alias_goes_in_circles": 1}
        answers = await asyncio.gather(put(keeper, BIL), put(keeper, STYRELSEN))
        assert outcomes(answers) == {"": 2}
        answers = await asyncio.gather(put(keeper, BIL, addresses=[STYRELSEN]), put(keeper, STYRELSEN, addresses=[BIL]))
        assert outcomes(answers) == {"": 1, "alias_goes_in_circles": 1}
        await asyncio.gather(put(keeper, BIL), put(keeper, STYRELSEN))


async def test_the_last_place_is_taken_once(guild: Guild) -> None:
    keeper = await keeper_of(guild)
    await make(keeper, addresses=[f"number{number}@example.com" for number in range(199)])
    answers = await asyncio.gather(*(add(keeper, f"late{number}@example.com") for number in range(5)))
    assert outcomes(answers) == {"": 1, "alias_is_full": 4}


async def test_an_alias_removed_while_it_is_changed_is_changed_first_or_not_found(guild: Guild) -> None:
    keeper = await keeper_of(guild)
    for _ in range(5):
        await make(keeper, addresses=[ANYWHERE])
        removed, *answers = await asyncio.gather(
            keeper.delete(path()), add(keeper, "new@example.com"), remove(keeper), put(keeper, addresses=[ANYWHERE])
        )
        assert removed.status_code == 200
        assert set(outcomes(answers)) <= {"", "alias_not_found", "alias_has_member", "member_not_in_alias"}


async def test_a_post_deleted_while_it_becomes_a_target_is_not_found_and_never_an_error(guild: Guild) -> None:
    keeper = await guild.holder("manage:MailAlias", "manage:Post")
    await make(keeper)
    for _ in range(6):
        post = await guild.post()
        deleted, answer = await asyncio.gather(keeper.delete(f"/posts/{post}"), put(keeper, post_ids=[post]))
        assert deleted.status_code == 204
        assert set(outcomes([answer])) <= {"", "post_not_found"}
        assert (await keeper.get(path())).json()["targets"] == []
