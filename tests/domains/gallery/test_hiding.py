"""Wishes to have a picture hidden: it is hidden at once, and somebody decides."""

import asyncio
from typing import Any

from tests.domains.gallery.albums import album, ids_in, placed
from tests.guild import Guild, Person, code

NOWHERE = 2_000_000_000


async def wish(person: Person, image: int, reason: str = "Jag blundar") -> int:
    answer = await person.post(f"/img/{image}/hide-wishes", json={"reason": reason})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def decide(keeper: Person, wish_id: int, decision: str) -> dict[str, Any]:
    answer = await keeper.patch(f"/albums/hide-wishes/{wish_id}", json={"decision": decision})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def heard(person: Person) -> list[tuple[str, str]]:
    inbox = (await person.get("/notifications")).json()["notifications"]
    return [(it["kind"], it["title_en"]) for it in inbox]


async def test_a_wish_hides_at_once_and_is_told_to_those_who_decide(guild: Guild) -> None:
    anna, bo, photographer = await guild.members("Anna", "Bo", "Foto")
    keeper = await guild.holder("manage:Gallery")
    spring = await album(guild, photographer)
    image = await placed(guild, spring)
    wish_id = await wish(anna, image)
    assert await ids_in(bo, spring) == await ids_in(anna, spring) == []
    assert await ids_in(photographer, spring) == [image]
    assert (await bo.get(f"/albums/{spring}")).json()["picture_count"] == 0
    for concerned in (keeper, photographer):
        assert await heard(concerned) == [("gallery.hide_wish", "A member wants a picture hidden")]
    assert await heard(bo) == await heard(anna) == []
    (waiting,) = (await keeper.get("/albums/hide-wishes")).json()
    assert (waiting["id"], waiting["img_id"], waiting["album"]["id"]) == (wish_id, image, spring)
    assert (waiting["member"]["id"], waiting["reason"], waiting["decision"]) == (anna.id, "Jag blundar", None)


async def test_a_picture_that_stays_hidden_is_told_to_who_wished(guild: Guild) -> None:
    anna, keeper = await guild.member(), await guild.holder("manage:Gallery")
    spring = await album(guild)
    wish_id = await wish(anna, await placed(guild, spring))
    decided = await decide(keeper, wish_id, "hide")
    assert (decided["decision"], decided["decided_at"] is not None) == ("hide", True)
    assert await ids_in(anna, spring) == []
    assert await heard(anna) == [("gallery.hide_wish_decided", "The picture stays hidden")]
    assert (await keeper.get("/albums/hide-wishes")).json() == []


async def test_what_was_decided_to_be_shown_is_not_hidden_again_by_the_same_member(guild: Guild) -> None:
    anna, bo, keeper = await guild.member("Anna"), await guild.member("Bo"), await guild.holder("manage:Gallery")
    spring = await album(guild)
    image = await placed(guild, spring)
    await decide(keeper, await wish(anna, image), "show")
    assert await ids_in(bo, spring) == [image]
    assert await heard(anna) == [("gallery.hide_wish_decided", "The picture is shown")]
    assert code(await anna.post(f"/img/{image}/hide-wishes", json={})) == (409, "decided_to_be_shown")
    await wish(bo, image)
    assert await ids_in(anna, spring) == []


async def test_a_picture_is_shown_again_only_when_no_wish_hides_it(guild: Guild) -> None:
    anna, bo, keeper = await guild.member("Anna"), await guild.member("Bo"), await guild.holder("manage:Gallery")
    spring = await album(guild)
    image = await placed(guild, spring)
    annas, bos = await wish(anna, image), await wish(bo, image)
    await decide(keeper, annas, "show")
    assert await ids_in(anna, spring) == []
    await decide(keeper, bos, "hide")
    assert await ids_in(anna, spring) == []
    await decide(keeper, bos, "show")  # they think again
    assert await ids_in(anna, spring) == [image]
    await decide(keeper, bos, "show")
    assert len(await heard(bo)) == 2


async def test_one_wish_for_each_picture_and_twenty_at_a_time(guild: Guild) -> None:
    anna = await guild.member()
    spring = await album(guild)
    images = [await placed(guild, spring, seed=seed) for seed in range(21)]
    for image in images[:19]:
        await wish(anna, image)
    assert code(await anna.post(f"/img/{images[0]}/hide-wishes", json={})) == (409, "already_wished")
    # Two at once, and there is room for one.
    both = await asyncio.gather(*(anna.post(f"/img/{image}/hide-wishes", json={}) for image in images[19:]))
    assert sorted(answer.status_code for answer in both) == [201, 409]
    assert await ids_in(anna, spring) != []


async def test_who_may_wish_and_for_what(guild: Guild) -> None:
    anna, guest, nobody = await guild.member(), await guild.user(), await guild.client()
    image = await placed(guild, await album(guild), visibility="hidden")
    path = f"/img/{image}/hide-wishes"
    assert code(await nobody.post(path, json={})) == (401, "not_authenticated")
    assert code(await guest.post(path, json={})) == (403, "not_member")
    assert code(await anna.post(path, json={})) == (404, "picture_not_found")
    assert code(await anna.post(f"/img/{NOWHERE}/hide-wishes", json={})) == (404, "picture_not_found")
    assert (await anna.post(path, json={"reason": "x" * 1001})).status_code == 422


async def test_a_wish_that_is_not_there_is_not_decided(guild: Guild) -> None:
    keeper = await guild.holder("manage:Gallery")
    path = f"/albums/hide-wishes/{NOWHERE}"
    assert code(await keeper.patch(path, json={"decision": "show"})) == (404, "hide_wish_not_found")
    assert (await keeper.patch(path, json={"decision": "burn"})).status_code == 422


async def test_the_wish_of_a_member_who_left_still_waits(guild: Guild) -> None:
    anna, boss = await guild.member(), await guild.holder("super:User", "manage:User", "manage:Gallery")
    spring = await album(guild)
    image = await placed(guild, spring)
    wish_id = await wish(anna, image)
    await boss.patch(f"/users/admin/member-status/{anna.id}", json={"is_member": False})
    assert (await boss.delete(f"/users/admin/{anna.id}")).status_code == 204
    (waiting,) = (await boss.get("/albums/hide-wishes")).json()
    assert (waiting["id"], waiting["member"]) == (wish_id, None)
    await decide(boss, wish_id, "show")
    assert await ids_in(boss, spring) == [image]


async def test_a_picture_is_taken_out_with_its_wishes(guild: Guild) -> None:
    anna, keeper = await guild.member(), await guild.holder("manage:Gallery")
    image = await placed(guild, await album(guild))
    await wish(anna, image)
    assert (await keeper.delete(f"/img/{image}")).status_code == 200
    assert (await keeper.get("/albums/hide-wishes")).json() == []
