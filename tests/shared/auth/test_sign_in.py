"""Signing in: the form, the cookie, and what is not told."""

import asyncio
import os
import threading

import pytest
from argon2 import PasswordHasher
from pwdlib.hashers.bcrypt import BcryptHasher
from sqlalchemy import AsyncAdaptedQueuePool, select, update

from guildhall.shared.auth.service import passwords, sessions
from guildhall.shared.users.models import User
from tests.guild import PASSWORD, Guild, code, configured
from tests.shared.auth.doors import BAD_CREDENTIALS, NEW_PASSWORD, bearer, detail, sign_in

OURS = "$argon2id$v=19$m=19456,t=2,p=1$"
PRODUCTION = {
    "environment": "production",
    "database_url": "postgresql://elsewhere/guild",
    "public_url": "https://api.fsektionen.se",
    "site_url": "https://fsektionen.se",
    "smtp_url": "smtp+plain://127.0.0.1",
}


async def test_the_right_password_signs_in(guild: Guild) -> None:
    anna = await guild.user("Anna")
    client = await guild.client()
    answer = await sign_in(client, anna.email)
    assert answer.status_code == 200
    assert answer.json() == {"access_token": answer.json()["access_token"], "token_type": "bearer"}
    me = await client.get("/users/me", headers=bearer(answer.json()["access_token"]))
    assert me.json()["id"] == anna.id


async def test_the_case_of_the_address_does_not_matter(guild: Guild) -> None:
    anna = await guild.user("Anna", email="Åsa.Anna@example.com")
    assert (await sign_in(await guild.client(), "åSA.ANNA@EXAMPLE.com")).status_code == 200
    assert (await sign_in(await guild.client(), anna.email)).status_code == 200


async def test_who_has_not_verified_the_address_may_sign_in(guild: Guild) -> None:
    anna = await guild.user("Anna", is_verified=False)
    assert (await sign_in(await guild.client(), anna.email)).status_code == 200


@pytest.mark.parametrize(
    ("settings", "name", "secure"),
    [
        ({}, "_fsek_refresh_token", ""),
        (PRODUCTION | {"environment": "stage"}, "_fsek_stage_refresh_token", "; Secure"),
        (PRODUCTION, "__Secure-fsek_refresh_token", "; Secure"),
    ],
)
async def test_the_cookie_is_what_the_clients_know(
    guild: Guild, settings: dict[str, str], name: str, secure: str
) -> None:
    anna = await guild.user("Anna")
    client = await guild.client()
    with configured(**settings):
        cookie = (await sign_in(client, anna.email)).headers["set-cookie"]
        token, _, attributes = cookie.removeprefix(f"{name}=").partition("; ")
        assert len(token) == 43
        assert attributes == f"HttpOnly; Max-Age=7776000; Path=/auth; SameSite=lax{secure}"
        cleared = await client.delete("/auth/logout", headers={"Cookie": f"{name}={token}"})
        assert cleared.headers["set-cookie"] == f'{name}=""; HttpOnly; Max-Age=0; Path=/auth; SameSite=lax{secure}'


async def test_every_sign_in_is_a_session_of_its_own(guild: Guild) -> None:
    anna = await guild.user("Anna")
    client = await guild.client()
    tokens = [(await sign_in(client, anna.email)).cookies["_fsek_refresh_token"] for _ in range(2)]
    assert len({*tokens, anna.refresh_token}) == 3
    for token in tokens:
        answer = await (await guild.client()).post("/auth/refresh", headers={"Cookie": f"_fsek_refresh_token={token}"})
        assert answer.status_code == 200


async def test_wrong_unknown_and_inactive_are_refused_in_the_same_words(guild: Guild) -> None:
    anna = await guild.user("Anna")
    bo = await guild.user("Bo", is_active=True)
    async with guild.session() as session:
        await session.execute(update(User).where(User.id == bo.id).values(is_active=False))
    client = await guild.client()
    wrong = await sign_in(client, anna.email, "wrong horse 1")
    unknown = await sign_in(client, "nobody@example.com")
    inactive = await sign_in(client, bo.email)
    assert detail(wrong) == detail(unknown) == detail(inactive) == BAD_CREDENTIALS
    assert wrong.json() == unknown.json() == inactive.json()
    assert "set-cookie" not in {*wrong.headers, *unknown.headers, *inactive.headers}


async def test_an_unknown_address_costs_the_same_statements_and_a_hash(guild: Guild) -> None:
    anna = await guild.user("Anna")
    client = await guild.client()
    with guild.statements() as known:
        await sign_in(client, anna.email, "wrong horse 1")
    with guild.statements() as unknown:
        await sign_in(client, "nobody@example.com", "wrong horse 1")
    assert known == unknown
    assert await passwords.verify("nobody's password", None) == (False, None)


async def test_hashing_leaves_the_event_loop_free() -> None:
    hashing = asyncio.create_task(passwords.hashed(PASSWORD))
    turns = 0
    while not hashing.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 100
    assert (await passwords.verify(PASSWORD, await hashing))[0]


async def test_no_connection_is_held_while_passwords_are_compared(guild: Guild) -> None:
    anna = await guild.user("Anna")
    clients = [await guild.client() for _ in range(9)]
    go_on = threading.Event()
    for _ in range(os.cpu_count() or 1):
        passwords._threads.submit(go_on.wait)  # pyright: ignore[reportPrivateUsage]
    pool = guild.database.engine.pool
    assert isinstance(pool, AsyncAdaptedQueuePool)
    with guild.statements() as statements:
        crowd = asyncio.gather(*(sign_in(client, anna.email, "wrong horse 1") for client in clients))
        try:
            for _ in range(500):
                await asyncio.sleep(0.01)
                if len(statements) == 2 * len(clients) and pool.checkedout() == 0:
                    break
            else:
                pytest.fail(f"{pool.checkedout()} connections are held")
        finally:
            go_on.set()
            await crowd


@pytest.mark.parametrize(
    "old",
    [
        PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4).hash(PASSWORD),
        BcryptHasher(rounds=4).hash(PASSWORD),
        BcryptHasher(rounds=4, prefix="2a").hash(PASSWORD),
    ],
    ids=["the former system's argon2", "bcrypt", "older bcrypt"],
)
async def test_an_old_hash_is_renewed_when_its_owner_signs_in(guild: Guild, old: str) -> None:
    anna = await guild.user("Anna", hashed_password=old)

    async def kept() -> str:
        async with guild.session() as session:
            return (await session.scalars(select(User.hashed_password))).one()

    client = await guild.client()
    assert detail(await sign_in(client, anna.email, "wrong horse 1")) == BAD_CREDENTIALS
    assert await kept() == old
    assert (await sign_in(client, anna.email)).status_code == 200
    renewed = await kept()
    assert renewed.startswith(OURS)
    assert (await sign_in(client, anna.email)).status_code == 200
    assert await kept() == renewed


async def test_a_long_password_is_compared_with_a_bcrypt_hash_as_bcrypt_always_did(guild: Guild) -> None:
    # Was a 500: today's bcrypt refuses what is longer than 72 bytes.
    long = "long horse 1 " * 20
    anna = await guild.user("Anna", hashed_password=BcryptHasher(rounds=4).hash(long[:72]))
    client = await guild.client()
    assert detail(await sign_in(client, anna.email, "another " * 20)) == BAD_CREDENTIALS
    assert (await sign_in(client, anna.email, long)).status_code == 200


@pytest.mark.parametrize("broken", ["", "plain", "$argon2id$", "$2b$12$short"])
async def test_an_account_without_a_good_hash_signs_nobody_in(guild: Guild, broken: str) -> None:
    anna = await guild.user("Anna", hashed_password=broken)
    for password in (broken, "x", PASSWORD):
        assert (await sign_in(await guild.client(), anna.email, password or "x")).status_code == 400


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"username": "anna@example.com"},
        {"username": "", "password": ""},
        {"username": "anna@example.com", "password": PASSWORD, "grant_type": "refresh_token"},
        {"username": "an\x00na@example.com", "password": PASSWORD},
        {"username": "x" * 321, "password": PASSWORD},
        {"username": "anna@example.com", "password": "x" * 1001},
    ],
)
async def test_a_form_that_does_not_fit_is_told(guild: Guild, form: dict[str, str]) -> None:
    assert code(await (await guild.client()).post("/auth/login", data=form)) == (422, "invalid_input")


async def test_json_is_no_form(guild: Guild) -> None:
    form = {"username": "anna@example.com", "password": PASSWORD}
    assert code(await (await guild.client()).post("/auth/login", json=form)) == (422, "invalid_input")


async def test_signing_in_while_the_password_is_changed_leaves_no_session_behind(guild: Guild) -> None:
    # Was possible: who knew the old password and asked at the right moment stayed signed in, and a renewed
    # hash of the old password even replaced the new one.
    anna = await guild.user("Anna", hashed_password=BcryptHasher(rounds=12).hash(PASSWORD))
    client = await guild.client()
    signing_in = asyncio.create_task(sign_in(client, anna.email))
    await asyncio.sleep(0.05)
    async with guild.session() as session:  # what a change of password does, at once
        user = await session.get_one(User, anna.id, with_for_update=True)
        user.hashed_password = await passwords.hashed(NEW_PASSWORD)
        await session.flush()
        await sessions.end_all(session, anna.id)
    await signing_in
    assert (await client.post("/auth/refresh")).status_code == 401
    assert detail(await sign_in(await guild.client(), anna.email)) == BAD_CREDENTIALS
    assert (await sign_in(await guild.client(), anna.email, NEW_PASSWORD)).status_code == 200
