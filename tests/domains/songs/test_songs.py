"""The song book."""

import asyncio

import pytest

from tests.domains.songs.book import category, keeper_and_shelf, wish, written
from tests.guild import Guild, code


async def test_everybody_sings_from_the_book_by_title_as_swedish_sorts(guild: Guild) -> None:
    keeper, shelf = await keeper_and_shelf(guild)
    for title in ("Örtagård", "Åsa", "Ängen", "Zum", "Adam"):
        await written(keeper, shelf, title)
    songs = (await (await guild.client()).get("/songs/")).json()
    assert [song["title"] for song in songs] == ["Adam", "Zum", "Åsa", "Ängen", "Örtagård"]
    assert songs[0] == {
        "id": songs[0]["id"],
        "title": "Adam",
        "author": None,
        "melody": "När månen vandrar",
        "content": "Det satt en mås på en klyvarbom",
        "category": {"id": shelf, "name": "Punschvisor"},
        "views": 0,
    }


async def test_a_song_becomes_what_was_sent_and_may_keep_its_title(guild: Guild) -> None:
    keeper, shelf = await keeper_and_shelf(guild)
    song = await written(keeper, shelf, author="Okänd")
    path = f"/songs/{song['id']}"
    changed = await keeper.patch(path, json=wish(shelf, melody=None, author=None))
    assert changed.json() == song | {"melody": None, "author": None}


async def test_two_songs_cannot_have_one_title_not_even_at_the_same_moment(guild: Guild) -> None:
    keeper, shelf = await keeper_and_shelf(guild)
    answers = await asyncio.gather(*(keeper.post("/songs/", json=wish(shelf)) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    other = await written(keeper, shelf, "Helan")
    assert code(await keeper.patch(f"/songs/{other['id']}", json=wish(shelf))) == (409, "song_title_taken")


async def test_a_song_needs_a_category_that_is_there(guild: Guild) -> None:
    keeper, shelf = await keeper_and_shelf(guild)
    assert code(await keeper.post("/songs/", json=wish(99999))) == (404, "song_category_not_found")
    song = await written(keeper, shelf)
    refusal = await keeper.patch(f"/songs/{song['id']}", json=wish(99999, "Helan"))
    assert code(refusal) == (404, "song_category_not_found")


async def test_a_removed_song_is_answered_and_gone(guild: Guild) -> None:
    keeper, shelf = await keeper_and_shelf(guild)
    song = await written(keeper, shelf)
    path = f"/songs/{song['id']}"
    assert (await keeper.delete(path)).json() == song
    for answer in (await keeper.get(path), await keeper.delete(path), await keeper.patch(path, json=wish(shelf))):
        assert code(answer) == (404, "song_not_found")


async def test_songs_stay_when_their_category_goes(guild: Guild) -> None:
    keeper, shelf = await keeper_and_shelf(guild)
    await written(keeper, shelf)
    assert (await keeper.delete(f"/songs-category/{shelf}")).json() == {"id": shelf, "name": "Punschvisor"}
    assert [song["category"] for song in (await keeper.get("/songs/")).json()] == [None]
    assert code(await keeper.get(f"/songs-category/{shelf}")) == (404, "song_category_not_found")


async def test_categories_are_read_by_everybody_and_renamed(guild: Guild) -> None:
    keeper, shelf = await keeper_and_shelf(guild)
    other, stranger = await category(keeper, "Snapsvisor"), await guild.client()
    renamed = await keeper.patch(f"/songs-category/{shelf}", json={"name": "Vårvisor"})
    assert renamed.json() == {"id": shelf, "name": "Vårvisor"}
    assert (await stranger.get("/songs-category/")).json() == [renamed.json(), {"id": other, "name": "Snapsvisor"}]
    assert (await stranger.get(f"/songs-category/{shelf}")).json() == renamed.json()
    taken = (409, "song_category_name_taken")
    assert code(await keeper.post("/songs-category/", json={"name": "Vårvisor"})) == taken
    assert code(await keeper.patch(f"/songs-category/{other}", json={"name": "Vårvisor"})) == taken


@pytest.mark.parametrize(
    "fields", [{"title": " "}, {"title": "x" * 201}, {"content": "x" * 5001}, {"category_id": None}, {"melody": 7}]
)
async def test_a_song_that_does_not_fit_is_refused(guild: Guild, fields: dict[str, object]) -> None:
    keeper, shelf = await keeper_and_shelf(guild)
    assert (await keeper.post("/songs/", json=wish(shelf) | fields)).status_code == 422


async def test_the_list_is_one_statement_however_long(guild: Guild) -> None:
    keeper, shelf = await keeper_and_shelf(guild)
    for number in range(3):
        await written(keeper, shelf, f"Visa {number}")
    stranger = await guild.client()
    for path in ("/songs/", "/songs/top"):
        with guild.statements() as seen:
            assert len((await stranger.get(path)).json()) == 3
        assert len(seen) == 1, seen


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/songs/"),
        ("PATCH", "/songs/1"),
        ("DELETE", "/songs/1"),
        ("POST", "/songs-category/"),
        ("PATCH", "/songs-category/1"),
        ("DELETE", "/songs-category/1"),
    ],
)
async def test_the_book_is_kept_by_keepers_only(guild: Guild, method: str, path: str) -> None:
    stranger, viewer = await guild.client(), await guild.holder("view:Song")
    assert code(await stranger.request(method, path, json={})) == (401, "not_authenticated")
    assert code(await viewer.request(method, path, json={})) == (403, "missing_permission")
