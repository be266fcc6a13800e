"""The e-mail address: verifying it, and changing it."""

import asyncio

import pytest
from sqlalchemy import select, update

from guildhall.core import clock
from guildhall.core.settings import settings
from guildhall.shared.users.models import User
from tests.guild import Guild, code, configured
from tests.shared.auth.doors import as_owner, claims, detail, mailed_token, sign_in, signed

BAD_TOKEN = (400, "VERIFY_USER_BAD_TOKEN")
ALREADY = (400, "VERIFY_USER_ALREADY_VERIFIED")
TAKEN = (400, "UPDATE_USER_EMAIL_ALREADY_EXISTS")


async def link_for(guild: Guild, email: str) -> str:
    """Ask for a link to verify an address; the token in it."""
    answer = await (await guild.client()).post("/auth/request-verify-token", json={"email": email})
    assert (answer.status_code, answer.json()) == (202, None)
    return await mailed_token(guild, email)


async def is_verified(guild: Guild, user_id: int) -> bool:
    async with guild.session() as session:
        return (await session.scalars(select(User.is_verified).where(User.id == user_id))).one()


async def test_an_address_is_verified_by_a_mailed_link(guild: Guild) -> None:
    anna = await guild.user("Anna", is_verified=False)
    with configured(site_url="https://fsektionen.se"):
        token = await link_for(guild, anna.email)
    answer = await (await guild.client()).post("/auth/verify", json={"token": token})
    assert answer.status_code == 200
    assert answer.json() == {
        "id": anna.id,
        "first_name": "Anna",
        "last_name": "Number1son",
        "program": "Oklart",
        "posts": [],
        "start_year": 2025,
    }
    assert (await anna.get("/user-only")).status_code == 200
    (mail,) = await guild.mails(anna.email)
    assert mail.subject == "Email verifiering / Email Verification"
    assert mail.text.count(f"https://fsektionen.se/verify?token={token}\n") == 2
    said = claims(token)
    assert said.keys() == {"sub", "email", "aud", "exp"}
    assert (said["sub"], said["aud"], said["email"]) == (str(anna.id), "fastapi-users:verify", anna.email)
    assert abs(said["exp"] - clock.now().timestamp() - settings().mail_token_seconds) < 60


async def test_it_is_verified_once(guild: Guild) -> None:
    anna = await guild.user("Anna", is_verified=False)
    token = await link_for(guild, anna.email)
    client = await guild.client()
    assert (await client.post("/auth/verify", json={"token": token})).status_code == 200
    assert detail(await client.post("/auth/verify", json={"token": token})) == ALREADY


async def test_of_many_who_verify_at_once_one_is_told_it_was_them(guild: Guild) -> None:
    anna = await guild.user("Anna", is_verified=False)
    token = await link_for(guild, anna.email)
    client = await guild.client()
    answers = await asyncio.gather(*(client.post("/auth/verify", json={"token": token}) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 5
    assert {detail(answer) for answer in answers if answer.status_code == 400} == {ALREADY}


async def test_nobody_learns_whether_an_address_has_an_account(guild: Guild) -> None:
    waiting = await guild.user("Anna", is_verified=False)
    verified = await guild.user("Bo")
    gone = await guild.user("Cecilia", is_verified=False)
    async with guild.session() as session:
        await session.execute(update(User).where(User.id == gone.id).values(is_active=False))
    client = await guild.client()
    emails = [waiting.email, verified.email, gone.email, "nobody@example.com"]
    ran: list[list[str]] = []
    for email in emails:
        with guild.statements() as statements:
            answer = await client.post("/auth/request-verify-token", json={"email": email})
        assert (answer.status_code, answer.json()) == (202, None)
        ran.append([statement for statement in statements if "SAVEPOINT" not in statement])
    assert ran.count(ran[0]) == 4
    assert [len(await guild.mails(email)) for email in emails] == [1, 0, 0, 0]


@pytest.mark.parametrize("changed", [{"exp": 1}, {"aud": "fastapi-users:reset"}, {"email": None}, {"sub": "0"}])
async def test_a_token_that_is_not_quite_right_is_refused(guild: Guild, changed: dict[str, object]) -> None:
    anna = await guild.user("Anna", is_verified=False)
    said = claims(await link_for(guild, anna.email))
    client = await guild.client()
    assert detail(await client.post("/auth/verify", json={"token": signed("verify", **said | changed)})) == BAD_TOKEN
    assert (await client.post("/auth/verify", json={"token": signed("verify", **said)})).status_code == 200


@pytest.mark.parametrize("token", ["", "x", "..", "å.ä.ö", "e30.e30.e30"])
async def test_rubbish_is_no_token(guild: Guild, token: str) -> None:
    assert detail(await (await guild.client()).post("/auth/verify", json={"token": token})) == BAD_TOKEN


async def test_a_link_to_an_earlier_address_verifies_nothing(guild: Guild) -> None:
    anna = await guild.user("Anna", is_verified=False)
    token = await link_for(guild, anna.email)
    assert (await as_owner(anna, "update-email", new_email="new@example.com")).status_code == 200
    assert detail(await (await guild.client()).post("/auth/verify", json={"token": token})) == BAD_TOKEN
    assert not await is_verified(guild, anna.id)


async def test_a_link_to_an_address_that_is_just_being_changed_verifies_nothing(guild: Guild) -> None:
    # Was possible: the link had been read as good, and the new address came out verified.
    anna = await guild.user("Anna", is_verified=False)
    token = await link_for(guild, anna.email)
    client = await guild.client()
    async with guild.session() as session:
        user = await session.get_one(User, anna.id, with_for_update=True)
        verifying = asyncio.create_task(client.post("/auth/verify", json={"token": token}))
        await guild.until_waiting()
        user.email, user.is_verified = "new@example.com", False
    assert detail(await verifying) == BAD_TOKEN
    assert not await is_verified(guild, anna.id)


async def test_an_address_that_went_to_somebody_else_is_not_verified_by_an_old_link(guild: Guild) -> None:
    anna = await guild.user("Anna", is_verified=False, email="shared@example.com")
    token = await link_for(guild, "shared@example.com")
    await as_owner(anna, "update-email", new_email="new@example.com")
    bo = await guild.user("Bo", is_verified=False, email="shared@example.com")
    assert detail(await (await guild.client()).post("/auth/verify", json={"token": token})) == BAD_TOKEN
    assert not await is_verified(guild, bo.id)


async def test_a_changed_address_holds_at_once_and_is_not_verified(guild: Guild) -> None:
    anna = await guild.member("Anna")
    answer = await as_owner(anna, "update-email", new_email="Ny.Adress@Example.com")
    assert (answer.status_code, answer.json()["id"]) == (200, anna.id)
    assert answer.json().keys() == {"id", "first_name", "last_name", "program", "posts", "start_year"}
    assert (await anna.get("/users/me")).json()["email"] == "Ny.Adress@example.com"
    assert code(await anna.get("/user-only")) == (401, "not_authenticated")
    assert (await anna.post("/auth/refresh")).status_code == 200  # sessions stay
    client = await guild.client()
    assert (await sign_in(client, anna.email)).status_code == 400
    assert (await sign_in(client, "ny.adress@example.com")).status_code == 200
    token = await mailed_token(guild, "Ny.Adress@example.com")
    assert (await client.post("/auth/verify", json={"token": token})).status_code == 200
    assert (await anna.get("/user-only")).status_code == 200


async def test_both_addresses_are_told(guild: Guild) -> None:
    anna = await guild.user("Anna")
    await as_owner(anna, "update-email", new_email="annika@elsewhere.se")
    (told,) = await guild.mails(anna.email)
    assert told.subject == "E-postadressen ändrad / Your Email Address Changed"
    assert "a***a@elsewhere.se" in told.text
    assert "annika" not in told.text
    (asked,) = await guild.mails("annika@elsewhere.se")
    assert asked.subject == "Email verifiering / Email Verification"


async def test_an_address_that_is_taken_is_refused_whatever_its_case(guild: Guild) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    for taken in (bo.email, bo.email.upper(), anna.email.upper().replace("EXAMPLE.COM", "example.com")):
        assert detail(await as_owner(anna, "update-email", new_email=taken)) == TAKEN
    assert await is_verified(guild, anna.id)
    assert await guild.mails(anna.email) == await guild.mails(bo.email) == []


async def test_the_same_address_again_must_be_verified_again(guild: Guild) -> None:
    anna = await guild.user("Anna")
    assert (await as_owner(anna, "update-email", new_email=anna.email)).status_code == 200
    assert not await is_verified(guild, anna.id)


async def test_of_many_who_want_one_address_at_once_one_gets_it(guild: Guild) -> None:
    people = await guild.members("Anna", "Bo", "Cecilia", "Dag")
    spellings = ["wanted@example.com", "Wanted@example.com", "WANTED@example.com", "wanted@example.com"]
    answers = await asyncio.gather(
        *(as_owner(person, "update-email", new_email=email) for person, email in zip(people, spellings, strict=True))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    assert {detail(answer) for answer in answers if answer.status_code == 400} == {TAKEN}


async def test_two_who_change_places_at_once_are_both_answered(guild: Guild) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    answers = await asyncio.gather(
        as_owner(anna, "update-email", new_email=bo.email), as_owner(bo, "update-email", new_email=anna.email)
    )
    assert [detail(answer) for answer in answers] == [TAKEN, TAKEN]


@pytest.mark.parametrize("wrong", ["", "anna", "anna@", "a\x00@example.com", f"{'a' * 300}@example.com"])
async def test_what_is_no_address_is_told(guild: Guild, wrong: str) -> None:
    anna = await guild.user("Anna")
    assert code(await as_owner(anna, "update-email", new_email=wrong)) == (422, "invalid_input")
    client = await guild.client()
    for path in ("forgot-password", "request-verify-token"):
        assert code(await client.post(f"/auth/{path}", json={"email": wrong})) == (422, "invalid_input")


async def test_the_last_administrator_cannot_become_unverified(guild: Guild) -> None:
    anna = await guild.holder("super:Permission")
    assert code(await as_owner(anna, "update-email", new_email="new@example.com")) == (409, "last_administrator")
    assert (await anna.get("/users/me")).json()["email"] == anna.email
    await guild.holder("super:Permission", name="Bo")
    assert (await as_owner(anna, "update-email", new_email="new@example.com")).status_code == 200
