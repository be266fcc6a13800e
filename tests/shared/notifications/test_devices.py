"""Devices: a token is one device of one member, and goes with the session that registered it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from guildhall.core import clock
from guildhall.shared.notifications.models import PushDevice
from guildhall.shared.users.models import User
from tests.guild import Guild, Person, code, escaped
from tests.platform.push_senders import push_service
from tests.shared.auth.doors import as_owner
from tests.shared.notifications.telling import APP, browser, phone

NOON = datetime(2027, 2, 1, 11, tzinfo=UTC)
NOT_THERE = (404, "push_device_not_found")


async def devices(person: Person) -> list[dict[str, Any]]:
    answer = await person.get("/push/devices")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def tokens(guild: Guild) -> list[tuple[str, int]]:
    """Every token, and whose it is."""
    async with guild.session() as session:
        rows = await session.execute(select(PushDevice.token, PushDevice.user_id).order_by(PushDevice.id))
        return [(token, user_id) for token, user_id in rows]


async def second_session(guild: Guild, person: Person) -> Person:
    """The same member on another device."""
    async with guild.session() as session:
        user = await session.get_one(User, person.id)
    return await guild.sign_in(user)


async def test_a_phone_registers_and_is_listed_without_its_token(guild: Guild) -> None:
    with clock.stopped(NOON):
        anna, bo = await guild.members("Anna", "Bo")
        made = await phone(anna, language="en", app_version="2.1.0")
        assert await devices(anna) == [made]
        assert await devices(bo) == []
    assert made == {
        "id": made["id"],
        "provider": "app",
        "platform": "android",
        "language": "en",
        "app_version": "2.1.0",
        "created_at": "2027-02-01T11:00:00Z",
        "last_seen_at": "2027-02-01T11:00:00Z",
        "current": True,
    }


async def test_a_phone_that_registers_again_is_the_same_device_seen_later(guild: Guild) -> None:
    with clock.stopped(NOON):
        anna = await guild.member()
        first = await phone(anna, app_version="1")
    with clock.stopped(NOON + timedelta(hours=1)):
        again = await phone(anna, platform="ios", app_version="2")
        assert await devices(anna) == [again]
    assert (again["id"], again["created_at"]) == (first["id"], first["created_at"])
    assert (again["last_seen_at"], again["platform"], again["app_version"]) == ("2027-02-01T12:00:00Z", "ios", "2")


async def test_a_token_moves_to_whoever_registers_it_last(guild: Guild) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    await phone(anna)
    await phone(bo)
    assert (await devices(anna), len(await devices(bo))) == ([], 1)
    assert await tokens(guild) == [("phone", bo.id)]


async def test_a_token_that_two_register_at_once_is_one_of_theirs(guild: Guild) -> None:
    people = await guild.members("Anna", "Bo", "Cecilia", "Dag")
    await asyncio.gather(*(phone(person) for person in people * 3))
    assert [token for token, _ in await tokens(guild)] == ["phone"]


async def test_a_device_goes_when_its_session_is_signed_out_and_another_stays(guild: Guild) -> None:
    anna = await guild.member()
    tablet = await second_session(guild, anna)
    await phone(anna, "phone")
    await phone(tablet, "tablet")
    assert [device["current"] for device in await devices(anna)] == [False, True]
    assert (await anna.delete("/auth/logout")).status_code == 204
    assert await tokens(guild) == [("tablet", anna.id)]


async def test_a_new_password_takes_every_device_along(guild: Guild) -> None:
    anna = await guild.member()
    await phone(anna, "phone")
    await phone(await second_session(guild, anna), "tablet")
    answer = await as_owner(anna, "update-password", new_password="even better horse 2")
    assert answer.status_code == 204, answer.text
    assert await tokens(guild) == []


async def test_a_device_that_registers_while_its_session_ends_is_not_left_behind(guild: Guild) -> None:
    """The session was found, then the foreign key did not find it, and the answer was a 500."""
    for _ in range(8):
        anna = await guild.member()
        registered, _ = await asyncio.gather(
            anna.put("/push/devices", json={"token": "phone"} | APP), anna.delete("/auth/logout")
        )
        assert registered.status_code in (200, 401)
        assert await tokens(guild) == []


async def test_one_forgets_ones_own_devices_by_id_and_by_token(guild: Guild) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    phones = [await phone(anna, token) for token in ("one", "two", "three")]
    path = f"/push/devices/{phones[0]['id']}"
    for person, there in ((bo, path), (anna, "/push/devices/999999")):
        assert code(await person.delete(there)) == NOT_THERE
    assert code(await bo.request("DELETE", "/push/devices", json={"token": "two"})) == NOT_THERE
    assert (await anna.delete(path)).status_code == 204
    assert code(await anna.delete(path)) == NOT_THERE
    assert (await anna.request("DELETE", "/push/devices", json={"token": "two"})).status_code == 204
    assert await tokens(guild) == [("three", anna.id)]


@pytest.mark.parametrize("system", ["android", "ANDROID", "iOS", "ios"])
async def test_the_app_registers_in_its_old_words(guild: Guild, system: str) -> None:
    anna = await guild.member()
    answer = await anna.post("/api/push_devices", json={"push_device": {"token": "phone", "system": system}})
    assert answer.status_code == 201, answer.text
    (device,) = await devices(anna)
    assert (device["platform"], device["provider"]) == (system.lower(), "app")
    assert (await anna.request("DELETE", "/api/push_devices", json={"token": "phone"})).status_code == 204
    assert code(await anna.request("DELETE", "/api/push_devices", json={"token": "phone"})) == NOT_THERE


async def test_a_browser_registers_with_its_keys_at_a_push_service_that_is_known(guild: Guild) -> None:
    anna = await guild.member()
    with push_service() as service:
        made = await browser(guild, anna, service)
        assert await tokens(guild) == [(made.target.endpoint, anna.id)]
        wish = {
            "provider": "browser",
            "platform": "web",
            "p256dh": made.target.p256dh,
            "auth": made.target.auth,
        }
        for endpoint in ("http://127.0.0.1:1/push", "https://evil.example/", "http://169.254.169.254/", "nonsense"):
            refusal = await anna.put("/push/devices", json=wish | {"token": endpoint})
            assert code(refusal) == (400, "push_endpoint_not_allowed")


POINT = "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"
KEYS = {"provider": "browser", "platform": "web", "p256dh": POINT, "auth": "tBHItJI5svbpez7KI4CCXg"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"p256dh": None},
        {"auth": None},
        {"p256dh": "B" + "A" * 86},  # no point of the curve
        {"p256dh": POINT[:-4]},
        {"p256dh": "å" * 80},
        {"auth": "tBHItJI5svbpez7KI4CC"},
        {"auth": "!" * 22},
        {"platform": "android"},
        {"provider": "app"},
        {"provider": "pigeon"},
        {"token": ""},
        {"token": "x" * 2049},
        {"token": "with a blank"},
        {"token": "å"},
        {"token": "\x00"},
        {"language": "de"},
        {"app_version": "x" * 41},
        {"app_version": "\ud800"},
    ],
)
async def test_what_is_no_device_is_422(guild: Guild, wrong: dict[str, Any]) -> None:
    anna = await guild.member()
    body = {"token": "https://fcm.googleapis.com/x"} | KEYS | wrong
    assert code(await anna.put("/push/devices", **escaped(body))) == (422, "invalid_input")


async def test_a_browsers_keys_on_a_phone_are_ignored(guild: Guild) -> None:
    await phone(await guild.member(), p256dh=POINT, auth=KEYS["auth"])


@pytest.mark.parametrize("system", ["windows", "", None, 7])
async def test_the_app_has_two_systems(guild: Guild, system: object) -> None:
    body = {"push_device": {"token": "phone", "system": system}}
    assert code(await (await guild.member()).post("/api/push_devices", json=body)) == (422, "invalid_input")


async def test_of_more_than_twenty_devices_the_one_not_seen_for_the_longest_goes(guild: Guild) -> None:
    with clock.stopped(NOON):
        anna, bo = await guild.members("Anna", "Bo")
        await phone(bo, "bo's")
    for number in range(21):
        with clock.stopped(NOON + timedelta(minutes=number)):
            await phone(anna, f"phone{number}")
    assert [token for token, _ in await tokens(guild)] == ["bo's", *(f"phone{number}" for number in range(1, 21))]


async def test_the_key_that_browsers_need_is_public_and_stays_the_same(guild: Guild) -> None:
    stranger = await guild.client()
    answers = [await stranger.get("/push/vapid-key") for _ in range(2)]
    assert {answer.status_code for answer in answers} == {200}
    assert answers[0].json() == answers[1].json()
    assert set(answers[0].json()) == {"key"}
    assert len(answers[0].json()["key"]) == 87
