"""Finding songs."""

import pytest

from tests.domains.songs.book import keeper_and_shelf, written
from tests.guild import Guild


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("måsen", ["Måsen"]),
        ("masen", ["Måsen"]),
        ("MÅSAR", ["Måsen"]),
        ("klyvar", ["Måsen"]),
        ("månen vandrar", ["Måsen"]),
        ("visor", ["Punschvisan", "Visan om vinden"]),
        ("bellman", ["Punschvisan"]),
        ("visan", ["Visan om vinden", "Punschvisan"]),
        ("finns inte", []),
        ("!?", []),
    ],
)
async def test_songs_are_found_by_title_melody_author_and_text(guild: Guild, query: str, found: list[str]) -> None:
    keeper, shelf = await keeper_and_shelf(guild)
    await written(keeper, shelf)
    await written(keeper, shelf, "Visan om vinden", melody=None, content="Vem kan segla")
    await written(keeper, shelf, "Punschvisan", melody=None, author="Bellman", content="Skål, och en visa till")
    answer = await (await guild.client()).get("/songs/search", params={"q": query})
    assert sorted(song["title"] for song in answer.json()) == sorted(found)


async def test_a_title_is_a_better_find_than_a_text(guild: Guild) -> None:
    keeper, shelf = await keeper_and_shelf(guild)
    await written(keeper, shelf, "Alla", melody=None, content="punsch punsch punsch")
    await written(keeper, shelf, "Punsch", melody=None, content="skål")
    songs = (await (await guild.client()).get("/songs/search", params={"q": "punsch"})).json()
    assert [song["title"] for song in songs] == ["Punsch", "Alla"]


@pytest.mark.parametrize("query", ["", "x" * 201, "\x00"])
async def test_a_query_that_is_none_is_refused(guild: Guild, query: str) -> None:
    assert (await (await guild.client()).get("/songs/search", params={"q": query})).status_code == 422
