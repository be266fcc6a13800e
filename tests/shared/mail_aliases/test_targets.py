"""Saying all at once where the mail goes: addresses, users, posts and councils."""

from typing import Any

import pytest

from tests.guild import Guild, code, escaped
from tests.shared.mail_aliases.aliases import ANYWHERE, BIL, STYRELSEN, keeper_of, make, members, path, put, targets


async def test_targets_of_every_kind_are_set_and_read_with_their_names(guild: Guild) -> None:
    keeper, anna = await keeper_of(guild), await guild.member("Anna", last_name="Öst")
    council = await guild.council("Foset")
    post = await guild.post("Bilförman")
    await make(keeper)
    kinds = {"addresses": [ANYWHERE], "user_ids": [anna.id], "post_ids": [post], "council_ids": [council]}
    answer = await put(keeper, **kinds)
    assert answer.json()["targets"] == [
        {"kind": "address", "id": None, "name_sv": ANYWHERE, "name_en": ANYWHERE},
        {"kind": "council", "id": council, "name_sv": "Foset", "name_en": "Foset in English"},
        {"kind": "post", "id": post, "name_sv": "Bilförman", "name_en": "Bilförman in English"},
        {"kind": "user", "id": anna.id, "name_sv": "Anna Öst", "name_en": "Anna Öst"},
    ]
    assert (await keeper.get(path())).json() == answer.json()


async def test_what_is_set_replaces_what_was(guild: Guild) -> None:
    keeper, post = await keeper_of(guild), await guild.post()
    await make(keeper, addresses=[ANYWHERE, "other@example.com"], user_ids=[keeper.id])
    await put(keeper, addresses=[ANYWHERE], post_ids=[post])
    assert await targets(keeper) == [("address", None), ("post", post)]
    await put(keeper)
    assert await targets(keeper) == []


async def test_what_is_named_twice_counts_once(guild: Guild) -> None:
    keeper, post = await keeper_of(guild), await guild.post()
    await make(keeper)
    answer = await put(keeper, addresses=[ANYWHERE, ANYWHERE.upper(), f" {ANYWHERE}"], post_ids=[post, post])
    assert [target["kind"] for target in answer.json()["targets"]] == ["address", "post"]


@pytest.mark.parametrize(
    ("unknown", "refused"),
    [
        ({"user_ids": [99999]}, "user_not_found"),
        ({"post_ids": [99999]}, "post_not_found"),
        ({"council_ids": [99999]}, "council_not_found"),
        ({"post_ids": [-1]}, "post_not_found"),
    ],
)
async def test_an_unknown_id_is_not_found_and_nothing_is_changed(
    guild: Guild, unknown: dict[str, Any], refused: str
) -> None:
    keeper = await keeper_of(guild)
    await make(keeper, addresses=[ANYWHERE])
    assert code(await put(keeper, BIL, **{"addresses": ["other@example.com"]} | unknown)) == (404, refused)
    assert await members(keeper) == [ANYWHERE]


async def test_a_circle_is_refused_and_nothing_is_changed(guild: Guild) -> None:
    keeper = await keeper_of(guild)
    await make(keeper, BIL, addresses=[STYRELSEN])
    await make(keeper, STYRELSEN, addresses=[ANYWHERE])
    assert code(await put(keeper, STYRELSEN, addresses=["x@example.com", BIL])) == (409, "alias_goes_in_circles")
    assert code(await put(keeper, BIL, addresses=[BIL])) == (409, "alias_goes_in_circles")
    assert (await members(keeper, BIL), await members(keeper, STYRELSEN)) == ([ANYWHERE], [ANYWHERE])


@pytest.mark.parametrize(
    "body",
    [
        {"addresses": ["nonsense"]},
        {"addresses": ["a\x00@example.com"]},
        {"addresses": "a@example.com"},
        {"user_ids": ["anna"]},
        {"user_ids": [2**31]},
        {"post_ids": None},
        {"council_ids": {}},
        [],
    ],
)
async def test_what_does_not_fit_is_422_and_nothing_is_changed(guild: Guild, body: Any) -> None:
    keeper = await keeper_of(guild)
    await make(keeper, addresses=[ANYWHERE])
    assert code(await keeper.put(path(more="/targets"), **escaped(body))) == (422, "invalid_input")
    assert await members(keeper) == [ANYWHERE]
