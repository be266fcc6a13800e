"""Sessions: the devices one is signed in on, and signing out."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from guildhall.core import clock
from guildhall.shared.auth import jobs
from guildhall.shared.auth.models import RefreshSession
from tests.guild import Guild, Person, code
from tests.shared.auth.doors import NOT_AUTHENTICATED, UNAUTHORIZED, bearer, detail, sign_in

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
CLEARED = '_fsek_refresh_token=""; HttpOnly; Max-Age=0; Path=/auth; SameSite=lax'
PHONE = "Dart/3.4 (dart:io)"


async def on_phone(guild: Guild, person: Person) -> Person:
    """The same person on another device, signed in by the form."""
    client = await guild.client(headers={"User-Agent": PHONE})
    client.headers |= bearer((await sign_in(client, person.email)).json()["access_token"])
    other = object.__new__(Person)
    other.__dict__ = person.__dict__ | {"client": client} | {w: getattr(client, w) for w in ("get", "post", "delete")}
    return other


async def is_signed_in(person: Person) -> bool:
    refreshed = (await person.post("/auth/refresh", headers={"Authorization": ""})).status_code == 200
    asked = (await person.get("/users/me")).status_code == 200
    assert refreshed == asked, "an access token is good exactly while its session lives"
    return asked


async def test_one_sees_the_devices_one_is_signed_in_on_the_last_used_first(guild: Guild) -> None:
    with clock.stopped(NOON):
        anna = await guild.user("Anna", is_verified=False)
    with clock.stopped(NOON + timedelta(minutes=10)):
        phone = await on_phone(guild, anna)
        await guild.member("Bo")
        listed = (await phone.get("/auth/sessions")).json()
    assert [device["device"] for device in listed] == ["App", "Firefox, Linux"]
    assert [device["current"] for device in listed] == [True, False]
    assert listed[1] == {
        "id": listed[1]["id"],
        "device": "Firefox, Linux",
        "created_at": "2027-03-01T12:00:00Z",
        "last_used_at": "2027-03-01T12:00:00Z",
        "expires_at": "2027-05-30T12:00:00Z",
        "current": False,
    }


async def test_a_session_that_is_over_is_not_listed(guild: Guild) -> None:
    with clock.stopped(NOON):
        anna = await guild.user("Anna")
    with clock.stopped(NOON + timedelta(days=91)):
        phone = await on_phone(guild, anna)
        assert [device["device"] for device in (await phone.get("/auth/sessions")).json()] == ["App"]


async def test_one_signs_another_device_out(guild: Guild) -> None:
    anna = await guild.user("Anna")
    phone = await on_phone(guild, anna)
    (other,) = [device for device in (await anna.get("/auth/sessions")).json() if not device["current"]]
    assert (await anna.delete(f"/auth/sessions/{other['id']}")).status_code == 204
    assert not await is_signed_in(phone)
    assert await is_signed_in(anna)
    assert code(await anna.delete(f"/auth/sessions/{other['id']}")) == (404, "session_not_found")


async def test_one_signs_ones_own_device_out_by_its_id(guild: Guild) -> None:
    anna = await guild.user("Anna")
    (own,) = (await anna.get("/auth/sessions")).json()
    assert (await anna.delete(f"/auth/sessions/{own['id']}")).status_code == 204
    assert not await is_signed_in(anna)


async def test_session_zero_is_not_there(guild: Guild) -> None:
    # Was taken for one's own: 0 got lost in an `or`.
    anna = await guild.user("Anna")
    for unknown in (0, -1, 2**31 - 1):
        assert code(await anna.delete(f"/auth/sessions/{unknown}")) == (404, "session_not_found")
    for nonsense in ("x", 2**31, 10**50):
        assert code(await anna.delete(f"/auth/sessions/{nonsense}")) == (422, "invalid_input")
    assert await is_signed_in(anna)


async def test_nobody_signs_somebody_else_out(guild: Guild) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    (annas,) = (await anna.get("/auth/sessions")).json()
    assert code(await bo.delete(f"/auth/sessions/{annas['id']}")) == (404, "session_not_found")
    assert await is_signed_in(anna)


async def test_a_stranger_has_no_sessions(guild: Guild) -> None:
    stranger = await guild.client()
    for answer in (await stranger.get("/auth/sessions"), await stranger.delete("/auth/sessions/x")):
        assert detail(answer) == NOT_AUTHENTICATED


async def test_signing_out_ends_this_session_and_clears_the_cookie(guild: Guild) -> None:
    anna = await guild.user("Anna")
    phone = await on_phone(guild, anna)
    answer = await anna.delete("/auth/logout")
    assert (answer.status_code, answer.headers["set-cookie"]) == (204, CLEARED)
    assert not await is_signed_in(anna)
    assert await is_signed_in(phone)


async def test_signing_out_everywhere_ends_every_session_of_ones_own(guild: Guild) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    phone = await on_phone(guild, anna)
    answer = await phone.delete("/auth/logout-all")
    assert (answer.status_code, answer.headers["set-cookie"]) == (204, CLEARED)
    assert not await is_signed_in(anna)
    assert not await is_signed_in(phone)
    assert await is_signed_in(bo)


@pytest.mark.parametrize("path", ["/auth/logout", "/auth/logout-all"])
@pytest.mark.parametrize("cookie", [None, "", "unknown"])
async def test_without_a_good_cookie_there_is_nothing_to_sign_out_of(
    guild: Guild, path: str, cookie: str | None
) -> None:
    anna = await guild.user("Anna")
    stranger = await guild.client(headers={"Authorization": anna.client.headers["authorization"]})
    headers = {} if cookie is None else {"Cookie": f"_fsek_refresh_token={cookie}"}
    assert detail(await stranger.delete(path, headers=headers)) == UNAUTHORIZED
    assert await is_signed_in(anna)


async def test_an_old_cookie_stays_dead_after_signing_out(guild: Guild) -> None:
    anna = await guild.user("Anna")
    cookie = {"Cookie": f"_fsek_refresh_token={anna.refresh_token}"}
    await anna.delete("/auth/logout")
    stranger = await guild.client()
    assert detail(await stranger.post("/auth/refresh", headers=cookie)) == UNAUTHORIZED
    assert detail(await stranger.delete("/auth/logout", headers=cookie)) == UNAUTHORIZED


async def test_refreshing_and_signing_out_at_once_leaves_nothing_alive(guild: Guild) -> None:
    anna = await guild.user("Anna")
    refreshes = [anna.post("/auth/refresh") for _ in range(8)]
    *refreshed, out = await asyncio.gather(*refreshes, anna.delete("/auth/logout-all"))
    assert out.status_code == 204
    for answer in refreshed:
        if answer.status_code == 200:
            late = await guild.client(headers=bearer(answer.json()["access_token"]))
            assert detail(await late.get("/users/me")) == NOT_AUTHENTICATED


async def test_sessions_that_are_over_are_swept_away(guild: Guild) -> None:
    with clock.stopped(NOON):
        await guild.member("Anna")
    with clock.stopped(NOON + timedelta(days=60)):
        await guild.member("Bo")
    with clock.stopped(NOON + timedelta(days=91)):
        async with guild.session() as session:
            await jobs.sweep(session)
    async with guild.session() as session:
        assert await session.scalar(select(func.count()).select_from(RefreshSession)) == 1
