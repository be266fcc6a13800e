"""Who may enter: five words and a ladder."""

from collections.abc import AsyncIterator

import pytest
from fastapi import APIRouter, Depends, FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st

from guildhall.core.access import (
    LADDER,
    Action,
    Actor,
    Me,
    MissingPermission,
    may,
    member,
    public,
    refuse_unguarded,
    signed_in,
    steps,
    verified,
)
from tests.core.scratch import house_with
from tests.guild import Guild, code

patient = settings(deadline=None)  # the machine may be busy

NOBODY = (401, "not_authenticated")
actions = st.sampled_from(LADDER)
targets = st.sampled_from(["Car", "News", "User", "UserPost"])
permissions = st.sets(st.tuples(actions, targets).map(":".join))

router = APIRouter(prefix="/scratch")


async def name_oneself(me: Me) -> int:
    return me.id


for word in (public, signed_in, verified, member, *(may(action, "Car") for action in LADDER)):
    router.get(f"/{word.needs}", dependencies=[Depends(word)])(name_oneself)


@pytest.fixture
async def house(guild: Guild) -> AsyncIterator[Guild]:
    async with house_with(router, guild) as made:
        yield made


@pytest.mark.parametrize("asked", LADDER)
@pytest.mark.parametrize("held", LADDER)
async def test_who_holds_a_higher_step_passes_every_lower_one(house: Guild, held: Action, asked: Action) -> None:
    person = await house.holder(f"{held}:Car", is_member=False)
    answer = await person.get(f"/scratch/{asked}:Car")
    if LADDER.index(held) >= LADDER.index(asked):
        assert (answer.status_code, answer.json()) == (200, person.id)
    else:
        assert code(answer) == (403, "missing_permission")
        assert answer.json()["detail"] == f"This needs the permission {asked}:Car"


async def test_a_right_to_one_thing_is_none_to_another(house: Guild) -> None:
    person = await house.holder("super:News", "super:UserPost")
    for asked in LADDER:
        assert code(await person.get(f"/scratch/{asked}:Car")) == (403, "missing_permission")


async def test_each_word_lets_in_whom_it_names(house: Guild) -> None:
    unverified, plain, in_guild = (
        await house.member("Anna", is_verified=False),
        await house.user("Bo"),
        await house.member("Cecilia"),
    )
    stranger = await house.client()
    entered = {
        word: [(await client.get(f"/scratch/{word}")).status_code for client in (stranger, unverified, plain, in_guild)]
        for word in ("signed in", "verified", "member", "view:Car")
    }
    assert entered == {
        "signed in": [401, 200, 200, 200],
        "verified": [401, 401, 200, 200],
        "member": [401, 401, 403, 200],
        "view:Car": [401, 401, 403, 403],
    }


async def test_a_public_route_asks_nobody_unless_it_needs_to_know(house: Guild) -> None:
    anna = await house.user("Anna")
    assert (await anna.get("/scratch/public")).json() == anna.id
    assert code(await (await house.client()).get("/scratch/public")) == NOBODY
    with house.statements() as statements:
        await anna.get("/health/live")
    assert statements == []


@patient
@given(permissions)
def test_the_steps_are_those_held_and_all_below_them(held: set[str]) -> None:
    expected = {
        f"{step}:{target}"
        for action, target in (permission.split(":") for permission in held)
        for step in LADDER
        if LADDER.index(step) <= [*LADDER].index(action)  # type: ignore[arg-type]
    }
    assert steps(held) == expected
    assert steps(steps(held)) == expected


def test_a_word_that_is_no_step_gives_nothing() -> None:
    assert steps(["own:Car", "Car", "", ":", "super:Car"]) == {"view:Car", "manage:Car", "super:Car"}


@patient
@given(permissions, actions, targets)
def test_an_actor_may_exactly_what_their_steps_say(held: set[str], action: Action, target: str) -> None:
    actor = Actor(1, 1, is_verified=True, is_member=True, rights=steps(held))
    assert actor.may(action, target) == (f"{action}:{target}" in steps(held))
    if actor.may(action, target):
        actor.require(action, target)
    else:
        with pytest.raises(MissingPermission):
            actor.require(action, target)


def test_a_house_with_an_unguarded_door_does_not_open() -> None:
    app = FastAPI(openapi_url=None)
    app.get("/open", dependencies=[Depends(public)])(name_oneself)
    refuse_unguarded(app)
    app.post("/forgotten")(name_oneself)
    with pytest.raises(RuntimeError, match="POST /forgotten"):
        refuse_unguarded(app)
