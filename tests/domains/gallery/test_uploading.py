"""Pictures put into albums, one by one and many at once, and taken out."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import func, select

from guildhall.domains.gallery.models import AlbumPicture
from guildhall.domains.gallery.rules import MOST_FILES
from guildhall.platform.storage import StoredFile
from guildhall.shared.pictures.models import Picture
from tests import images
from tests.domains.gallery.albums import album, ids_in, many, one, placed
from tests.guild import Guild, Person, code, configured

NOWHERE = 2_000_000_000
SAVED = {"message": "File saved successfully"}


async def counted(guild: Guild, table: Any) -> int:
    async with guild.session() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def results(person: Person, album_id: int, *files: tuple[str, bytes], **how: Any) -> list[dict[str, Any]]:
    answer = await person.post(f"/albums/{album_id}/pictures", **many(*files), **how)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_keeper_puts_a_picture_into_an_album(guild: Guild) -> None:
    keeper, anna = await guild.holder("manage:Gallery"), await guild.member()
    spring = await album(guild)
    picture = images.jpeg(gps=True)
    answer = await keeper.post(f"/img/?album_id={spring}", **one(picture))
    assert (answer.status_code, answer.json()) == (200, SAVED)
    (image,) = await ids_in(anna, spring)
    async with guild.session() as session:
        row = await session.get_one(AlbumPicture, image)
    assert (row.sha256, row.uploaded_by, row.photographer_id) == (hashlib.sha256(picture).digest(), keeper.id, None)


@pytest.mark.parametrize(
    ("name", "content", "refusal"),
    [
        ("bild.jpg", b"", (400, "empty_picture")),
        ("bild.jpg", images.html(), (415, "not_a_picture")),
        ("bild.jpg", images.truncated(), (400, "broken_picture")),
        ("bild.exe", images.jpeg(), (415, "wrong_extension")),
        ("x" * 200 + ".jpg", images.jpeg(), (400, "file_name_too_long")),
    ],
)
async def test_a_bad_file_is_refused_and_leaves_nothing(
    guild: Guild, name: str, content: bytes, refusal: tuple[int, str]
) -> None:
    keeper = await guild.holder("manage:Gallery")
    spring = await album(guild)
    assert code(await keeper.post(f"/img/?album_id={spring}", **one(content, name))) == refusal
    for table in (AlbumPicture, Picture, StoredFile):
        assert await counted(guild, table) == 0


async def test_an_album_has_the_same_bytes_once_and_another_has_them_too(guild: Guild) -> None:
    keeper = await guild.holder("manage:Gallery")
    spring, autumn = await album(guild), await album(guild, title_sv="Höstbalen")
    for album_id in (spring, autumn):
        assert (await keeper.post(f"/img/?album_id={album_id}", **one(images.jpeg()))).status_code == 200
    again = await keeper.post(f"/img/?album_id={spring}", **one(images.jpeg(), "another.jpg"))
    assert code(again) == (409, "picture_is_there")
    assert len(await ids_in(keeper, spring)) == 1


async def test_the_old_route_is_for_keepers_and_for_albums_that_are_there(guild: Guild) -> None:
    keeper, photographer, nobody = await guild.holder("manage:Gallery"), await guild.member(), await guild.client()
    spring = await album(guild, photographer)
    sent = one(images.jpeg())
    assert code(await nobody.post(f"/img/?album_id={spring}", **sent)) == (401, "not_authenticated")
    assert code(await photographer.post(f"/img/?album_id={spring}", **sent)) == (403, "missing_permission")
    assert code(await keeper.post(f"/img/?album_id={NOWHERE}", **sent)) == (404, "album_not_found")
    assert (await keeper.post(f"/img/?album_id={spring}")).status_code == 422
    assert code(await keeper.delete(f"/img/{NOWHERE}")) == (404, "picture_not_found")


async def test_a_picture_that_is_taken_out_is_gone_with_its_row(guild: Guild) -> None:
    keeper = await guild.holder("manage:Gallery")
    spring = await album(guild)
    image = await placed(guild, spring)
    assert (await keeper.delete(f"/img/{image}")).json() == {"message": "File removed successfully"}
    assert await ids_in(keeper, spring) == []
    assert await counted(guild, Picture) == 0
    assert (await keeper.post(f"/img/?album_id={spring}", **one(images.jpeg(gps=True)))).json() == SAVED


async def test_many_files_get_an_answer_each_and_a_bad_one_stops_nothing(guild: Guild) -> None:
    photographer = await guild.member()
    spring = await album(guild, photographer)
    there = await placed(guild, spring, seed=9)
    with configured(picture_limit="60000"):
        found = await results(
            photographer,
            spring,
            ("good.jpg", images.jpeg(seed=1)),
            ("page.jpg", images.html()),
            ("folder/same.jpg", images.jpeg(seed=1)),
            ("there.jpg", images.jpeg(seed=9, gps=True)),
            ("large.png", images.png() + bytes(60_000)),
            ("empty.jpg", b""),
            ("drawing.svg", images.svg()),
            ("last.heic", images.heic(seed=2)),
            headers={"Accept-Language": "sv"},
        )
    _, first, last = await ids_in(photographer, spring)
    assert [(it["file_name"], it["status"], it["code"], it["id"]) for it in found] == [
        ("good.jpg", "created", None, first),
        ("page.jpg", "refused", "not_a_picture", None),
        ("same.jpg", "duplicate", "picture_is_there", first),
        ("there.jpg", "duplicate", "picture_is_there", there),
        ("large.png", "refused", "too_large", None),
        ("empty.jpg", "refused", "empty_picture", None),
        ("drawing.svg", "refused", "wrong_extension", None),
        ("last.heic", "created", None, last),
    ]
    assert found[2]["detail"] == "Bilden finns redan i albumet"


async def test_a_photographer_is_credited_and_a_keeper_names_who_took_it(guild: Guild) -> None:
    photographer, keeper = await guild.member("Foto"), await guild.holder("manage:Gallery")
    spring = await album(guild, photographer)
    await results(photographer, spring, ("mine.jpg", images.jpeg(seed=1)))
    await results(keeper, spring, ("nobodys.jpg", images.jpeg(seed=2)))
    named = {"photographer_id": photographer.id}
    await results(keeper, spring, ("theirs.jpg", images.jpeg(seed=3)), params=named)
    listed = (await keeper.get(f"/albums/{spring}/pictures")).json()["pictures"]
    credited = [it["photographer"] and it["photographer"]["id"] for it in listed]
    assert credited == [photographer.id, None, photographer.id]
    wrong = await keeper.post(
        f"/albums/{spring}/pictures", **many(("x.jpg", images.jpeg())), params={"photographer_id": keeper.id}
    )
    assert code(wrong) == (404, "not_photographer")


async def test_only_who_fills_the_album_may_send_files(guild: Guild) -> None:
    other, former = await guild.member("Other"), await guild.user("Former")
    spring, autumn = await album(guild, former), await album(guild, other, title_sv="Höstbalen")
    path, sent = f"/albums/{spring}/pictures", many(("x.jpg", images.jpeg()))
    nobody, keeper = await guild.client(), await guild.holder("manage:Gallery")
    assert code(await nobody.post(path, **sent)) == (401, "not_authenticated")
    assert code(await other.post(path, **sent)) == (403, "not_your_album")
    assert code(await former.post(path, **sent)) == (403, "not_your_album")
    assert code(await keeper.post(f"/albums/{NOWHERE}/pictures", **sent)) == (404, "album_not_found")
    assert (await results(other, autumn, ("x.jpg", images.jpeg())))[0]["status"] == "created"


async def test_what_a_stranger_sends_is_not_read(guild: Guild) -> None:
    stranger = await guild.member()
    spring, read = await album(guild), list[int]()

    async def body() -> AsyncIterator[bytes]:
        read.append(1)
        yield b"--x\r\n"

    form = {"Content-Type": "multipart/form-data; boundary=x"}
    assert code(await stranger.post(f"/albums/{spring}/pictures", content=body(), headers=form))[0] == 403
    assert read == []


async def test_a_form_without_files_with_too_many_or_that_is_none_is_refused(guild: Guild) -> None:
    keeper = await guild.holder("manage:Gallery")
    path = f"/albums/{await album(guild)}/pictures"
    too_many = [(f"{number}.jpg", b"x") for number in range(MOST_FILES + 1)]
    assert code(await keeper.post(path, json={})) == (400, "no_files")
    assert code(await keeper.post(path, files={"other": ("x.jpg", b"x")})) == (400, "no_files")
    assert code(await keeper.post(path, **many(*too_many))) == (413, "too_many_files")
    broken = {"content": b"nonsense", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}
    assert code(await keeper.post(path, **broken)) == (400, "malformed")
    without = {"content": b"nonsense", "headers": {"Content-Type": "multipart/form-data"}}
    assert code(await keeper.post(path, **without)) == (400, "malformed")


async def test_many_files_may_have_more_bytes_than_one(guild: Guild) -> None:
    keeper = await guild.holder("manage:Gallery")
    spring, half = await album(guild), bytes(17 * 1024 * 1024)
    found = await results(keeper, spring, ("a.jpg", half), ("b.jpg", half))
    assert [it["code"] for it in found] == ["not_a_picture", "not_a_picture"]
    assert code(await keeper.post(f"/img/?album_id={spring}", **one(half + half))) == (413, "too_large")


async def test_pictures_of_an_album_that_asks_for_it_are_watermarked(guild: Guild) -> None:
    keeper = await guild.holder("manage:Gallery")
    spring = await album(guild, watermarked=True)
    await results(keeper, spring, ("a.jpg", images.jpeg(seed=1)))
    changed = await keeper.patch(f"/albums/{spring}", json={"watermarked": False})
    assert changed.json()["watermarked"] is False
    await results(keeper, spring, ("b.jpg", images.jpeg(seed=2)))
    async with guild.session() as session:
        assert list(await session.scalars(select(Picture.watermarked).order_by(Picture.id))) == [True, False]


async def test_the_same_bytes_sent_twice_at_once_are_there_once(guild: Guild) -> None:
    keeper, other = await guild.holder("manage:Gallery"), await guild.holder("manage:Gallery")
    spring = await album(guild)
    picture = images.jpeg(seed=5)
    both = await asyncio.gather(
        *(results(one_of, spring, ("a.jpg", picture), ("b.jpg", picture)) for one_of in (keeper, other))
    )
    assert sorted(it["status"] for found in both for it in found) == ["created", "duplicate", "duplicate", "duplicate"]
    assert {it["id"] for found in both for it in found} == set(await ids_in(keeper, spring))


async def test_of_many_who_send_the_same_by_the_old_route_one_succeeds(guild: Guild) -> None:
    keeper = await guild.holder("manage:Gallery")
    spring = await album(guild)
    answers = await asyncio.gather(
        *(keeper.post(f"/img/?album_id={spring}", **one(images.jpeg(seed=6))) for _ in range(5))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]
    assert await counted(guild, Picture) == 1
