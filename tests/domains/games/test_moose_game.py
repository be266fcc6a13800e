"""The moose game."""

import asyncio
from collections.abc import Iterator

import httpx2
import pytest

from tests.guild import Guild, Person, code, configured

TOKEN = "only the app knows"


@pytest.fixture(autouse=True)
def the_app_is_known() -> Iterator[None]:
    """The guild knows the app's token."""
    with configured(moose_game_token=TOKEN):
        yield


async def play(person: Person, score: object, token: str = TOKEN) -> httpx2.Response:
    return await person.post(f"/moose-game/{score}", headers={"moose-game-token": token})


async def test_players_are_listed_by_name_the_lowest_score_first(guild: Guild) -> None:
    anna, bo = await guild.member("Anna", moose_game_name="Älgen"), await guild.member("Bo", moose_game_name="Horn")
    await guild.member("Cilla", moose_game_score=7)
    answer = await play(anna, 12)
    assert (answer.status_code, answer.json()) == (200, None)
    await play(bo, 3)
    assert (await anna.get("/moose-game/")).json() == [
        {"moose_game_name": "Horn", "moose_game_score": 3},
        {"moose_game_name": "Älgen", "moose_game_score": 12},
    ]
    assert (await anna.get("/users/me")).json()["moose_game_score"] == 12


async def test_only_the_best_score_is_kept(guild: Guild) -> None:
    anna = await guild.member(moose_game_name="Älgen", moose_game_score=12)
    assert code(await play(anna, 11)) == (409, "not_your_best")
    assert (await play(anna, 12)).status_code == 200
    await asyncio.gather(*(play(anna, score) for score in range(13, 33)))
    assert (await anna.get("/users/me")).json()["moose_game_score"] == 32


@pytest.mark.parametrize("score", [-1, -7, 1_000_001])
async def test_a_score_that_nobody_gets_is_refused(guild: Guild, score: int) -> None:
    assert code(await play(await guild.member(), score)) == (400, "implausible_score")


@pytest.mark.parametrize("score", ["nonsense", 2**31, "1.5"])
async def test_a_score_that_is_none_is_refused(guild: Guild, score: object) -> None:
    assert (await play(await guild.member(), score)).status_code == 422


@pytest.mark.parametrize("token", ["", "guessed", "ååå"])
async def test_scores_come_from_the_app_only(guild: Guild, token: str) -> None:
    anna = await guild.member()
    answer = await anna.post("/moose-game/5", headers={b"moose-game-token": token.encode()})
    assert code(answer) == (401, "not_the_app")
    assert code(await anna.post("/moose-game/5")) == (401, "not_the_app")


async def test_without_a_token_in_the_settings_no_score_is_taken(guild: Guild) -> None:
    anna = await guild.member()
    with configured(moose_game_token=""):
        assert code(await play(anna, 5, "")) == (401, "not_the_app")


async def test_who_was_banned_plays_no_more_and_is_not_listed(guild: Guild) -> None:
    referee, anna = await guild.holder("manage:Moosegame"), await guild.member(moose_game_name="Älgen")
    await play(anna, 5)
    answer = await referee.delete(f"/moose-game/{anna.id}")
    assert (answer.status_code, answer.json()) == (200, None)
    assert (await anna.get("/moose-game/")).json() == []
    assert code(await play(anna, 50)) == (403, "banned_from_game")
    assert code(await referee.delete("/moose-game/99999")) == (404, "user_not_found")


async def test_the_list_is_one_statement_however_long(guild: Guild) -> None:
    anna = await guild.member(moose_game_name="Älgen")
    with guild.statements() as seen:
        await anna.get("/moose-game/")
    assert len(seen) == 2, seen


@pytest.mark.parametrize(("method", "path"), [("GET", "/moose-game/"), ("POST", "/moose-game/1")])
async def test_members_play_and_nobody_else(guild: Guild, method: str, path: str) -> None:
    stranger, gustav = await guild.client(), await guild.user()
    assert code(await stranger.request(method, path)) == (401, "not_authenticated")
    assert code(await gustav.request(method, path)) == (403, "not_member")


async def test_only_referees_ban(guild: Guild) -> None:
    stranger, anna = await guild.client(), await guild.member()
    assert code(await stranger.delete("/moose-game/1")) == (401, "not_authenticated")
    assert code(await anna.delete("/moose-game/1")) == (403, "missing_permission")
