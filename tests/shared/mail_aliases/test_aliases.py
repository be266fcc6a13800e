"""Making aliases, listing and removing them."""

import pytest

from tests.guild import Guild, code, configured
from tests.shared.mail_aliases.aliases import ANYWHERE, BIL, STYRELSEN, add, keeper_of, make, path

MISFITS = [
    "",
    "bil",
    "bil@",
    "@fsektionen.se",
    "bil@@fsektionen.se",
    "bil il@fsektionen.se",
    "bil,styrelsen@fsektionen.se",
    "bil/styrelsen@fsektionen.se",
    "räv@fsektionen.se",
    "bil'@fsektionen.se",
    '"bil"@fsektionen.se',
    ".bil@fsektionen.se",
    "bil\x00@fsektionen.se",
    "bil@fsektionen.se\r\nbcc: all@example.com",
    f"{'b' * 65}@fsektionen.se",
]


async def test_a_new_alias_is_answered_and_nobody_receives_from_it_yet(guild: Guild) -> None:
    keeper = await keeper_of(guild)
    assert await make(keeper) == {"alias": BIL, "members": [], "targets": []}
    assert (await keeper.get("/mail-alias/aliases")).json() == [{"alias": BIL, "members": [], "targets": []}]


async def test_aliases_are_listed_by_address_with_those_who_receive(guild: Guild) -> None:
    keeper = await keeper_of(guild)
    await make(keeper, STYRELSEN)
    await make(keeper, BIL, addresses=["b@example.com", "a@example.com", "c@example.com"])
    assert [(alias["alias"], alias["members"]) for alias in (await keeper.get("/mail-alias/aliases")).json()] == [
        (BIL, ["a@example.com", "b@example.com", "c@example.com"]),
        (STYRELSEN, []),
    ]


async def test_a_guild_without_aliases_has_an_empty_list(guild: Guild) -> None:
    assert (await (await keeper_of(guild)).get("/mail-alias/aliases")).json() == []


async def test_a_long_list_takes_as_many_statements_as_a_short_one(guild: Guild) -> None:
    keeper, council = await keeper_of(guild), await guild.council()
    post = await guild.post(council=council)
    for person in await guild.members("Anna", "Bo"):
        await guild.give(person, post)
    for number in range(8):
        everything = {"addresses": [ANYWHERE], "user_ids": [keeper.id], "post_ids": [post], "council_ids": [council]}
        await make(keeper, f"alias{number}@fsektionen.se", **everything)
    with guild.statements() as statements:
        assert len((await keeper.get("/mail-alias/aliases")).json()) == 8
    assert len(statements) == 3  # who asks, the aliases with their members, the targets
    with guild.statements() as statements:
        assert len((await keeper.get(path("alias3@fsektionen.se"))).json()["members"]) == 4
    assert len(statements) == 3


@pytest.mark.parametrize(
    "written", ["BIL@fsektionen.se", "bil@FSEKTIONEN.SE", "  bil@fsektionen.se ", "Bil@fSektionen.Se"]
)
async def test_an_alias_is_the_same_whatever_its_case_and_the_spaces_around(guild: Guild, written: str) -> None:
    keeper = await keeper_of(guild)
    assert (await make(keeper, written))["alias"] == BIL
    refusal = await keeper.post("/mail-alias/alias", params={"alias": BIL.upper()})
    assert code(refusal) == (409, "alias_exists")
    assert (await keeper.get(path(written))).json()["alias"] == BIL
    assert (await keeper.get(path("bil%40fsektionen.se"))).json()["alias"] == BIL
    assert (await add(keeper, alias=written)).json()["members"] == [ANYWHERE]
    assert (await keeper.delete(path(written))).json() == {"status": "deleted", "alias": BIL}


async def test_an_alias_with_a_plus_is_found_under_its_percent_encoded_name(guild: Guild) -> None:
    keeper = await keeper_of(guild)
    await make(keeper, "bil+garage.2_b-c@fsektionen.se")
    found = await keeper.get(path("bil%2Bgarage.2_b-c%40fsektionen.se"))
    assert found.json()["alias"] == "bil+garage.2_b-c@fsektionen.se"


@pytest.mark.parametrize("alias", ["bil@example.com", "bil@mail.fsektionen.se", "bil@fsektionen.se.example.com"])
async def test_an_alias_is_in_one_of_our_domains(guild: Guild, alias: str) -> None:
    keeper = await keeper_of(guild)
    refusal = await keeper.post("/mail-alias/alias", params={"alias": alias}, headers={"accept-language": "sv"})
    assert code(refusal) == (400, "not_our_mail_domain")
    assert refusal.json()["detail"] == "Sektionens adresser slutar på @fsektionen.se"


async def test_a_guild_may_have_several_domains_and_the_same_name_in_each(guild: Guild) -> None:
    keeper = await keeper_of(guild)
    with configured(mail_domains="fsektionen.se,Nollning.Example.org"):
        for alias in (BIL, "bil@nollning.example.org"):
            assert (await make(keeper, alias))["alias"] == alias
        refusal = await keeper.post("/mail-alias/alias", params={"alias": "bil@example.org"})
        assert refusal.json()["detail"] == "The guild's addresses end with @fsektionen.se, @Nollning.Example.org"


@pytest.mark.parametrize("alias", MISFITS)
async def test_what_is_no_address_for_an_alias_is_422(guild: Guild, alias: str) -> None:
    keeper = await keeper_of(guild)
    assert code(await keeper.post("/mail-alias/alias", params={"alias": alias})) == (422, "invalid_input")
    assert (await keeper.get("/mail-alias/aliases")).json() == []


async def test_an_alias_must_be_named(guild: Guild) -> None:
    assert code(await (await keeper_of(guild)).post("/mail-alias/alias")) == (422, "invalid_input")


async def test_a_removed_alias_is_gone_with_its_targets_and_may_come_again_empty(guild: Guild) -> None:
    keeper = await keeper_of(guild)
    await make(keeper, addresses=[ANYWHERE], user_ids=[keeper.id])
    assert (await keeper.delete(path())).json() == {"status": "deleted", "alias": BIL}
    assert code(await keeper.get(path())) == (404, "alias_not_found")
    assert code(await keeper.delete(path())) == (404, "alias_not_found")
    assert (await make(keeper))["members"] == []
