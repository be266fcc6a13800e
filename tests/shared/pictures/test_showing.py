"""Showing pictures: in the size and format that is wanted, made on demand, in one statement."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from guildhall.core.database import Database
from guildhall.platform.storage import read, store
from guildhall.platform.storage.files import remove
from guildhall.shared.pictures.service import developing
from tests import images
from tests.core.scratch import house_with
from tests.guild import Guild, Person, code
from tests.images import BLUE, GREEN, RED, WHITE
from tests.platform.images.prints import are_near, colours, opened
from tests.platform.storage.shelves import put
from tests.shared.pictures.rolls import developed, facts, files, renditions, taken_in
from tests.shared.pictures.showing import house

WEBP = {"Accept": "image/avif,image/webp,*/*;q=0.8"}
MADE = "INSERT INTO picture_renditions"


@pytest.fixture
async def walls(guild: Guild) -> AsyncIterator[Guild]:
    """The guild in a house with pictures on the walls."""
    async with house_with(house(), guild) as same:
        yield same


@pytest.fixture
async def anna(walls: Guild) -> Person:
    """A member."""
    return await walls.member("Anna")


@pytest.mark.parametrize(("size", "width"), [("small", 200), ("medium", 500), ("large", 1000), ("original", 1600)])
async def test_a_picture_is_shown_in_each_size(walls: Guild, anna: Person, size: str, width: int) -> None:
    picture_id = await developed(walls, images.jpeg(1600, 1200, orientation=6, gps=True))
    answer = await anna.get(f"/hall/{picture_id}/{size}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert opened(answer.content).size == (width, width * 3 // 4)
    assert are_near(colours(opened(answer.content)), [RED, GREEN, BLUE, WHITE])
    assert images.SECRET.encode() not in answer.content


async def test_without_a_size_it_is_the_whole_picture(walls: Guild, anna: Person) -> None:
    picture_id = await developed(walls, images.png(700, 30))
    answer = await anna.get(f"/hall/{picture_id}")
    assert (answer.headers["content-type"], opened(answer.content).width) == ("image/png", 700)
    assert answer.headers["cache-control"] == "public, max-age=60"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("image/avif,image/webp,*/*;q=0.8", "image/webp"),
        ("image/webp;q=0.9, image/jpeg", "image/webp"),
        ("image/webp", "image/webp"),
        ("image/webp;q=0, */*", "image/jpeg"),
        ("image/webp; q=0.000", "image/jpeg"),
        ("image/webpx", "image/jpeg"),
        ("image/*", "image/jpeg"),
        ("*/*", "image/jpeg"),
        ("", "image/jpeg"),
    ],
)
async def test_webp_is_for_those_who_name_it(walls: Guild, anna: Person, accept: str, kind: str) -> None:
    answer = await anna.get(f"/hall/{await developed(walls)}/small", headers={"Accept": accept})
    assert (answer.headers["content-type"], answer.headers["vary"]) == (kind, "Accept, Origin")
    assert f"image/{str(opened(answer.content).format).lower()}" == kind


async def test_the_archive_has_it_as_it_came(walls: Guild, anna: Person) -> None:
    picture = images.jpeg(400, 300, orientation=6, gps=True)
    picture_id = await taken_in(walls, picture)
    assert (await anna.get(f"/archive/{picture_id}")).content == picture
    assert (await facts(walls, picture_id)).state == "new"


async def test_the_street_shows_it_to_anybody(walls: Guild) -> None:
    answer = await (await walls.client()).get(f"/street/{await developed(walls)}/small")
    assert answer.status_code == 200


@pytest.mark.parametrize("number", ["12345", "0", "-5", "2147483647"])
async def test_where_there_is_no_picture_it_is_404(walls: Guild, anna: Person, number: str) -> None:
    assert code(await anna.get(f"/hall/{number}/small")) == (404, "picture_not_found")
    assert code(await (await walls.client()).get(f"/street/{number}/small")) == (404, "picture_not_found")


@pytest.mark.parametrize("path", ["x/small", "99999999999999999999/small", "1/huge", "%F0%9F%90%B8/small", "1.5/large"])
async def test_a_path_that_names_no_picture_is_422(anna: Person, path: str) -> None:
    assert (await anna.get(f"/hall/{path}")).status_code == 422


async def test_who_may_not_enter_learns_nothing(walls: Guild) -> None:
    picture_id = await developed(walls)
    stranger, outside = await walls.user(), await walls.client()
    for number in (picture_id, 12345):
        assert (await stranger.get(f"/hall/{number}/small")).status_code == 403
        assert (await outside.get(f"/hall/{number}/small")).status_code == 401


@pytest.mark.parametrize("room", ["hall", "street"])
async def test_showing_takes_one_statement(walls: Guild, anna: Person, room: str) -> None:
    picture_id = await developed(walls)
    with walls.statements() as statements:
        assert (await anna.get(f"/{room}/{picture_id}/small", headers=WEBP)).status_code == 200
    assert len(statements) == 1


async def test_who_knows_it_already_gets_nothing_anew(walls: Guild, anna: Person) -> None:
    path = f"/hall/{await developed(walls)}/small"
    etag = (await anna.get(path)).headers["etag"]
    again = await anna.get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert (await anna.get(path, headers={"If-None-Match": etag} | WEBP)).status_code == 200


async def test_it_is_developed_when_somebody_asks_before_its_job(walls: Guild, anna: Person) -> None:
    picture_id = await taken_in(walls, images.jpeg(1600, 1200))
    answer = await anna.get(f"/hall/{picture_id}/medium")
    assert (answer.status_code, opened(answer.content).width) == (200, 500)
    assert len(await renditions(walls, picture_id)) == developing.RENDITIONS


async def test_fifty_at_once_in_two_processes_have_it_developed_once(walls: Guild) -> None:
    picture_id = await taken_in(walls, images.jpeg(1600, 1200))
    async with house_with(house(), walls) as other:  # another process is another application
        doors = [await house.client() for house in (walls, other)]
        with walls.statements() as statements:
            asked = [doors[number % 2].get(f"/street/{picture_id}/large", headers=WEBP) for number in range(50)]
            answers = await asyncio.gather(*asked)
    assert {(answer.status_code, answer.content == answers[0].content) for answer in answers} == {(200, True)}
    assert len([one for one in statements if one.startswith(MADE)]) == 1


async def test_those_who_wait_for_many_pictures_leave_connections_for_others(walls: Guild, anna: Person) -> None:
    ids = [await taken_in(walls, images.jpeg(1600, 1200, seed=number)) for number in range(15)]
    most = 0

    async def watch() -> None:
        nonlocal most
        database: Database = walls.database
        while True:
            most = max(most, database.connections().in_use)
            await asyncio.sleep(0.001)

    watching = asyncio.create_task(watch())
    answers = await asyncio.gather(*(anna.get(f"/hall/{number}/small") for number in ids))
    watching.cancel()
    assert {answer.status_code for answer in answers} == {200}
    assert most == 1


async def test_who_goes_away_while_waiting_takes_nothing_from_the_others(walls: Guild) -> None:
    picture_id, door = await taken_in(walls, images.jpeg(1600, 1200)), await walls.client()
    first, second = (asyncio.create_task(door.get(f"/street/{picture_id}/small")) for _ in range(2))
    while walls.database.connections().in_use == 0:  # noqa: ASYNC110 - until it is being developed
        await asyncio.sleep(0.001)
    first.cancel()
    assert (await second).status_code == 200


async def test_a_picture_that_could_not_be_developed_is_not_there(walls: Guild, anna: Person) -> None:
    picture_id = await taken_in(walls, images.jpeg(seed=5))
    key = (await files(walls))[0].key
    await put(store().url, key, images.truncated())
    for _ in range(2):
        assert code(await anna.get(f"/hall/{picture_id}/small")) == (404, "picture_not_found")
    assert (await facts(walls, picture_id)).state == "broken"


async def test_one_whose_original_is_not_in_its_place_is_503_until_it_is_back(walls: Guild, anna: Person) -> None:
    picture_id = await taken_in(walls, images.jpeg(seed=6))
    key = (await files(walls))[0].key
    original = await read(key)
    await remove(store(), key)
    assert code(await anna.get(f"/hall/{picture_id}/small")) == (503, "file_missing")
    await put(store().url, key, original)
    assert (await anna.get(f"/hall/{picture_id}/small")).status_code == 200
