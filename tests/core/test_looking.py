"""Words that also look: who asks and what they ask for, in one statement."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy import Integer, bindparam, delete, func, select, text, update

from guildhall.core import clock
from guildhall.core.access import may, member, public, verified
from guildhall.core.errors import Busy
from guildhall.core.glances import Glance, Glances
from guildhall.core.looking import Shown, seeing, sight
from guildhall.core.routing import Router
from guildhall.core.settings import settings
from guildhall.core.types import Id
from guildhall.shared.auth.models import RefreshSession
from guildhall.shared.councils.models import Council
from guildhall.shared.posts.models import PostHolder
from guildhall.shared.users.models import User
from tests.core.scratch import house_with
from tests.guild import Guild, code, configured

CUT = text("""SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%seen_name_sv%'""")
NOBODY = (401, "not_authenticated")
COUNCIL = select(Council.id, Council.name_sv).where(Council.id == bindparam("council_id", type_=Integer))
WORDS = {"public": public, "verified": verified, "member": member, "keeper": may("manage", "Gallery")}
router = Router(prefix="/scratch")


def named(request: Request) -> dict[str, int]:
    return {"council_id": int(request.path_params["council_id"])}


def first(_request: Request) -> dict[str, int]:
    return {"council_id": 1}


def tell(request: Request) -> dict[str, Any]:
    found = sight(request)
    return {"who": found.actor and found.actor.id, "what": found.row and found.row.name_sv}


for path, word in WORDS.items():
    looking = seeing(word, COUNCIL, named)
    router.get(f"/{path}/{{council_id}}", dependencies=[Depends(looking)], response_model=dict[str, Any])(tell)


@pytest.fixture
async def house(guild: Guild) -> AsyncIterator[Guild]:
    async with house_with(router, guild) as made:
        yield made


async def test_who_may_look_sees_what_is_there(house: Guild) -> None:
    council, anna = await house.council("Sexmästeriet"), await house.member()
    answer = await anna.get(f"/scratch/member/{council}")
    assert (answer.status_code, answer.json()) == (200, {"who": anna.id, "what": "Sexmästeriet"})


async def test_what_is_not_there_is_none_and_the_asker_is_known_all_the_same(house: Guild) -> None:
    anna = await house.member()
    assert (await anna.get("/scratch/member/0")).json() == {"who": anna.id, "what": None}


async def test_a_word_that_looks_refuses_as_the_plain_word_does(house: Guild) -> None:
    council = await house.council()
    nobody, guest = await house.client(), await house.user()
    unverified = await house.member(is_verified=False)
    for path, asker, refusal in (
        ("member", nobody, NOBODY),
        ("member", unverified, NOBODY),
        ("member", guest, (403, "not_member")),
        ("keeper", guest, (403, "missing_permission")),
        ("verified", unverified, NOBODY),
    ):
        assert code(await asker.get(f"/scratch/{path}/{council}")) == refusal
    for path, asker in (("public", nobody), ("verified", guest)):
        assert (await asker.get(f"/scratch/{path}/{council}")).status_code == 200


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer x.y.z", "Basic YTpi"])
async def test_rubbish_is_no_token(house: Guild, header: str) -> None:
    client = await house.client()
    assert code(await client.get("/scratch/member/1", headers={"Authorization": header})) == NOBODY


async def test_it_takes_one_statement(house: Guild) -> None:
    council, anna = await house.council(), await house.member()
    for path in ("member", "public"):
        with house.statements() as seen:
            await anna.get(f"/scratch/{path}/{council}")
        assert len(seen) == 1


async def test_rights_are_those_of_this_moment(house: Guild) -> None:
    council, keeper = await house.council(), await house.holder("manage:Gallery")
    assert (await keeper.get(f"/scratch/keeper/{council}")).status_code == 200
    async with house.session() as session:
        await session.execute(delete(PostHolder).where(PostHolder.user_id == keeper.id))
    assert code(await keeper.get(f"/scratch/keeper/{council}")) == (403, "missing_permission")
    async with house.session() as session:
        await session.execute(update(User).where(User.id == keeper.id).values(is_active=False))
    assert code(await keeper.get(f"/scratch/member/{council}")) == NOBODY


async def test_an_old_token_still_looks_for_some_hours(house: Guild) -> None:
    """The app's picture loader keeps the first token it got for ever."""
    council, anna = await house.council(), await house.member()
    end = clock.now() + timedelta(seconds=settings().access_token_seconds)
    with clock.stopped(end + timedelta(hours=23)):
        assert code(await anna.get("/users/me")) == NOBODY
        assert (await anna.get(f"/scratch/member/{council}")).status_code == 200
    with clock.stopped(end + timedelta(hours=25)):
        assert code(await anna.get(f"/scratch/member/{council}")) == NOBODY


async def test_how_long_is_a_setting(house: Guild) -> None:
    council, anna = await house.council(), await house.member()
    late = clock.now() + timedelta(seconds=settings().access_token_seconds + 60)
    with configured(picture_grace_hours="0"), clock.stopped(late):
        assert code(await anna.get(f"/scratch/member/{council}")) == NOBODY


async def test_an_old_token_of_a_session_that_has_ended_sees_nothing(house: Guild) -> None:
    council, anna = await house.council(), await house.member()
    async with house.session() as session:
        await session.execute(delete(RefreshSession).where(RefreshSession.user_id == anna.id))
    assert code(await anna.get(f"/scratch/member/{council}")) == NOBODY


async def test_lost_connections_are_not_noticed(house: Guild) -> None:
    """The second try took the next connection of the pool, which was as dead as the first after a restart."""
    council, anna = await house.council(), await house.member()

    async def statuses() -> set[int]:
        asked = (anna.get(f"/scratch/member/{council}") for _ in range(40))
        return {answer.status_code for answer in await asyncio.gather(*asked)}

    assert await statuses() == {200}
    async with house.session() as session:
        assert len((await session.execute(CUT)).all()) > 1
    assert (await anna.get(f"/scratch/member/{council}")).status_code == 200
    assert await statuses() == {200}


async def test_a_glance_cannot_write(house: Guild) -> None:
    glance = Glance(select(Council.id).with_for_update())
    with pytest.raises(Exception, match="read-only transaction"):
        await house.database.glances.first(glance, {})


def address(house: Guild) -> str:
    return house.database.engine.url.set(drivername="postgresql").render_as_string(False)


async def test_whoever_waits_too_long_for_a_connection_is_refused(house: Guild) -> None:
    glances = Glances(address(house), most=1, patience=0.1)
    locked = Glance(select(func.pg_advisory_xact_lock_shared(1961)))
    async with house.session() as session:
        await session.execute(select(func.pg_advisory_xact_lock(1961)))
        waiting = asyncio.create_task(glances.first(locked, {}))
        with pytest.raises(Busy):
            while True:  # until the other one has the only connection
                await glances.first(Glance(select(Council.id)), {})
    assert await waiting is not None
    assert await glances.first(locked, {}) is not None
    await glances.close()


async def test_an_answer_that_nobody_waits_for_any_more_is_not_given_to_the_next(house: Guild) -> None:
    """A connection that was still answering was lent again."""
    glances = Glances(address(house), most=1)
    number = Glance(select(bindparam("number", type_=Integer).label("number")))
    locked = Glance(select(func.pg_advisory_xact_lock_shared(1962)))
    async with house.session() as session:
        await session.execute(select(func.pg_advisory_xact_lock(1962)))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(glances.first(locked, {}), 0.1)
    assert await glances.first(number, {"number": 7}) == (7,)
    await glances.close()


async def test_a_shown_route_passes_over_no_word_and_refuses_what_does_not_fit(guild: Guild) -> None:
    shown = Router(dependencies=[Depends(seeing(member, COUNCIL, named))], route_class=Shown)

    @shown.get("/shown/{council_id}")
    async def show_council(request: Request, council_id: Id) -> Response:  # pyright: ignore[reportUnusedFunction]
        return Response(sight(request).row.name_sv)

    guarded = Router(prefix="/scratch")
    guarded.include_router(shown)
    guarded.include_router(shown, prefix="/kept", dependencies=[Depends(may("manage", "Gallery"))])
    async with house_with(guarded, guild) as house:
        council, anna, nobody = await house.council("Sexmästeriet"), await house.member(), await house.client()
        assert (await anna.get(f"/scratch/shown/{council}")).text == "Sexmästeriet"
        assert code(await nobody.get(f"/scratch/shown/{council}")) == NOBODY
        assert code(await anna.get(f"/scratch/kept/shown/{council}")) == (403, "missing_permission")
        assert code(await anna.post(f"/scratch/shown/{council}")) == (405, "method_not_allowed")


async def test_a_shown_route_reads_its_path_as_any_route_does(guild: Guild) -> None:
    answers: list[tuple[int, Any]] = []
    for kind in (Shown, APIRoute):
        made = Router(prefix="/scratch", dependencies=[Depends(seeing(public, COUNCIL, first))], route_class=kind)

        @made.get("/{number}")
        async def show(request: Request, number: Id) -> Response:  # pyright: ignore[reportUnusedFunction]
            return Response(str(number + 1))

        async with house_with(made, guild) as house:
            client = await house.client()
            for path in ("7", "-7", "+7", "007", "7.0", "1e3", "seven", "99999999999", "%20", "٧"):
                answer = await client.get(f"/scratch/{path}")
                answers.append((answer.status_code, answer.text))
    assert answers[: len(answers) // 2] == answers[len(answers) // 2 :]
    assert {status for status, _ in answers} == {200, 422}


def test_a_shown_route_that_takes_more_than_its_path_does_not_start() -> None:
    def listed(request: Request, council_id: Id, page: int) -> None: ...

    with pytest.raises(TypeError, match="more than the parameters of its path"):
        Shown("/scratch/{council_id}", listed)
