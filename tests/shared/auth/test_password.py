"""A new password: forgotten, or changed."""

import asyncio

import pytest
from sqlalchemy import update

from guildhall.core import clock
from guildhall.core.settings import settings
from guildhall.shared.users.models import User
from tests.guild import PASSWORD, Guild, configured
from tests.shared.auth.doors import (
    BAD_CREDENTIALS,
    NEW_PASSWORD,
    NOT_AUTHENTICATED,
    UNAUTHORIZED,
    as_owner,
    claims,
    detail,
    mailed_token,
    sign_in,
    signed,
)

BAD_TOKEN = (400, "RESET_PASSWORD_BAD_TOKEN")
CHANGED = "Lösenordet ändrat / Your Password Changed"
CLEARED = '_fsek_refresh_token=""; HttpOnly; Max-Age=0; Path=/auth; SameSite=lax'


async def forgotten(guild: Guild, email: str) -> str:
    """Ask for a reset; the token in the mail."""
    answer = await (await guild.client()).post("/auth/forgot-password", json={"email": email})
    assert (answer.status_code, answer.json()) == (202, None)
    return await mailed_token(guild, email)


async def test_who_forgot_the_password_chooses_a_new_one_by_mail(guild: Guild) -> None:
    anna = await guild.user("Anna")
    token = await forgotten(guild, anna.email)
    client = await guild.client()
    answer = await client.post("/auth/reset-password", json={"token": token, "password": NEW_PASSWORD})
    assert (answer.status_code, answer.json()) == (200, None)
    assert detail(await sign_in(client, anna.email)) == BAD_CREDENTIALS
    assert (await sign_in(client, anna.email, NEW_PASSWORD)).status_code == 200


async def test_the_mail_links_to_the_site(guild: Guild) -> None:
    anna = await guild.user("Anna")
    with configured(site_url="https://fsektionen.se/"):
        token = await forgotten(guild, anna.email)
    (mail,) = await guild.mails(anna.email)
    assert mail.subject == "Glömt lösenord / Forgot Password"
    assert mail.text.count(f"https://fsektionen.se/forgot-password?token={token}\n") == 2
    said = claims(token)
    assert (said["sub"], said["aud"]) == (str(anna.id), "fastapi-users:reset")
    assert abs(said["exp"] - clock.now().timestamp() - settings().mail_token_seconds) < 60


@pytest.mark.parametrize("spelling", [str.upper, str.lower, str.title])
async def test_the_case_of_the_address_does_not_matter(guild: Guild, spelling: object) -> None:
    anna = await guild.user("Anna", email="aNNa@example.com")
    typed = spelling(anna.email)  # type: ignore[operator]
    assert (await (await guild.client()).post("/auth/forgot-password", json={"email": typed})).status_code == 202
    assert len(await guild.mails(anna.email)) == 1


async def test_nobody_learns_whether_an_address_has_an_account(guild: Guild) -> None:
    anna = await guild.user("Anna")
    gone = await guild.user("Bo")
    async with guild.session() as session:
        await session.execute(update(User).where(User.id == gone.id).values(is_active=False))
    client = await guild.client()
    ran: list[list[str]] = []
    for email in (anna.email, gone.email, "nobody@example.com"):
        with guild.statements() as statements:
            answer = await client.post("/auth/forgot-password", json={"email": email})
        assert (answer.status_code, answer.json()) == (202, None)
        ran.append([statement for statement in statements if "SAVEPOINT" not in statement])
    assert ran[0] == ran[1] == ran[2]
    assert [len(await guild.mails(email)) for email in (anna.email, gone.email, "nobody@example.com")] == [1, 0, 0]


async def test_a_reset_ends_every_session_and_is_told_by_mail(guild: Guild) -> None:
    anna = await guild.user("Anna")
    token = await forgotten(guild, anna.email)
    await (await guild.client()).post("/auth/reset-password", json={"token": token, "password": NEW_PASSWORD})
    assert detail(await anna.post("/auth/refresh")) == UNAUTHORIZED
    assert detail(await anna.get("/users/me")) == NOT_AUTHENTICATED
    assert [mail.subject for mail in await guild.mails(anna.email)][1:] == [CHANGED]


async def test_a_reset_token_works_once(guild: Guild) -> None:
    anna = await guild.user("Anna")
    token, another = await forgotten(guild, anna.email), await forgotten(guild, anna.email)
    client = await guild.client()
    for used, status in ((token, 200), (token, 400), (another, 400)):
        answer = await client.post("/auth/reset-password", json={"token": used, "password": NEW_PASSWORD})
        assert answer.status_code == status


async def test_of_two_who_use_a_token_at_once_one_succeeds(guild: Guild) -> None:
    anna = await guild.user("Anna")
    token = await forgotten(guild, anna.email)
    client = await guild.client()
    answers = await asyncio.gather(
        *(client.post("/auth/reset-password", json={"token": token, "password": f"new horse {n}"}) for n in range(5))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400, 400]
    (winner,) = [n for n, answer in enumerate(answers) if answer.status_code == 200]
    assert (await sign_in(client, anna.email, f"new horse {winner}")).status_code == 200
    assert [mail.subject for mail in await guild.mails(anna.email)].count(CHANGED) == 1


async def test_a_weak_password_is_refused_with_a_reason_and_the_token_stays_good(guild: Guild) -> None:
    anna = await guild.user("Anna")
    token = await forgotten(guild, anna.email)
    client = await guild.client()
    for password in ("", "short1"):
        answer = await client.post("/auth/reset-password", json={"token": token, "password": password})
        reason = "Password should be at least 8 characters"
        assert detail(answer) == (400, {"code": "RESET_PASSWORD_INVALID_PASSWORD", "reason": reason})
    answer = await client.post("/auth/reset-password", json={"token": token, "password": f"1{anna.email}"})
    assert answer.json()["detail"]["reason"] == "Password should not contain your e-mail"
    assert (await anna.post("/auth/refresh")).status_code == 200
    answer = await client.post("/auth/reset-password", json={"token": token, "password": NEW_PASSWORD})
    assert answer.status_code == 200


async def test_a_reset_lets_in_who_was_locked_out(guild: Guild) -> None:
    anna = await guild.user("Anna")
    client = await guild.client()
    for _ in range(settings().rate_limit_account):
        await sign_in(client, anna.email, "wrong horse 1")
    assert (await sign_in(client, anna.email)).status_code == 429
    token = await forgotten(guild, anna.email)
    await client.post("/auth/reset-password", json={"token": token, "password": NEW_PASSWORD})
    assert (await sign_in(client, anna.email, NEW_PASSWORD)).status_code == 200


async def test_who_became_inactive_cannot_reset(guild: Guild) -> None:
    anna = await guild.user("Anna")
    token = await forgotten(guild, anna.email)
    async with guild.session() as session:
        await session.execute(update(User).values(is_active=False))
    answer = await (await guild.client()).post("/auth/reset-password", json={"token": token, "password": NEW_PASSWORD})
    assert detail(answer) == BAD_TOKEN


@pytest.mark.parametrize(
    "changed",
    [{"exp": 1}, {"aud": "fastapi-users:verify"}, {"password_fgpt": "x"}, {"password_fgpt": None}, {"sub": "x"}],
)
async def test_a_token_that_is_not_quite_right_is_refused(guild: Guild, changed: dict[str, object]) -> None:
    anna = await guild.user("Anna")
    said = claims(await forgotten(guild, anna.email))
    client = await guild.client()
    spoilt = signed("reset", **said | changed)
    answer = await client.post("/auth/reset-password", json={"token": spoilt, "password": NEW_PASSWORD})
    assert detail(answer) == BAD_TOKEN
    good = signed("reset", **said)
    answer = await client.post("/auth/reset-password", json={"token": good, "password": NEW_PASSWORD})
    assert answer.status_code == 200


@pytest.mark.parametrize("token", ["", "x", "..", "å.ä.ö", "e30.e30.e30"])
async def test_rubbish_is_no_token(guild: Guild, token: str) -> None:
    answer = await (await guild.client()).post("/auth/reset-password", json={"token": token, "password": NEW_PASSWORD})
    assert detail(answer) == BAD_TOKEN


async def test_a_changed_password_ends_every_session_and_is_told_by_mail(guild: Guild) -> None:
    anna = await guild.user("Anna", is_verified=False)
    elsewhere = await guild.client()
    await sign_in(elsewhere, anna.email)
    old_cookie = {"Cookie": f"_fsek_refresh_token={anna.refresh_token}"}
    answer = await as_owner(anna, "update-password", new_password=NEW_PASSWORD)
    assert (answer.status_code, answer.headers["set-cookie"]) == (204, CLEARED)
    for client in (anna.client, elsewhere):
        assert detail(await client.post("/auth/refresh", headers=old_cookie)) == UNAUTHORIZED
    assert detail(await anna.get("/users/me")) == NOT_AUTHENTICATED
    assert [mail.subject for mail in await guild.mails(anna.email)] == [CHANGED]
    assert detail(await sign_in(elsewhere, anna.email)) == BAD_CREDENTIALS
    assert (await sign_in(elsewhere, anna.email, NEW_PASSWORD)).status_code == 200


async def test_a_changed_password_makes_a_mailed_token_useless(guild: Guild) -> None:
    anna = await guild.user("Anna")
    token = await forgotten(guild, anna.email)
    await as_owner(anna, "update-password", new_password=NEW_PASSWORD)
    answer = await (await guild.client()).post("/auth/reset-password", json={"token": token, "password": "horse 333"})
    assert detail(answer) == BAD_TOKEN


async def test_a_changed_password_must_be_a_good_one(guild: Guild) -> None:
    anna = await guild.user("Anna")
    for weak in ("short1", "only letters", f"1{anna.email}"):
        answer = await as_owner(anna, "update-password", new_password=weak)
        assert detail(answer) == (400, "UPDATE_USER_INVALID_PASSWORD")
    assert (await anna.post("/auth/refresh")).status_code == 200
    assert await guild.mails(anna.email) == []


@pytest.mark.parametrize(("path", "new"), [("update-password", "new_password"), ("update-email", "new_email")])
async def test_bearer_cookie_and_credentials_must_all_be_ones_own(guild: Guild, path: str, new: str) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    wish = {new: NEW_PASSWORD if new == "new_password" else "new@example.com"}
    refused = [
        await as_owner(anna, path, password="wrong horse 1", **wish),
        await as_owner(anna, path, username=bo.email, **wish),
        await as_owner(anna, path, username="nobody@example.com", **wish),
    ]
    anna.client.cookies.set("_fsek_refresh_token", bo.refresh_token, domain="guild.test", path="/auth")
    refused.append(await as_owner(anna, path, **wish))
    assert [detail(answer) for answer in refused] == [BAD_CREDENTIALS] * 4
    for cookie in ("", "unknown"):
        answer = await anna.patch(
            f"/auth/{path}",
            data={"username": anna.email, "password": PASSWORD, **wish},
            headers={"Cookie": f"_fsek_refresh_token={cookie}"},
        )
        assert detail(answer) == UNAUTHORIZED
    anna.client.headers["Authorization"] = ""
    assert detail(await as_owner(anna, path, **wish)) == NOT_AUTHENTICATED
    assert detail(await anna.patch(f"/auth/{path}", data={})) == NOT_AUTHENTICATED  # before the form is looked at
    assert (await sign_in(await guild.client(), anna.email)).status_code == 200


@pytest.mark.parametrize(("path", "new"), [("update-password", "new_password"), ("update-email", "new_email")])
async def test_a_form_that_does_not_fit_is_told(guild: Guild, path: str, new: str) -> None:
    anna = await guild.user("Anna")
    for form in ({}, {"username": anna.email, "password": PASSWORD}, {"username": anna.email, new: "new@example.com"}):
        assert (await anna.patch(f"/auth/{path}", data=form)).status_code == 422
    wish = {"username": anna.email, "password": PASSWORD, new: "new@example.com 1"}
    assert (await anna.patch(f"/auth/{path}", json=wish)).status_code == 422


async def test_the_address_in_the_form_is_read_whatever_its_case(guild: Guild) -> None:
    anna = await guild.user("Anna")
    answer = await as_owner(anna, "update-password", username=anna.email.upper(), new_password=NEW_PASSWORD)
    assert answer.status_code == 204


async def test_of_many_changes_at_once_one_succeeds(guild: Guild) -> None:
    anna = await guild.user("Anna")
    changes = [as_owner(anna, "update-password", new_password=f"new horse {n}") for n in range(5)]
    answers = await asyncio.gather(*changes)
    assert sorted(answer.status_code for answer in answers) == [204, 400, 400, 400, 400]
    (winner,) = [n for n, answer in enumerate(answers) if answer.status_code == 204]
    assert (await sign_in(await guild.client(), anna.email, f"new horse {winner}")).status_code == 200
