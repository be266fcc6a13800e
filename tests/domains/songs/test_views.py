"""Views of songs are counted without a write for each, and none is lost."""

import asyncio

from sqlalchemy import text

from guildhall.core.database import Database
from guildhall.domains.songs.service.views import Views
from tests.domains.songs.book import keeper_and_shelf, written
from tests.guild import Guild


async def test_a_song_is_answered_with_this_view_and_a_view_writes_nothing(guild: Guild) -> None:
    keeper, shelf = await keeper_and_shelf(guild)
    path, stranger = f"/songs/{(await written(keeper, shelf))['id']}", await guild.client()
    with guild.statements() as seen:
        assert [(await stranger.get(path)).json()["views"] for _ in range(3)] == [1, 2, 3]
    assert len(seen) == 3
    assert all(statement.startswith("SELECT") for statement in seen)
    assert [song["views"] for song in (await stranger.get("/songs/")).json()] == [3]


async def test_fifty_views_at_once_are_fifty_different_numbers(guild: Guild) -> None:
    keeper, shelf = await keeper_and_shelf(guild)
    path, stranger = f"/songs/{(await written(keeper, shelf))['id']}", await guild.client()
    answers = await asyncio.gather(*(stranger.get(path) for _ in range(50)))
    assert sorted(answer.json()["views"] for answer in answers) == list(range(1, 51))


async def test_views_are_written_and_go_on_from_there(guild: Guild) -> None:
    keeper, shelf = await keeper_and_shelf(guild)
    song = await written(keeper, shelf)
    path, stranger = f"/songs/{song['id']}", await guild.client()
    seen = [(await stranger.get(path)).json()["views"]]
    async with asyncio.timeout(10):
        while await _written(guild) < 1:  # the counter writes when its second is over
            seen.append((await stranger.get(path)).json()["views"])
            await asyncio.sleep(0.05)
    seen.append((await stranger.get(path)).json()["views"])
    assert seen == list(range(1, len(seen) + 1))
    await guild.app.state.views.write()
    assert await _written(guild) == len(seen)


async def test_a_process_that_stops_writes_what_it_has_counted(guild: Guild) -> None:
    keeper, shelf = await keeper_and_shelf(guild)
    song_id = (await written(keeper, shelf))["id"]
    views = Views(guild.database)
    assert [views.counted(song_id, 0) for _ in range(3)] == [1, 2, 3]
    await views.close()
    assert await _written(guild) == 3


async def test_views_that_could_not_be_written_wait_for_the_next_time(guild: Guild) -> None:
    keeper, shelf = await keeper_and_shelf(guild)
    song_id = (await written(keeper, shelf))["id"]
    nowhere, there = Database("postgresql://nobody@127.0.0.1:1/nothing"), guild.database
    views = Views(nowhere)
    views.counted(song_id, 0)
    await views.write()
    views._database = there  # pyright: ignore[reportPrivateUsage] - the database has come back
    assert views.counted(song_id, 0) == 2
    await views.close()
    assert await _written(guild) == 2


async def test_the_top_list_has_the_most_viewed_first(guild: Guild) -> None:
    keeper, shelf = await keeper_and_shelf(guild)
    for title in ("Ett", "Två", "Tre"):
        await written(keeper, shelf, title)
    async with guild.session() as session:
        await session.execute(text("UPDATE songs SET views = length(title) * 2 WHERE title <> 'Ett'"))
    songs = (await (await guild.client()).get("/songs/top", params={"limit": 2})).json()
    assert [song["title"] for song in songs] == ["Tre", "Två"]


async def _written(guild: Guild) -> int:
    async with guild.session() as session:
        return (await session.scalars(text("SELECT views FROM songs"))).one()
