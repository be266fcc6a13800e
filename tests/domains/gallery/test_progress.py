"""How far an album's pictures are, as it happens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest
from sqlalchemy import text

from guildhall.domains.gallery.service import progress
from guildhall.shared.pictures.service import developing
from tests import images
from tests.domains.gallery.albums import album, many, placed
from tests.guild import Guild, Person, code
from tests.shared.notifications.streams import PATIENCE, Client, Server, Told, server

NOWHERE = 2_000_000_000


@pytest.fixture
async def process(guild: Guild, database_url: str) -> AsyncIterator[Server]:
    """A server in this process."""
    async with server(database_url) as made:
        yield made


@asynccontextmanager
async def following(person: Person, process: Server, album_id: int) -> AsyncIterator[Client]:
    """Somebody follows an album."""
    headers = {"Authorization": person.client.headers["Authorization"]}
    url = f"http://127.0.0.1:{process.port}/albums/{album_id}/pictures/progress"
    async with httpx2.AsyncClient(timeout=PATIENCE) as client, client.stream("GET", url, headers=headers) as answer:
        assert answer.status_code == 200
        yield Client(answer)


async def counts(client: Client) -> tuple[int, int, int]:
    """The next counts: total, ready, broken."""
    while (told := await client.next()) and told.name == "heartbeat":
        pass
    assert told and told.name == "progress", told
    return told.data["total"], told.data["ready"], told.data["broken"]


async def develop(guild: Guild, image: int) -> None:
    async with guild.session() as session:
        found = text("SELECT picture_id FROM album_pictures WHERE id = :id")
        await developing.develop(session, (await session.execute(found, {"id": image})).scalar_one())


async def test_a_stream_tells_every_change_and_ends_when_all_is_made(guild: Guild, process: Server) -> None:
    photographer = await guild.member()
    spring = await album(guild, photographer)
    first = await placed(guild, spring, seed=1)
    async with following(photographer, process, spring) as stream:
        assert await counts(stream) == (1, 0, 0)
        sent = await photographer.post(f"/albums/{spring}/pictures", **many(("2.jpg", images.jpeg(seed=2))))
        assert await counts(stream) == (2, 0, 0)
        await develop(guild, first)
        assert await counts(stream) == (2, 1, 0)
        await develop(guild, sent.json()[0]["id"])
        assert await counts(stream) == (2, 2, 0)
        assert await stream.next() == Told("end", {}, None, "60000")
        assert await stream.next() is None


async def test_an_album_where_nothing_waits_ends_the_stream_at_once(guild: Guild, process: Server) -> None:
    keeper = await guild.holder("manage:Gallery")
    async with following(keeper, process, await album(guild)) as stream:
        assert await counts(stream) == (0, 0, 0)
        await stream.ended()


async def test_who_may_not_fill_the_album_any_more_is_let_go_with_the_next_beat(
    guild: Guild, process: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "HEARTBEAT", 0.05)
    photographer, keeper = await guild.member(), await guild.holder("manage:Gallery")
    spring = await album(guild, photographer)
    await placed(guild, spring)
    async with following(photographer, process, spring) as stream:
        assert await counts(stream) == (1, 0, 0)
        assert await stream.next() == Told("heartbeat")
        both = {"user_id": photographer.id, "album_id": spring}
        assert (await keeper.patch("/albums/remove_photographer", json=both)).status_code == 200
        await stream.ended()


async def test_streams_end_when_the_process_stops_and_none_begins(guild: Guild, process: Server) -> None:
    keeper = await guild.holder("manage:Gallery")
    spring = await album(guild)
    await placed(guild, spring)
    async with following(keeper, process, spring) as stream:
        assert await counts(stream) == (1, 0, 0)
        process.app.state.live.stop()
        await stream.ended()
    headers = {"Authorization": keeper.client.headers["Authorization"]}
    url = f"http://127.0.0.1:{process.port}/albums/{spring}/pictures/progress"
    async with httpx2.AsyncClient(timeout=PATIENCE) as client:
        assert code(await client.get(url, headers=headers)) == (503, "busy")


async def test_only_who_fills_the_album_follows_it(guild: Guild) -> None:
    anna, keeper, nobody = await guild.member(), await guild.holder("manage:Gallery"), await guild.client()
    path = f"/albums/{await album(guild)}/pictures/progress"
    assert code(await nobody.get(path)) == (401, "not_authenticated")
    assert code(await anna.get(path)) == (403, "not_your_album")
    assert code(await keeper.get(f"/albums/{NOWHERE}/pictures/progress")) == (404, "album_not_found")
