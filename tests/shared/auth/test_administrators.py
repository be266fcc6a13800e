"""The first administrator, made from the command line."""

import pytest
from sqlalchemy import func, select

from guildhall.core.access import LADDER
from guildhall.shared.auth.errors import RegisterInvalidPassword
from guildhall.shared.auth.service import administrators
from guildhall.shared.posts.models import TARGETS, Post
from guildhall.shared.users.models import User
from tests.guild import PASSWORD, Guild
from tests.shared.auth.doors import NEW_PASSWORD, UNAUTHORIZED, claims, detail, sign_in


async def make(guild: Guild, email: str = "boss@example.com", password: str = PASSWORD) -> User:
    async with guild.session() as session:
        return await administrators.create(session, email, password, "Boss", "Bossdotter")


async def test_the_first_administrator_may_do_everything(guild: Guild) -> None:
    boss = await make(guild)
    assert (boss.is_active, boss.is_verified, boss.is_member) == (True, True, True)
    token = (await sign_in(await guild.client(), "boss@example.com")).json()["access_token"]
    assert set(claims(token)["permissions"]) == {f"{action}:{target}" for action in LADDER for target in TARGETS}


async def test_made_again_only_the_password_is_new_and_nobody_stays_signed_in(guild: Guild) -> None:
    boss = await make(guild)
    before = await guild.sign_in(boss)
    again = await make(guild, "BOSS@example.com", NEW_PASSWORD)
    assert again.id == boss.id
    assert detail(await before.post("/auth/refresh")) == UNAUTHORIZED
    assert (await sign_in(await guild.client(), "boss@example.com", NEW_PASSWORD)).status_code == 200
    async with guild.session() as session:
        assert await session.scalar(select(func.count()).select_from(Post)) == 1
        assert await session.scalar(select(func.count()).select_from(User)) == 1


async def test_somebody_who_has_an_account_is_raised(guild: Guild) -> None:
    anna = await guild.user("Anna", is_verified=False)
    await make(guild, anna.email)
    shown = (await (await guild.sign_in(await make(guild, anna.email))).get("/users/me")).json()
    assert (shown["id"], shown["first_name"], shown["is_verified"], shown["is_member"]) == (anna.id, "Anna", True, True)


async def test_the_password_must_be_a_good_one(guild: Guild) -> None:
    with pytest.raises(RegisterInvalidPassword):
        await make(guild, password="short1")
