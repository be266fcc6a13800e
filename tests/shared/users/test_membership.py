"""Making users members, one or many."""

import asyncio

import pytest

from tests.guild import Guild, Person, code


async def make(manager: Person, *wishes: tuple[Person, bool]) -> list[dict[str, object]]:
    """Set the membership of several at once; who was answered with."""
    body = [{"user_id": person.id, "is_member": is_member} for person, is_member in wishes]
    answer = await manager.patch("/users/admin/member-status", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_user_becomes_a_member_at_once(guild: Guild) -> None:
    manager = await guild.holder("manage:User", is_member=False)
    anna = await guild.user("Anna")
    assert code(await anna.get("/member-only")) == (403, "not_member")
    answer = await manager.patch(f"/users/admin/member-status/{anna.id}", json={"is_member": True})
    assert (answer.status_code, answer.json()["is_member"]) == (200, True)
    assert (await anna.get("/member-only")).status_code == 200
    await manager.patch(f"/users/admin/member-status/{anna.id}", json={"is_member": False})
    assert code(await anna.get("/member-only")) == (403, "not_member")


async def test_many_become_members_and_are_answered_in_the_order_asked(guild: Guild) -> None:
    manager = await guild.holder("manage:User")
    anna, bo, cecilia = [await guild.user(name) for name in ("Anna", "Bo", "Cecilia")]
    dag = await guild.member("Dag")
    answered = await make(manager, (cecilia, True), (anna, True), (dag, False), (bo, False))
    assert [user["id"] for user in answered] == [cecilia.id, anna.id, dag.id, bo.id]
    assert [user["is_member"] for user in answered] == [True, True, False, False]


async def test_it_is_all_or_nothing(guild: Guild) -> None:
    manager = await guild.holder("manage:User")
    anna = await guild.user("Anna")
    body = [{"user_id": anna.id, "is_member": True}, {"user_id": 2**31 - 1, "is_member": True}]
    assert code(await manager.patch("/users/admin/member-status", json=body)) == (404, "user_not_found")
    assert code(await anna.get("/member-only")) == (403, "not_member")


async def test_nobody_at_all_makes_no_sense(guild: Guild) -> None:
    manager = await guild.holder("manage:User")
    assert code(await manager.patch("/users/admin/member-status", json=[])) == (400, "no_users_given")


async def test_somebody_twice_makes_no_sense(guild: Guild) -> None:
    manager = await guild.holder("manage:User")
    anna = await guild.user("Anna")
    body = [{"user_id": anna.id, "is_member": is_member} for is_member in (True, False)]
    assert code(await manager.patch("/users/admin/member-status", json=body)) == (400, "named_twice")


@pytest.mark.parametrize("body", [None, {}, {"is_member": None}, {"is_member": "perhaps"}, []])
async def test_membership_must_be_said(guild: Guild, body: object) -> None:
    manager = await guild.holder("manage:User")
    answer = await manager.patch(f"/users/admin/member-status/{manager.id}", json=body)
    assert code(answer) == (422, "invalid_input")


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        [{}],
        [{"user_id": 1}],
        [{"user_id": 2**31, "is_member": True}],
        [{"user_id": 1, "is_member": True}] * 10_001,
    ],
    ids=["nothing", "no list", "nobody", "no membership", "no id", "too many"],
)
async def test_a_list_that_does_not_fit_is_told(guild: Guild, body: object) -> None:
    manager = await guild.holder("manage:User")
    assert code(await manager.patch("/users/admin/member-status", json=body)) == (422, "invalid_input")


async def test_a_stil_id_that_another_member_has_is_told_when_membership_is_granted(guild: Guild) -> None:
    manager = await guild.holder("manage:User")
    anna = await guild.member("Anna", stil_id="ab1234cd-s")
    squatter = await guild.user("Bo", stil_id="ab1234cd-s")
    granted = {"is_member": True}
    answer = await manager.patch(f"/users/admin/member-status/{squatter.id}", json=granted)
    assert code(answer) == (409, "stil_id_taken")
    body = [{"user_id": person.id} | granted for person in (await guild.user("Cecilia"), squatter)]
    assert code(await manager.patch("/users/admin/member-status", json=body)) == (409, "stil_id_taken")
    assert (await anna.get("/users/me")).json()["stil_id"] == "ab1234cd-s"
    assert code(await squatter.get("/member-only")) == (403, "not_member")


async def test_a_stil_id_goes_from_one_who_leaves_to_one_who_enters(guild: Guild) -> None:
    manager = await guild.holder("manage:User")
    newcomer = await guild.user("Bo", stil_id="ab1234cd-s")
    leaver = await guild.member("Anna", stil_id="ab1234cd-s")
    answered = await make(manager, (newcomer, True), (leaver, False))
    assert [user["is_member"] for user in answered] == [True, False]


async def test_of_two_with_one_stil_id_one_becomes_a_member(guild: Guild) -> None:
    manager = await guild.holder("manage:User")
    people = [await guild.user(name, stil_id="ab1234cd-s") for name in ("Anna", "Bo", "Cecilia")]
    answers = await asyncio.gather(
        *(manager.patch(f"/users/admin/member-status/{person.id}", json={"is_member": True}) for person in people)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]


async def test_the_same_people_in_opposite_order_at_once_do_not_block_each_other(guild: Guild) -> None:
    manager = await guild.holder("manage:User")
    people = [await guild.user("Anna") for _ in range(12)]
    there, back = [(person, True) for person in people], [(person, False) for person in reversed(people)]
    for answered in await asyncio.gather(*(make(manager, *(there, back)[n % 2]) for n in range(6))):
        assert len(answered) == 12
