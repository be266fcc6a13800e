"""An album as one ZIP."""

import io
import zipfile

import httpx2
from PIL import Image
from sqlalchemy import text

from guildhall.domains.gallery.service import packing
from tests import images
from tests.domains.gallery.albums import album, placed, printed
from tests.guild import Guild, Person
from tests.shared.notifications.streams import PATIENCE, server


async def unpacked(person: Person, album_id: int, size: str = "original") -> zipfile.ZipFile:
    answer = await person.get(f"/albums/{album_id}/zip?size={size}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    return zipfile.ZipFile(io.BytesIO(answer.content))


async def develop(guild: Guild) -> None:
    """Make the renditions of everything."""
    async with guild.session() as session:
        ids = list(await session.scalars(text("SELECT id FROM pictures WHERE state = 'new'")))
    for picture_id in ids:
        await guild.app.state.demand.develop(guild.database, picture_id)


async def test_a_zip_of_a_hundred_pictures_has_them_all_in_order(guild: Guild) -> None:
    anna = await guild.member()
    spring = await album(guild)
    await printed(guild, spring, 100)
    packed = await unpacked(anna, spring)
    assert packed.testzip() is None
    assert packed.namelist() == [f"{seed}.jpg" for seed in range(100)]
    assert {entry.compress_type for entry in packed.infolist()} == {zipfile.ZIP_STORED}


async def test_what_is_packed_has_no_metadata_and_the_wanted_size(guild: Guild) -> None:
    anna = await guild.member()
    spring = await album(guild)
    await placed(guild, spring)
    for size in ("original", "large"):
        content = (await unpacked(anna, spring, size)).read("0.jpg")
        assert images.SECRET.encode() not in content
        assert Image.open(io.BytesIO(content)).size == (40, 30)
    assert (await anna.get(f"/albums/{spring}/zip?size=small")).status_code == 422


async def test_names_are_unlike_and_the_archive_is_named_after_the_album(guild: Guild) -> None:
    anna = await guild.member()
    spring = await album(guild, title_sv="Vår/bal å ä ö")
    for seed, name in enumerate(("a.jpg", "A.JPG", "a.heic")):
        await placed(guild, spring, seed=seed, file_name=name)
    answer = await anna.get(f"/albums/{spring}/zip")
    assert zipfile.ZipFile(io.BytesIO(answer.content)).namelist() == ["a.jpg", "A (2).jpg", "a (3).jpg"]
    named = "filename=\"Varbalaao.zip\"; filename*=utf-8''V%C3%A5r%2Fbal%20%C3%A5%20%C3%A4%20%C3%B6.zip"
    assert answer.headers["content-disposition"] == f"attachment; {named}"


async def test_hidden_pictures_are_left_out_also_for_keepers(guild: Guild) -> None:
    keeper = await guild.holder("manage:Gallery")
    spring = await album(guild)
    await placed(guild, spring, seed=1, visibility="hidden")
    await placed(guild, spring, seed=2, visibility="wished")
    await placed(guild, spring, seed=3)
    assert (await unpacked(keeper, spring)).namelist() == ["3.jpg"]


async def test_an_empty_album_is_an_empty_archive(guild: Guild) -> None:
    anna = await guild.member()
    assert (await unpacked(anna, await album(guild))).namelist() == []


async def test_what_cannot_be_packed_is_named_in_a_note(guild: Guild) -> None:
    anna = await guild.member()
    spring = await album(guild)
    await placed(guild, spring, seed=1)
    await develop(guild)
    async with guild.session() as session:
        await session.execute(text("UPDATE pictures SET state = 'broken'"))
        await session.execute(text("DELETE FROM picture_renditions"))
    await placed(guild, spring, seed=2)
    packed = await unpacked(anna, spring)
    assert packed.namelist() == ["2.jpg", packing.NOTE]
    assert packed.read(packing.NOTE) == b"1.jpg\n"


async def test_no_connection_is_held_while_it_streams_and_who_leaves_stops_the_reading(guild: Guild) -> None:
    spring = await album(guild)
    for seed in range(3):
        await placed(guild, spring, seed=seed)
    await develop(guild)
    async with guild.session() as session:
        pictures = await packing.to_pack(session, spring, "original")
    developed = list[int]()

    async def note(picture_id: int) -> None:
        developed.append(picture_id)

    before = guild.database.connections().in_use
    stream = packing.packed(guild.database, [*pictures, packing.Packed(1, "x.jpg", None, "")], "original", note)
    assert (await anext(stream))[:2] == b"PK"
    assert guild.database.connections().in_use == before == 0
    await stream.aclose()
    assert developed == []


async def test_a_client_that_leaves_stops_the_packing(guild: Guild, database_url: str) -> None:
    anna = await guild.member()
    spring = await album(guild)
    for seed in range(30):
        await placed(guild, spring, seed=seed)
    headers = {"Authorization": anna.client.headers["Authorization"]}
    async with server(database_url) as process:
        url = f"http://127.0.0.1:{process.port}/albums/{spring}/zip"
        async with httpx2.AsyncClient(timeout=PATIENCE) as client, client.stream("GET", url, headers=headers) as answer:
            assert (await anext(answer.aiter_raw()))[:2] == b"PK"
    # The server has let the request end before it stopped.
    async with guild.session() as session:
        ready = await session.scalar(text("SELECT count(*) FROM pictures WHERE state = 'ready'"))
    assert ready is not None
    assert 1 <= ready < 30
