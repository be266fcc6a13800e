"""Cancelling a booking of the car."""

import asyncio

import pytest

from tests.domains.cars.trips import booked, member_of, path_of
from tests.guild import Guild, code


async def test_the_booker_cancels_and_the_car_is_free_again(guild: Guild) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    booking = await booked(anna)
    answer = await anna.delete(path_of(booking))
    assert (answer.status_code, answer.json()) == (200, booking)
    assert code(await anna.get(path_of(booking))) == (404, "booking_not_found")
    await booked(bo)


async def test_the_answer_is_what_the_booking_was(guild: Guild) -> None:
    council = await guild.council()
    cecilia = await member_of(guild, council)
    booking = await booked(cecilia, personal=False, council_id=council)
    assert (await cecilia.delete(path_of(booking))).json() == booking


async def test_a_keeper_cancels_anybodys_booking_and_nobody_else_does(guild: Guild) -> None:
    anna, bo, viewer = await guild.member("Anna"), await guild.member("Bo"), await guild.holder("view:Car")
    path = path_of(await booked(anna))
    for person in (bo, viewer):
        assert code(await person.delete(path)) == (403, "not_your_booking")
    assert (await (await guild.holder("super:Car")).delete(path)).status_code == 200


async def test_who_has_left_the_council_may_still_cancel_what_they_booked(guild: Guild) -> None:
    council = await guild.council()
    cecilia, giver = await member_of(guild, council), await guild.holder("manage:UserPost")
    path = path_of(await booked(cecilia, personal=False, council_id=council))
    await giver.patch(f"/users/admin/user-posts/{cecilia.id}", json={"post_ids": []})
    assert (await cecilia.delete(path)).status_code == 200


async def test_a_booking_that_is_not_there_cannot_be_cancelled(guild: Guild) -> None:
    for person in (await guild.member(), await guild.holder("manage:Car")):
        assert code(await person.delete("/car/999")) == (404, "booking_not_found")


async def test_a_booking_is_cancelled_once(guild: Guild) -> None:
    anna = await guild.member()
    path = path_of(await booked(anna))
    answers = await asyncio.gather(*(anna.delete(path) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 404, 404, 404, 404]


@pytest.mark.parametrize("where", ["/car/1", "/car/999", "/car/nonsense"])
async def test_who_may_not_enter_hears_so_before_anything_else(guild: Guild, where: str) -> None:
    await booked(await guild.member())
    assert code(await (await guild.client()).delete(where)) == (401, "not_authenticated")
    assert code(await (await guild.user()).delete(where)) == (403, "not_member")
    keeper = await guild.holder("manage:Car", is_member=False)
    assert code(await keeper.delete(where)) == (403, "not_member")


@pytest.mark.parametrize("booking_id", ["nonsense", str(2**31), "%00"])
async def test_an_id_that_is_none_is_422(guild: Guild, booking_id: str) -> None:
    assert code(await (await guild.member()).delete(f"/car/{booking_id}")) == (422, "invalid_input")
