"""Making an account."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from guildhall.core import clock
from guildhall.shared.users.models import User
from tests.guild import PASSWORD, Guild, code, configured
from tests.shared.auth.doors import detail, registration, sign_in

TAKEN = (400, "REGISTER_USER_ALREADY_EXISTS")


async def test_a_stranger_makes_an_account(guild: Guild) -> None:
    stranger = await guild.client()
    answer = await stranger.post("/auth/register", json=registration(start_year=2024))
    assert answer.status_code == 201
    shown = answer.json()
    assert shown == {
        "id": shown["id"],
        "first_name": "Anna",
        "last_name": "Andersson",
        "program": "Oklart",
        "posts": [],
        "start_year": 2024,
    }
    assert (await sign_in(stranger, "anna@example.com")).status_code == 200


async def test_an_account_begins_active_not_verified_and_without_rights_whatever_is_asked_for(guild: Guild) -> None:
    wishes = {"is_active": False, "is_verified": True, "is_superuser": True, "is_member": True, "program": "F"}
    await (await guild.client()).post("/auth/register", json=registration(**wishes))
    async with guild.session() as session:
        user = (await session.scalars(select(User))).one()
    assert (user.is_active, user.is_verified, user.is_superuser, user.is_member) == (True, False, False, False)
    assert user.program == "Oklart"
    assert user.hashed_password.startswith("$argon2id$")


async def test_studies_begin_this_year_as_the_guilds_wall_calendar_has_it(guild: Guild) -> None:
    with clock.stopped(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)):
        answer = await (await guild.client()).post("/auth/register", json=registration(start_year=None))
    assert answer.json()["start_year"] == 2027


async def test_who_registers_is_welcomed_by_mail(guild: Guild) -> None:
    with configured(site_url="https://fsektionen.se"):
        await (await guild.client()).post("/auth/register", json=registration(first_name="<b>Anna</b>"))
    (mail,) = await guild.mails("anna@example.com")
    assert mail.subject == "Välkommen till F-sektionen / Welcome to the F-Guild"
    assert "https://fsektionen.se/verify\n" in mail.text
    assert mail.text.index("Hej <b>Anna</b>!") < mail.text.index("Hi <b>Anna</b>!")
    assert "<b>Anna" not in mail.html
    assert "&lt;b&gt;Anna" in mail.html


async def test_nobody_is_welcomed_to_an_account_that_was_not_made(guild: Guild) -> None:
    anna = await guild.user("Anna")
    await (await guild.client()).post("/auth/register", json=registration(email=anna.email))
    assert await guild.mails(anna.email) == []


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("abc1", "Password should be at least 8 characters"),
        ("my name is ANNA 1", "Password should not contain your e-mail"),
        ("only letters", "Password must contain both letters and numbers"),
        ("", "Password should be at least 8 characters"),
    ],
)
async def test_a_bad_password_is_refused_with_a_reason(guild: Guild, password: str, reason: str) -> None:
    answer = await (await guild.client()).post("/auth/register", json=registration(password=password))
    assert detail(answer) == (400, {"code": "REGISTER_INVALID_PASSWORD", "reason": reason})


async def test_the_password_is_judged_before_the_address(guild: Guild) -> None:
    anna = await guild.user("Anna")
    answer = await (await guild.client()).post("/auth/register", json=registration(email=anna.email, password="x"))
    assert code(answer) == (400, "register_invalid_password")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("anna@example.com", "anna@example.com"),
        ("anna@example.com", "ANNA@Example.COM"),
        ("Åsa.Öberg@example.com", "åSA.öBERG@example.com"),
    ],
)
async def test_an_address_is_taken_whatever_its_case(guild: Guild, first: str, second: str) -> None:
    stranger = await guild.client()
    assert (await stranger.post("/auth/register", json=registration(email=first))).status_code == 201
    assert detail(await stranger.post("/auth/register", json=registration(email=second))) == TAKEN


async def test_of_many_who_register_one_address_at_once_one_gets_it(guild: Guild) -> None:
    strangers = [await guild.client() for _ in range(6)]
    spellings = ["anna@example.com", "Anna@example.com", "ANNA@EXAMPLE.COM"] * 2
    answers = await asyncio.gather(
        *(
            stranger.post("/auth/register", json=registration(email=email))
            for stranger, email in zip(strangers, spellings, strict=True)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [400] * 5
    assert {detail(answer) for answer in answers if answer.status_code == 400} == {TAKEN}
    async with guild.session() as session:
        assert await session.scalar(select(func.count()).select_from(User)) == 1
    assert len([mail for email in set(spellings) for mail in await guild.mails(email)]) <= 1


async def test_an_address_is_kept_as_typed_with_its_domain_in_lower_case(guild: Guild) -> None:
    await (await guild.client()).post("/auth/register", json=registration(email="Anna.A@Example.COM"))
    async with guild.session() as session:
        assert (await session.scalars(select(User.email))).one() == "Anna.A@example.com"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [(" AB1234CD-S ", "ab1234cd-s"), ("ab1234cd-s", "ab1234cd-s"), ("", None), ("  ", None), (None, None)],
)
async def test_a_stil_id_is_kept_in_its_form(guild: Guild, typed: str | None, kept: str | None) -> None:
    answer = await (await guild.client()).post("/auth/register", json=registration(stil_id=typed))
    assert answer.status_code == 201
    async with guild.session() as session:
        assert (await session.scalars(select(User.stil_id))).one() == kept


async def test_nobody_can_squat_on_a_stil_id(guild: Guild) -> None:
    await guild.member("Anna", stil_id="ab1234cd-s")
    stranger = await guild.client()
    for email in ("bo@example.com", "cecilia@example.com"):
        answer = await stranger.post("/auth/register", json=registration(email=email, stil_id="ab1234cd-s"))
        assert answer.status_code == 201


@pytest.mark.parametrize("phone", ["+46 70-174 06 05", "tel:+46-70-174-06-05", "+46701740605", "+46(0)701740605"])
async def test_a_phone_number_is_kept_in_one_form(guild: Guild, phone: str) -> None:
    answer = await (await guild.client()).post("/auth/register", json=registration(telephone_number=phone))
    assert answer.status_code == 201
    async with guild.session() as session:
        assert (await session.scalars(select(User.telephone_number))).one() == "tel:+46-70-174-06-05"


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "anna"},
        {"email": ""},
        {"email": f"{'a' * 300}@example.com"},
        {"email": "an\x00na@example.com"},
        {"first_name": ""},
        {"first_name": "   "},
        {"last_name": "x" * 101},
        {"first_name": "An\x00na"},
        {"first_name": None},
        {"telephone_number": "0701740605"},
        {"telephone_number": ""},
        {"telephone_number": "+46"},
        {"telephone_number": "9" * 10_000},
        {"start_year": 0},
        {"start_year": 10**30},
        {"start_year": "soon"},
        {"stil_id": "ab1234cd"},
        {"stil_id": "ab12345cd-s"},
        {"stil_id": "åb1234cd-s"},
        {"stil_id": 7},
        {"password": None},
        {"password": "x1" * 501},
        {"password": "with a NUL \x00 1"},
    ],
)
async def test_what_does_not_fit_is_told(guild: Guild, wrong: dict[str, object]) -> None:
    answer = await (await guild.client()).post("/auth/register", json=registration(**wrong))
    assert answer.status_code == 422
    assert [error["loc"] for error in answer.json()["detail"]] == [["body", *wrong]]


async def test_a_mistyped_form_does_not_send_the_password_back(guild: Guild) -> None:
    answer = await (await guild.client()).post("/auth/register", json=registration(email="anna"))
    assert answer.status_code == 422
    assert PASSWORD not in answer.text
