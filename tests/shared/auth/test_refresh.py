"""Refreshing: the most reliable and fastest endpoint of all."""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from guildhall.core import clock
from guildhall.shared.auth.models import RefreshSession
from guildhall.shared.posts.models import PostHolder
from guildhall.shared.users.models import User
from tests.guild import Guild, Person, configured
from tests.shared.auth.doors import UNAUTHORIZED, bearer, claims, detail, sign_in

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


async def test_a_refresh_gives_a_new_access_token_and_leaves_the_cookie_alone(guild: Guild) -> None:
    anna = await guild.holder("manage:Car")
    answer = await anna.post("/auth/refresh")
    assert answer.status_code == 200
    assert answer.json().keys() == {"access_token", "token_type"}
    assert "set-cookie" not in answer.headers
    fresh = await guild.client(headers=bearer(answer.json()["access_token"]))
    assert (await fresh.get("/users/me")).json()["id"] == anna.id
    assert claims(answer.json()["access_token"])["permissions"] == ["manage:Car", "view:Car"]


async def test_the_bearer_is_not_asked_for(guild: Guild) -> None:
    anna = await guild.member("Anna")
    for header in ("", "Bearer rubbish"):
        assert (await anna.post("/auth/refresh", headers={"Authorization": header})).status_code == 200


async def test_a_refresh_in_the_first_hour_is_one_statement(guild: Guild) -> None:
    anna = await guild.member("Anna")
    with guild.statements() as statements:
        assert (await anna.post("/auth/refresh")).status_code == 200
    assert len(statements) == 1


async def test_a_new_token_tells_the_rights_of_now(guild: Guild) -> None:
    anna = await guild.holder("manage:Car")
    async with guild.session() as session:
        await session.execute(delete(PostHolder))
    assert claims((await anna.post("/auth/refresh")).json()["access_token"])["permissions"] == []


@pytest.mark.parametrize(
    "cookie", ["", '""', "unknown", "a b", "%00", "=", ";;", '"', "\xe5", "x" * 43, "x" * 8000], ids=repr
)
async def test_a_cookie_that_is_not_good_is_a_quick_401(guild: Guild, cookie: str) -> None:
    stranger = await guild.client()
    header = b"_fsek_refresh_token=" + cookie.encode("latin-1")
    answer = await stranger.post("/auth/refresh", headers={b"Cookie": header})
    assert detail(answer) == UNAUTHORIZED


async def test_without_a_cookie_it_costs_no_statement(guild: Guild) -> None:
    stranger = await guild.client()
    with guild.statements() as statements:
        assert detail(await stranger.post("/auth/refresh")) == UNAUTHORIZED
    assert statements == []


async def test_a_cookie_of_another_name_does_not_count(guild: Guild) -> None:
    anna = await guild.member("Anna")
    stranger = await guild.client()
    for name in ("__Secure-fsek_refresh_token", "refresh_token"):
        answer = await stranger.post("/auth/refresh", headers={"Cookie": f"{name}={anna.refresh_token}"})
        assert detail(answer) == UNAUTHORIZED


async def test_the_token_is_taken_from_the_cookie_only(guild: Guild) -> None:
    anna = await guild.member("Anna")
    token = anna.refresh_token
    stranger = await guild.client(headers=bearer(token))
    answer = await stranger.post(f"/auth/refresh?refresh_token={token}", json={"refresh_token": token})
    assert detail(answer) == UNAUTHORIZED


async def test_many_refresh_at_once_with_one_cookie(guild: Guild) -> None:
    anna = await guild.member("Anna")
    answers = await asyncio.gather(*(anna.post("/auth/refresh") for _ in range(30)))
    assert {answer.status_code for answer in answers} == {200}


async def test_many_refresh_at_once_on_the_day_the_cookie_is_renewed(guild: Guild) -> None:
    with clock.stopped(NOON):
        anna = await guild.member("Anna")
    token = anna.refresh_token
    with clock.stopped(NOON + 2 * DAY):
        answers = await asyncio.gather(*(anna.post("/auth/refresh") for _ in range(30)))
        assert {answer.status_code for answer in answers} == {200}
        given = {answer.cookies["_fsek_refresh_token"] for answer in answers if "set-cookie" in answer.headers}
        assert given == {token}
        assert "set-cookie" not in (await anna.post("/auth/refresh")).headers


async def test_the_days_slide_at_most_once_a_day_by_the_same_token_anew(guild: Guild) -> None:
    with clock.stopped(NOON):
        anna = await guild.member("Anna")
    token = anna.refresh_token
    renewed_after: list[timedelta] = []
    for hours in range(0, 80, 3):
        with clock.stopped(NOON + timedelta(hours=hours)):
            answer = await anna.post("/auth/refresh")
        if cookie := answer.headers.get("set-cookie"):
            renewed_after.append(timedelta(hours=hours))
            assert cookie == f"_fsek_refresh_token={token}; HttpOnly; Max-Age=7776000; Path=/auth; SameSite=lax"
    assert renewed_after == [timedelta(hours=hours) for hours in (27, 54)]


async def test_a_session_lives_as_long_as_it_is_used_every_ninety_days(guild: Guild) -> None:
    with clock.stopped(NOON):
        anna = await guild.member("Anna")
    for used in range(89, 5 * 89, 89):
        with clock.stopped(NOON + used * DAY):
            assert (await anna.post("/auth/refresh")).status_code == 200
    with clock.stopped(NOON + (4 * 89 + 90) * DAY):
        assert detail(await anna.post("/auth/refresh")) == UNAUTHORIZED


async def test_ninety_days_are_a_setting(guild: Guild) -> None:
    with configured(refresh_token_days="7"), clock.stopped(NOON):
        anna = await guild.user("Anna")
        signed_in = await sign_in(anna.client, anna.email)
        assert "Max-Age=604800;" in signed_in.headers["set-cookie"]
        with clock.stopped(NOON + 6 * DAY):
            assert (await anna.post("/auth/refresh")).status_code == 200
        with clock.stopped(NOON + 14 * DAY):
            assert detail(await anna.post("/auth/refresh")) == UNAUTHORIZED


async def test_the_last_use_is_noted_at_most_once_an_hour(guild: Guild) -> None:
    with clock.stopped(NOON):
        anna = await guild.member("Anna")

    async def last_use() -> timedelta:
        async with guild.session() as session:
            return (await session.scalars(select(RefreshSession.last_used_at))).one() - NOON

    for minutes, noted in ((30, 0), (59, 0), (61, 61), (100, 61), (122, 122)):
        with clock.stopped(NOON + timedelta(minutes=minutes)):
            await anna.post("/auth/refresh")
        assert await last_use() == timedelta(minutes=noted)


async def _deactivate(guild: Guild, person: Person) -> None:
    async with guild.session() as session:
        await session.execute(update(User).where(User.id == person.id).values(is_active=False))


async def _delete(guild: Guild, person: Person) -> None:
    async with guild.session() as session:
        await session.execute(delete(User).where(User.id == person.id))


@pytest.mark.parametrize("gone", [_deactivate, _delete])
async def test_who_is_gone_cannot_refresh(guild: Guild, gone: object) -> None:
    anna = await guild.user("Anna")
    await gone(guild, anna)  # type: ignore[operator]
    assert detail(await anna.post("/auth/refresh")) == UNAUTHORIZED


async def test_the_database_knows_only_a_hash_of_the_token(guild: Guild) -> None:
    anna = await guild.member("Anna")
    async with guild.session() as session:
        row = (await session.scalars(select(RefreshSession))).one()
    assert row.token_hash == hashlib.sha256(anna.refresh_token.encode()).digest()
    assert anna.refresh_token not in repr(vars(row))


async def test_the_hash_is_no_token(guild: Guild) -> None:
    anna = await guild.member("Anna")
    stolen = hashlib.sha256(anna.refresh_token.encode()).hexdigest()
    answer = await (await guild.client()).post("/auth/refresh", headers={"Cookie": f"_fsek_refresh_token={stolen}"})
    assert detail(answer) == UNAUTHORIZED
