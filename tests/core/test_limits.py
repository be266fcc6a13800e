"""Rate limits for each client address."""

import pytest
from fastapi import FastAPI

from guildhall.app.main import create_app
from guildhall.core.database import Database
from tests.conftest import url_of
from tests.guild import Guild, code, configured

OFTEN = (429, "too_often")
ASK = {"email": "nobody@example.com"}


async def asked(guild: Guild, address: str, times: int, path: str = "forgot-password", **headers: str) -> list[int]:
    """So many requests from one address; the statuses."""
    client = await guild.client(address, headers=headers)
    return [
        (await client.post(f"/auth/{path}", json={"email": f"nobody{n}@example.com"})).status_code for n in range(times)
    ]


async def test_a_client_that_asks_too_often_is_told_when_to_come_back(guild: Guild) -> None:
    with configured(rate_limit_auth="3/5 minutes"):
        assert await asked(guild, "192.0.2.1", 3) == [202] * 3
        refusal = await (await guild.client("192.0.2.1")).post("/auth/forgot-password", json=ASK)
    assert code(refusal) == OFTEN
    assert 290 <= int(refusal.headers["retry-after"]) <= 301
    assert refusal.json()["detail"] == f"Too many attempts. Try again in {refusal.headers['retry-after']} s"


async def test_a_mistake_counts_too(guild: Guild) -> None:
    with configured(rate_limit_auth="3/5 minutes"):
        client = await guild.client("192.0.2.2")
        for _ in range(3):
            assert (await client.post("/auth/forgot-password", json={"email": "x"})).status_code == 422
        assert code(await client.post("/auth/forgot-password", json=ASK)) == OFTEN


async def test_every_client_and_every_path_has_a_count_of_its_own(guild: Guild) -> None:
    with configured(rate_limit_auth="2/5 minutes"):
        assert await asked(guild, "192.0.2.3", 3) == [202, 202, 429]
        assert await asked(guild, "192.0.2.4", 3) == [202, 202, 429]
        assert await asked(guild, "192.0.2.3", 3, "request-verify-token") == [202, 202, 429]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "register"),
        ("POST", "login"),
        ("POST", "forgot-password"),
        ("POST", "reset-password"),
        ("POST", "request-verify-token"),
        ("POST", "verify"),
        ("DELETE", "logout-all"),
        ("PATCH", "update-email"),
        ("PATCH", "update-password"),
    ],
)
async def test_what_the_sheet_limits_is_limited(guild: Guild, method: str, path: str) -> None:
    anna = await guild.user("Anna")
    with configured(rate_limit_auth="1/5 minutes"):
        client = await guild.client("192.0.2.5", headers=dict(anna.client.headers))
        assert (await client.request(method, f"/auth/{path}")).status_code in (401, 422)
        assert code(await client.request(method, f"/auth/{path}")) == OFTEN


async def test_refreshing_has_a_generous_limit_of_its_own(guild: Guild) -> None:
    anna = await guild.user("Anna")
    with configured(rate_limit_auth="1/5 minutes"):
        for _ in range(100):
            assert (await anna.post("/auth/refresh")).status_code == 200
        assert (await anna.get("/auth/sessions")).status_code == 200
        assert (await anna.delete("/auth/logout")).status_code == 204
    with configured(rate_limit_refresh="2/5 minutes"):
        stranger = await guild.client("192.0.2.6")
        statuses = [(await stranger.post("/auth/refresh")).status_code for _ in range(3)]
    assert statuses == [401, 401, 429]


async def test_production_allows_what_the_sheet_says_and_development_hundreds_a_minute(guild: Guild) -> None:
    production = {
        "environment": "production",
        "database_url": "postgresql://elsewhere/guild",
        "public_url": "https://api.fsektionen.se",
        "site_url": "https://fsektionen.se",
        "smtp_url": "smtp+plain://127.0.0.1",
    }
    with configured(**production):
        assert await asked(guild, "192.0.2.7", 16) == [202] * 15 + [429]
    assert await asked(guild, "192.0.2.8", 150) == [202] * 150


async def test_a_stranger_who_claims_another_address_is_not_believed(guild: Guild) -> None:
    with configured(rate_limit_auth="2/5 minutes"):
        for n in range(3):
            (status,) = await asked(guild, "192.0.2.9", 1, **{"X-Forwarded-For": f"203.0.113.{n}"})
            assert status == (429 if n == 2 else 202)


@pytest.fixture
async def behind_proxy(guild: Guild, worker_id: str) -> Guild:
    """The same guild, reached through proxies in 10.1.0.0/16 and at 10.9.9.9."""
    with configured(trusted_proxies="10.1.0.0/16, 10.9.9.9"):
        app: FastAPI = create_app(url_of(worker_id))
    database: Database = app.state.database
    await database.close()
    app.state.database = guild.database
    return Guild(app)


async def test_a_trusted_proxy_is_believed_about_who_is_behind_it(behind_proxy: Guild) -> None:
    async with behind_proxy:
        with configured(rate_limit_auth="2/5 minutes"):
            for proxy in ("10.1.2.3", "10.9.9.9"):
                for n in range(4):
                    behind = {"X-Forwarded-For": f"203.0.113.{n}"}
                    assert await asked(behind_proxy, proxy, 1, **behind) == [202]
            behind = {"X-Forwarded-For": "203.0.113.1"}
            assert await asked(behind_proxy, "10.1.7.7", 1, **behind) == [429]


async def test_only_the_last_address_before_the_proxy_is_believed(behind_proxy: Guild) -> None:
    async with behind_proxy:
        with configured(rate_limit_auth="2/5 minutes"):
            for n in range(3):
                forged = {"X-Forwarded-For": f"203.0.113.{100 + n}, 198.51.100.7, 10.1.0.5"}
                assert await asked(behind_proxy, "10.1.2.3", 1, **forged) == [429 if n == 2 else 202]


async def test_somebody_else_in_front_is_not_believed(behind_proxy: Guild) -> None:
    async with behind_proxy:
        with configured(rate_limit_auth="2/5 minutes"):
            for n in range(3):
                forged = {"X-Forwarded-For": f"203.0.113.{200 + n}"}
                assert await asked(behind_proxy, "10.2.0.1", 1, **forged) == [429 if n == 2 else 202]
