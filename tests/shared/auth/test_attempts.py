"""Guessing: counted for each account, in all processes, whether the account exists or not."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from guildhall.core import clock
from guildhall.core.settings import settings
from guildhall.shared.auth import jobs
from guildhall.shared.auth.models import Attempt
from guildhall.shared.auth.service import attempts
from tests.guild import Guild, code, configured
from tests.shared.auth.doors import BAD_CREDENTIALS, NEW_PASSWORD, as_owner, detail, sign_in

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
MANY = (429, "too_many_attempts")
LIMIT = settings().rate_limit_account
WINDOW = timedelta(seconds=settings().rate_limit_account_seconds)


async def guess(guild: Guild, email: str, times: int) -> list[int]:
    """So many wrong passwords, one after the other; the statuses."""
    client = await guild.client()
    return [(await sign_in(client, email, f"wrong horse {n}")).status_code for n in range(times)]


async def test_after_ten_failures_even_the_right_password_must_wait(guild: Guild) -> None:
    anna = await guild.user("Anna")
    with clock.stopped(NOON):
        assert await guess(guild, anna.email, LIMIT + 2) == [400] * LIMIT + [429] * 2
    with clock.stopped(NOON + WINDOW / 3):
        refused = await sign_in(await guild.client(), anna.email)
        assert code(refused) == MANY
        assert refused.headers["retry-after"] == str(int(WINDOW.total_seconds() * 2 / 3) + 1)
    with clock.stopped(NOON + WINDOW + timedelta(seconds=1)):
        assert (await sign_in(await guild.client(), anna.email)).status_code == 200


async def test_who_is_told_to_wait_can_read_how_long(guild: Guild) -> None:
    with clock.stopped(NOON):
        await guess(guild, "nobody@example.com", LIMIT)
        client = await guild.client(headers={"Accept-Language": "sv"})
        answer = await sign_in(client, "nobody@example.com")
    assert answer.json()["detail"] == f"För många försök. Försök igen om {int(WINDOW.total_seconds()) + 1} s"


async def test_an_account_that_does_not_exist_is_locked_like_one_that_does(guild: Guild) -> None:
    assert await guess(guild, "nobody@example.com", LIMIT + 1) == [400] * LIMIT + [429]


async def test_an_account_is_the_same_whatever_the_case_of_its_address(guild: Guild) -> None:
    anna = await guild.user("Anna", email="åsa@example.com")
    for spelling in (str.lower, str.upper, str.title):
        await guess(guild, spelling(anna.email), 4)
    assert code(await sign_in(await guild.client(), anna.email)) == MANY


async def test_it_does_not_matter_from_where_the_guesses_come(guild: Guild) -> None:
    anna = await guild.user("Anna")
    for n in range(LIMIT):
        await sign_in(await guild.client(f"192.0.2.{n}"), anna.email, "wrong horse 1")
    assert code(await sign_in(await guild.client("198.51.100.1"), anna.email)) == MANY


async def test_one_persons_failures_are_not_anothers(guild: Guild) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    await guess(guild, anna.email, LIMIT)
    assert (await sign_in(await guild.client(), bo.email)).status_code == 200


async def test_who_is_signed_in_already_does_not_notice(guild: Guild) -> None:
    anna = await guild.user("Anna")
    await guess(guild, anna.email, LIMIT + 1)
    assert (await anna.post("/auth/refresh")).status_code == 200
    assert (await anna.get("/users/me")).status_code == 200


async def test_a_success_begins_the_count_anew(guild: Guild) -> None:
    anna = await guild.user("Anna")
    for _ in range(3):
        await guess(guild, anna.email, LIMIT - 1)
        assert (await sign_in(await guild.client(), anna.email)).status_code == 200


async def test_success_is_never_too_often(guild: Guild) -> None:
    anna = await guild.user("Anna")
    client = await guild.client()
    one_by_one = [await sign_in(client, anna.email) for _ in range(LIMIT + 2)]
    at_once = await asyncio.gather(*(sign_in(client, anna.email) for _ in range(LIMIT + 2)))
    assert {answer.status_code for answer in (*one_by_one, *at_once)} == {200}


async def test_many_guesses_at_once_are_no_more_guesses(guild: Guild) -> None:
    anna = await guild.user("Anna")
    clients = [await guild.client() for _ in range(4 * LIMIT)]
    answers = await asyncio.gather(*(sign_in(client, anna.email, f"wrong {n}") for n, client in enumerate(clients)))
    assert sorted(answer.status_code for answer in answers) == [400] * LIMIT + [429] * 3 * LIMIT


async def test_many_guesses_at_once_do_not_let_the_right_one_through_beyond_the_limit(guild: Guild) -> None:
    anna = await guild.user("Anna")
    async with guild.session() as others:  # ten guesses that are just being counted, and not yet seen by anybody
        for _ in range(LIMIT):
            await attempts.count(others, "login", anna.email)
        late = asyncio.create_task(sign_in(await guild.client(), anna.email))
        await guild.until_waiting()
    assert code(await late) == MANY
    assert (await anna.get("/auth/sessions")).json()[0]["current"]
    assert len((await anna.get("/auth/sessions")).json()) == 1


async def test_guesses_with_a_stolen_session_are_counted_too(guild: Guild) -> None:
    anna = await guild.user("Anna")
    for n in range(LIMIT):
        answer = await as_owner(anna, "update-password", password=f"wrong horse {n}", new_password=NEW_PASSWORD)
        assert detail(answer) == BAD_CREDENTIALS
    assert code(await as_owner(anna, "update-password", new_password=NEW_PASSWORD)) == MANY
    assert code(await as_owner(anna, "update-email", new_email="new@example.com")) == MANY
    assert code(await sign_in(await guild.client(), anna.email)) == MANY


@pytest.mark.parametrize("path", ["forgot-password", "request-verify-token"])
async def test_nobodys_mailbox_is_filled(guild: Guild, path: str) -> None:
    anna = await guild.user("Anna", is_verified=False)
    client = await guild.client()
    for email in (anna.email, "nobody@example.com"):
        answers = [await client.post(f"/auth/{path}", json={"email": email}) for _ in range(LIMIT + 1)]
        assert [answer.status_code for answer in answers] == [202] * LIMIT + [429]
        assert int(answers[-1].headers["retry-after"]) > 0
    assert len(await guild.mails(anna.email)) == LIMIT
    assert (await sign_in(client, anna.email)).status_code == 200  # each kind has a count of its own


async def test_the_limits_are_settings(guild: Guild) -> None:
    anna = await guild.user("Anna")
    with configured(rate_limit_account="2", rate_limit_account_seconds="60"):
        with clock.stopped(NOON):
            assert await guess(guild, anna.email, 3) == [400, 400, 429]
        with clock.stopped(NOON + timedelta(seconds=61)):
            assert await guess(guild, anna.email, 3) == [400, 400, 429]


async def test_counts_that_are_over_are_swept_away(guild: Guild) -> None:
    with clock.stopped(NOON):
        await guess(guild, "anna@example.com", 1)
    with clock.stopped(NOON + WINDOW / 2):
        await guess(guild, "bo@example.com", 1)
    with clock.stopped(NOON + WINDOW + timedelta(seconds=1)):
        async with guild.session() as session:
            await jobs.sweep(session)
    async with guild.session() as session:
        assert (await session.scalars(select(Attempt.account))).all() == ["bo@example.com"]
