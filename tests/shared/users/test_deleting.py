"""Deleting an account."""

import asyncio

from sqlalchemy import func, select

from guildhall.shared.auth.models import RefreshSession
from tests.guild import Guild, code


async def test_who_is_no_member_any_more_can_be_deleted(guild: Guild) -> None:
    deleter = await guild.holder("super:User")
    anna = await guild.user("Anna")
    answer = await deleter.delete(f"/users/admin/{anna.id}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert code(await deleter.delete(f"/users/admin/{anna.id}")) == (404, "user_not_found")
    assert code(await deleter.get(f"/users/admin/{anna.id}")) == (404, "user_not_found")
    assert code(await anna.get("/users/me")) == (401, "not_authenticated")
    async with guild.session() as session:
        sessions = select(func.count()).select_from(RefreshSession).where(RefreshSession.user_id == anna.id)
        assert await session.scalar(sessions) == 0


async def test_the_address_is_free_again(guild: Guild) -> None:
    deleter = await guild.holder("super:User")
    anna = await guild.user("Anna")
    await deleter.delete(f"/users/admin/{anna.id}")
    assert (await guild.user("Bo", email=anna.email)).id != anna.id


async def test_a_member_cannot_be_deleted(guild: Guild) -> None:
    deleter = await guild.holder("super:User")
    anna = await guild.member("Anna")
    assert code(await deleter.delete(f"/users/admin/{anna.id}")) == (403, "user_is_member")
    assert (await anna.get("/users/me")).status_code == 200


async def test_who_holds_a_post_cannot_be_deleted(guild: Guild) -> None:
    deleter = await guild.holder("super:User")
    anna = await guild.holder("view:Car", is_member=False)
    assert code(await deleter.delete(f"/users/admin/{anna.id}")) == (403, "user_has_posts")
    assert (await anna.get("/users/me")).json()["posts"] != []


async def test_who_is_blocked_from_the_car_or_blocked_somebody_cannot_be_deleted(guild: Guild) -> None:
    deleter = await guild.holder("super:User")
    keeper = await guild.holder("manage:Car")
    anna = await guild.user("Anna")
    blocked = await keeper.post("/car/block/", json={"user_id": anna.id, "reason": "speeding"})
    assert blocked.status_code == 200, blocked.text
    assert code(await deleter.delete(f"/users/admin/{anna.id}")) == (409, "user_still_named")
    await _retire(guild, deleter_id=deleter.id, person_id=keeper.id)
    assert code(await deleter.delete(f"/users/admin/{keeper.id}")) == (409, "user_still_named")


async def _retire(guild: Guild, *, deleter_id: int, person_id: int) -> None:
    manager = await guild.holder("manage:User", "super:UserPost", name="Manager")
    assert manager.id != deleter_id
    await manager.patch(f"/users/admin/user-posts/{person_id}", json={"post_ids": []})
    await manager.patch(f"/users/admin/member-status/{person_id}", json={"is_member": False})


async def test_bookings_go_with_the_user(guild: Guild) -> None:
    deleter = await guild.holder("super:User")
    anna = await guild.member("Anna")
    trip = {
        "description": "IKEA",
        "start_time": "2027-03-01T09:00:00Z",
        "end_time": "2027-03-01T11:00:00Z",
        "personal": True,
    }
    assert (await anna.post("/car/", json=trip)).status_code == 200
    await _retire(guild, deleter_id=deleter.id, person_id=anna.id)
    assert (await deleter.delete(f"/users/admin/{anna.id}")).status_code == 204
    bo = await guild.member("Bo")
    assert (await bo.post("/car/", json=trip)).status_code == 200


async def test_of_two_who_delete_at_once_one_finds_nobody(guild: Guild) -> None:
    deleter = await guild.holder("super:User")
    anna = await guild.user("Anna")
    answers = await asyncio.gather(*(deleter.delete(f"/users/admin/{anna.id}") for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [204, 404, 404, 404]


async def test_giving_a_post_to_somebody_who_is_just_being_deleted_is_answered(guild: Guild) -> None:
    boss = await guild.holder("super:User", "manage:UserPost")
    post = await guild.post()
    anna = await guild.user("Anna")
    deleted, given = await asyncio.gather(
        boss.delete(f"/users/admin/{anna.id}"),
        boss.patch(f"/users/admin/user-posts/{anna.id}", json={"post_ids": [post]}),
    )
    assert (deleted.status_code, given.status_code) in {(204, 404), (403, 200)}


async def test_signing_in_while_being_deleted_is_answered(guild: Guild) -> None:
    deleter = await guild.holder("super:User")
    anna = await guild.user("Anna")
    form = {"username": anna.email, "password": "correct horse 1"}
    client = await guild.client()
    signed_in, deleted = await asyncio.gather(
        client.post("/auth/login", data=form), deleter.delete(f"/users/admin/{anna.id}")
    )
    assert deleted.status_code == 204
    assert signed_in.status_code in (200, 400)
    assert (await client.post("/auth/refresh")).status_code == 401
