"""Taking pictures in: kept as they came, or refused with nothing kept; and letting them go."""

import asyncio
import hashlib
import io

import pytest

from guildhall.core.errors import Conflict, Refusal, TooLarge
from guildhall.platform.storage import read, received, store
from guildhall.shared.pictures.errors import BrokenPicture, EmptyFile, NotAPicture, TooManyPixels
from guildhall.shared.pictures.service import intake
from tests import images
from tests.guild import Guild, configured
from tests.platform.storage.shelves import held
from tests.platform.work import waiting
from tests.shared.pictures.rolls import MOST, count, developed, facts, files, renditions, taken_in, work


class KnownAlready(Conflict):
    code, en, sv = "tests_known_already", "It is here already", "Den finns redan"


async def refused(guild: Guild, picture: bytes) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        await taken_in(guild, picture)
    return refusal.value


async def test_a_picture_is_kept_as_it_came(guild: Guild) -> None:
    picture = images.jpeg(400, 300, gps=True, orientation=6)
    await taken_in(guild, picture)
    (file,) = await files(guild)
    assert (file.kind, file.content_type, file.size) == ("originals", "image/jpeg", len(picture))
    assert await read(file.key) == picture


async def test_it_is_known_by_its_size_upright_and_waits_for_its_renditions(guild: Guild) -> None:
    picture_id = await taken_in(guild, images.jpeg(400, 300, orientation=6), watermarked=True)
    picture = await facts(guild, picture_id)
    assert (picture.width, picture.height, picture.watermarked, picture.state) == (400, 300, True, "new")
    assert len(picture.thumbhash) > 20
    assert await waiting(guild) == [("pictures.develop", {"picture_id": picture_id}, "todo", 0, "pictures")]


@pytest.mark.parametrize(
    ("file", "kind", "status"),
    [
        (b"", EmptyFile, 400),
        (images.html(), NotAPicture, 415),
        (images.svg(), NotAPicture, 415),
        (images.truncated(), BrokenPicture, 400),
        (images.bomb(), TooManyPixels, 413),
    ],
    ids=["empty", "html", "svg", "truncated", "bomb"],
)
async def test_what_is_refused_leaves_nothing(guild: Guild, file: bytes, kind: type[Refusal], status: int) -> None:
    refusal = await refused(guild, file)
    assert (type(refusal), refusal.status) == (kind, status)
    assert await count(guild, "pictures") == await count(guild, "stored_files") == 0
    assert await waiting(guild) == []


async def test_too_many_pixels_are_told_with_the_limit_in_both_languages(guild: Guild) -> None:
    refusal = await refused(guild, images.bomb())
    assert refusal.detail("en") == "The picture has more than 100 million pixels"
    assert refusal.detail("sv") == "Bilden har mer än 100 miljoner bildpunkter"


async def test_a_file_above_the_limit_is_refused(guild: Guild) -> None:
    with configured(picture_limit="2048"):
        assert isinstance(await refused(guild, b"\0" * 2049), TooLarge)
        assert isinstance(await refused(guild, b"\0" * 2048), NotAPicture)


async def test_an_owner_may_refuse_what_it_has_already_before_anything_is_kept(guild: Guild) -> None:
    asked: list[bytes] = []

    async def refuse(sha256: bytes) -> None:
        asked.append(sha256)
        raise KnownAlready

    with pytest.raises(KnownAlready):
        await taken_in(guild, images.jpeg(), refuse=refuse)
    assert asked == [hashlib.sha256(images.jpeg()).digest()]
    assert await count(guild, "stored_files") == 0


async def test_no_connection_is_held_while_a_picture_is_looked_at(guild: Guild) -> None:
    taking = asyncio.create_task(taken_in(guild, images.noisy(2000, 1500)))
    seen = set[int]()
    while not taking.done():
        seen.add(guild.database.connections().in_use)
        await asyncio.sleep(0)
    assert 0 in seen
    await taking


async def test_a_transaction_that_fails_leaves_no_picture(guild: Guild) -> None:
    with pytest.raises(KnownAlready):
        async with guild.session() as session, received(io.BytesIO(images.jpeg()), MOST) as file:
            await intake.take_in(session, file)
            raise KnownAlready
    assert await count(guild, "pictures") == await count(guild, "stored_files") == 0
    assert await waiting(guild) == []


async def test_many_take_the_same_picture_in_at_once_and_it_lies_there_once(guild: Guild) -> None:
    ids = await asyncio.gather(*(taken_in(guild, images.jpeg()) for _ in range(8)))
    assert len(set(ids)) == 8
    assert len(await files(guild)) == 1


async def test_taking_in_takes_a_handful_of_statements(guild: Guild) -> None:
    with guild.statements() as statements:
        await taken_in(guild, images.noisy(400, 300))
    assert len(statements) == 4  # the lock on the file, the file, the picture, the job


async def test_who_is_removed_leaves_no_file(guild: Guild) -> None:
    some = [await developed(guild, images.jpeg(seed=number)) for number in range(2)]
    keys = {file.key for file in await files(guild)}
    assert keys <= set(await held(store().url))
    async with guild.session() as session:
        await intake.remove(session, some)
    await work(guild)
    assert (
        await count(guild, "pictures")
        == await count(guild, "picture_renditions")
        == await count(guild, "stored_files")
        == 0
    )
    assert not keys & set(await held(store().url))


async def test_what_another_picture_has_too_stays(guild: Guild) -> None:
    one, other = await developed(guild, images.jpeg()), await developed(guild, images.jpeg())
    before = await renditions(guild, other)
    async with guild.session() as session:
        await intake.remove(session, [one])
    await work(guild)
    assert await renditions(guild, other) == before


async def test_removing_many_takes_as_many_statements_as_removing_one(guild: Guild) -> None:
    ids = [await developed(guild, images.jpeg(seed=number)) for number in range(4)]
    needed: list[int] = []
    for some in (ids[:1], ids[1:]):
        with guild.statements() as statements:
            async with guild.session() as session:
                await intake.remove(session, some)
        needed.append(len(statements))
    assert needed == [4, 4]


async def test_a_removed_picture_that_waits_for_its_job_is_not_developed(guild: Guild) -> None:
    picture_id = await taken_in(guild)
    async with guild.session() as session:
        await intake.remove(session, [picture_id])
    await work(guild)
    assert await waiting(guild) == []
    assert await files(guild) == []
