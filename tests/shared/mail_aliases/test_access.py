"""Who may look at aliases, and who may change them."""

from typing import Any

import pytest

from tests.guild import Guild, code
from tests.shared.mail_aliases.aliases import ANYWHERE, BIL, keeper_of, make, path

READING = [("GET", "/mail-alias/aliases", {}), ("GET", path(), {})]
CHANGING = [
    ("POST", "/mail-alias/alias", {"params": {"alias": "ny@fsektionen.se"}}),
    ("POST", path(more="/add_member"), {"params": {"member_email": ANYWHERE}}),
    ("DELETE", path(more="/remove_member"), {"params": {"member_email": "there@example.com"}}),
    ("PUT", path(more="/targets"), {"json": {"addresses": [ANYWHERE]}}),
    ("DELETE", path(), {}),
]
NAMING_AN_ALIAS = [READING[1], *CHANGING[1:]]


@pytest.mark.parametrize(("method", "where", "what"), READING)
async def test_whoever_may_view_aliases_may_look(guild: Guild, method: str, where: str, what: Any) -> None:
    await make(await keeper_of(guild))
    for step in ("view", "manage", "super"):
        person = await guild.holder(f"{step}:MailAlias")
        assert (await person.request(method, where, **what)).status_code == 200


@pytest.mark.parametrize(("method", "where", "what"), CHANGING)
@pytest.mark.parametrize("step", ["manage", "super"])
async def test_whoever_manages_aliases_may_change_them(
    guild: Guild, step: str, method: str, where: str, what: Any
) -> None:
    keeper = await guild.holder(f"{step}:MailAlias")
    await make(keeper, addresses=["there@example.com"])
    answer = await keeper.request(method, where, **what)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(("method", "where", "what"), CHANGING)
async def test_whoever_may_only_view_changes_nothing(guild: Guild, method: str, where: str, what: Any) -> None:
    keeper, viewer = await keeper_of(guild), await guild.holder("view:MailAlias")
    before = await make(keeper, addresses=["there@example.com"])
    assert code(await viewer.request(method, where, **what)) == (403, "missing_permission")
    assert (await keeper.get("/mail-alias/aliases")).json() == [before]


@pytest.mark.parametrize(("method", "where", "what"), READING + CHANGING)
async def test_members_and_other_keepers_may_not(guild: Guild, method: str, where: str, what: Any) -> None:
    for person in (await guild.member(), await guild.user(), await guild.holder("super:Post", "super:User")):
        assert code(await person.request(method, where, **what)) == (403, "missing_permission")


@pytest.mark.parametrize(("method", "where", "what"), READING + CHANGING)
async def test_who_is_not_signed_in_may_not(guild: Guild, method: str, where: str, what: Any) -> None:
    stranger, unverified = await guild.client(), await guild.user(is_verified=False)
    for somebody in (stranger, unverified):
        assert code(await somebody.request(method, where, **what)) == (401, "not_authenticated")


@pytest.mark.parametrize(("method", "where", "what"), NAMING_AN_ALIAS)
@pytest.mark.parametrize("alias", ["nobody@fsektionen.se", "bil@example.com", "nonsense", "bil", "%20"])
async def test_an_alias_that_is_not_there_is_not_found(
    guild: Guild, alias: str, method: str, where: str, what: Any
) -> None:
    keeper = await keeper_of(guild)
    await make(keeper, addresses=["there@example.com"])
    answer = await keeper.request(method, where.replace(BIL, alias), **what)
    assert code(answer) == (404, "alias_not_found")


@pytest.mark.parametrize(("method", "where", "what"), NAMING_AN_ALIAS)
async def test_a_name_that_is_no_text_is_422(guild: Guild, method: str, where: str, what: Any) -> None:
    keeper = await keeper_of(guild)
    assert code(await keeper.request(method, where.replace(BIL, "bil%00@fsektionen.se"), **what)) == (
        422,
        "invalid_input",
    )
