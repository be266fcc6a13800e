"""Keeping somebody from the car."""

import asyncio
from typing import Any

import pytest

from tests.domains.cars.trips import booked, path_of, trip
from tests.guild import Guild, Person, code, escaped

BLOCKED = (403, "blocked_from_car")


async def block(keeper: Person, person: Person, reason: str = "no petrol left") -> dict[str, Any]:
    answer = await keeper.post("/car/block/", json={"user_id": person.id, "reason": reason})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_keeper_blocks_and_sees_and_lifts_a_block(guild: Guild) -> None:
    keeper, anna = await guild.holder("manage:Car"), await guild.member()
    made = await block(keeper, anna)
    assert made == {
        "id": made["id"],
        "user_id": anna.id,
        "reason": "no petrol left",
        "blocked_by": keeper.id,
        "created_at": "2027-02-01T11:00:00Z",
    }
    assert (await keeper.get("/car/block/")).json() == [made]
    lifted = await keeper.delete(f"/car/block/{anna.id}")
    assert (lifted.status_code, lifted.json()) == (200, made)
    assert (await keeper.get("/car/block/")).json() == []


async def test_blocks_are_listed_in_the_order_they_were_made(guild: Guild) -> None:
    keeper = await guild.holder("manage:Car")
    made = [await block(keeper, person) for person in reversed(await guild.members("Anna", "Bo", "Cilla"))]
    assert (await keeper.get("/car/block/")).json() == made


async def test_who_is_blocked_reads_and_does_nothing_else(guild: Guild) -> None:
    keeper, anna = await guild.holder("manage:Car"), await guild.member()
    booking = await booked(anna)
    await block(keeper, anna)
    assert code(await anna.post("/car/", json=trip())) == BLOCKED
    assert code(await anna.patch(path_of(booking), json={"description": "a"})) == BLOCKED
    assert code(await anna.delete(path_of(booking))) == BLOCKED
    assert (await anna.get("/car/")).json() == [booking]


async def test_a_blocked_keeper_is_blocked_too_but_lifts_even_their_own_block(guild: Guild) -> None:
    keeper, anna = await guild.holder("manage:Car"), await guild.member()
    path = path_of(await booked(anna))
    await block(keeper, keeper)
    assert code(await keeper.post("/car/", json=trip())) == BLOCKED
    assert code(await keeper.patch(path, json={"confirmed": True})) == BLOCKED
    assert code(await keeper.delete(path)) == BLOCKED
    assert (await keeper.delete(f"/car/block/{keeper.id}")).status_code == 200
    assert (await keeper.patch(path, json={"confirmed": True})).status_code == 200


async def test_the_block_is_told_before_anything_else_that_is_wrong(guild: Guild) -> None:
    keeper, anna = await guild.holder("manage:Car"), await guild.member()
    await block(keeper, anna)
    assert code(await anna.post("/car/", json=trip(hours=-1))) == BLOCKED
    assert code(await anna.patch("/car/999", json={})) == BLOCKED
    assert code(await anna.delete("/car/999")) == BLOCKED


async def test_who_was_unblocked_books_again(guild: Guild) -> None:
    keeper, anna = await guild.holder("manage:Car"), await guild.member()
    await block(keeper, anna)
    await keeper.delete(f"/car/block/{anna.id}")
    await booked(anna)


async def test_nobody_is_blocked_twice_not_even_at_the_same_moment(guild: Guild) -> None:
    keeper, anna = await guild.holder("manage:Car"), await guild.member()
    wish = {"user_id": anna.id, "reason": "twice"}
    answers = await asyncio.gather(*(keeper.post("/car/block/", json=wish) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert code(await keeper.post("/car/block/", json=wish)) == (409, "already_blocked")


async def test_only_somebody_is_blocked_and_only_somebody_blocked_is_unblocked(guild: Guild) -> None:
    keeper, anna = await guild.holder("manage:Car"), await guild.member()
    refusal = await keeper.post("/car/block/", json={"user_id": 99999, "reason": ""})
    assert code(refusal) == (404, "user_not_found")
    assert code(await keeper.delete("/car/block/99999")) == (404, "user_not_found")
    assert code(await keeper.delete(f"/car/block/{anna.id}")) == (404, "not_blocked")


async def test_somebody_who_is_no_member_can_be_blocked(guild: Guild) -> None:
    await block(await guild.holder("manage:Car"), await guild.user())


async def test_who_is_named_in_a_block_cannot_be_deleted(guild: Guild) -> None:
    keeper, gustav = await guild.holder("manage:Car"), await guild.user()
    await block(keeper, gustav)
    refusal = await (await guild.holder("super:User")).delete(f"/users/admin/{gustav.id}")
    assert code(refusal) == (409, "user_still_named")


async def test_somebody_deleted_while_they_are_blocked_is_not_found_and_never_an_error(guild: Guild) -> None:
    """The block found the user, then the foreign key did not, and the answer was a 500."""
    keeper = await guild.holder("manage:Car", "super:User")
    for _ in range(8):
        gustav = await guild.user()
        blocked, deleted = await asyncio.gather(
            keeper.post("/car/block/", json={"user_id": gustav.id, "reason": ""}),
            keeper.delete(f"/users/admin/{gustav.id}"),
        )
        assert (blocked.status_code, deleted.status_code) in {(200, 409), (404, 204)}


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/car/block/"), ("POST", "/car/block/"), ("DELETE", "/car/block/nonsense")]
)
async def test_blocks_are_for_keepers_who_hear_so_before_their_wish_is_read(
    guild: Guild, method: str, path: str
) -> None:
    stranger, anna, viewer = await guild.client(), await guild.member(), await guild.holder("view:Car")
    assert code(await stranger.request(method, path, json={})) == (401, "not_authenticated")
    for person in (anna, viewer):
        assert code(await person.request(method, path, json={})) == (403, "missing_permission")


async def test_a_keeper_who_is_no_member_lifts_blocks_but_makes_none(guild: Guild) -> None:
    keeper, former, anna = (
        await guild.holder("manage:Car"),
        await guild.holder("manage:Car", is_member=False),
        await guild.member(),
    )
    assert code(await former.post("/car/block/", json={})) == (403, "not_member")
    made = await block(keeper, anna)
    assert (await former.get("/car/block/")).json() == [made]
    assert (await former.delete(f"/car/block/{anna.id}")).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"reason": "nobody"},
        {"user_id": 1},
        {"user_id": 2**31, "reason": ""},
        {"user_id": -(10**30), "reason": ""},
        {"user_id": None, "reason": ""},
        {"user_id": 1, "reason": None},
        {"user_id": 1, "reason": "x" * 1001},
        {"user_id": 1, "reason": "\x00"},
        {"user_id": 1, "reason": "\ud800"},
    ],
)
async def test_what_does_not_fit_is_422(guild: Guild, body: dict[str, Any]) -> None:
    keeper = await guild.holder("manage:Car")
    assert code(await keeper.post("/car/block/", **escaped(body))) == (422, "invalid_input")


@pytest.mark.parametrize("user_id", ["nonsense", str(2**31), "%00"])
async def test_an_id_that_is_none_is_422(guild: Guild, user_id: str) -> None:
    keeper = await guild.holder("manage:Car")
    assert code(await keeper.delete(f"/car/block/{user_id}")) == (422, "invalid_input")
