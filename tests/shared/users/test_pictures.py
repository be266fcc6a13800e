"""The picture of a user."""

import asyncio
import io

from PIL import Image
from sqlalchemy import select, text

from guildhall.core.manifest import Domain
from guildhall.platform.storage import StoredFile
from guildhall.platform.storage.domain import domain as storage
from guildhall.shared.pictures.domain import domain as pictures
from guildhall.shared.pictures.models import Picture
from guildhall.shared.users.models import User
from tests import images
from tests.guild import Guild, Person, code, configured
from tests.platform.work import work_off

DARKROOM = Domain("both", jobs=(*pictures.jobs, *storage.jobs))
NOBODY = (401, "not_authenticated")


async def upload(person: Person, content: bytes | None = None, name: str = "me.jpg") -> None:
    answer = await person.post("/users/image", files={"image": (name, content or images.jpeg(60, 40))})
    assert (answer.status_code, answer.json()) == (200, None)


async def dimensions(person: Person, path: str) -> tuple[int, int]:
    answer = await person.get(path)
    assert answer.status_code == 200
    return Image.open(io.BytesIO(answer.content)).size


async def test_a_member_shows_a_picture_of_themselves_to_members(guild: Guild) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    await upload(anna, images.jpeg(1500, 1200))
    sizes = {"small": (200, 160), "medium": (500, 400), "large": (1000, 800), "original": (1500, 1200)}
    for size, wanted in sizes.items():
        assert await dimensions(bo, f"/users/{anna.id}/image/{size}") == wanted
    assert await dimensions(bo, f"/users/{anna.id}/image/stream") == (1500, 1200)


async def test_a_client_that_takes_webp_gets_it_and_others_jpeg(guild: Guild) -> None:
    anna = await guild.member()
    await upload(anna)
    for accepted, kind in (("image/webp,*/*", "image/webp"), ("*/*", "image/jpeg"), ("image/jpeg", "image/jpeg")):
        answer = await anna.get(f"/users/{anna.id}/image/small", headers={"Accept": accepted})
        assert (answer.headers["content-type"], "Accept" in answer.headers["vary"]) == (kind, True)


async def test_a_client_that_has_it_is_told_so(guild: Guild) -> None:
    anna = await guild.member()
    await upload(anna)
    path = f"/users/{anna.id}/image/small"
    first = await anna.get(path)
    assert first.headers["cache-control"] == "private, no-cache"
    again = await anna.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    await upload(anna, images.jpeg(60, 40, seed=2))
    assert (await anna.get(path, headers={"If-None-Match": first.headers["etag"]})).status_code == 200


async def test_a_head_is_an_answer_without_its_body(guild: Guild) -> None:
    anna = await guild.member()
    await upload(anna)
    path = f"/users/{anna.id}/image/large"
    whole, head = await anna.get(path), await anna.request("HEAD", path)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(whole.content)))


async def test_a_picture_that_is_there_costs_one_statement(guild: Guild) -> None:
    anna = await guild.member()
    await upload(anna)
    await anna.get(f"/users/{anna.id}/image/small")
    with guild.statements() as seen:
        assert (await anna.get(f"/users/{anna.id}/image/small")).status_code == 200
    assert len(seen) == 1


async def test_only_members_see_pictures_and_only_members_show_some(guild: Guild) -> None:
    anna, guest, nobody = await guild.member(), await guild.user(), await guild.client()
    await upload(anna)
    file = {"image": ("me.jpg", images.jpeg())}
    for asker, refusal in ((guest, (403, "not_member")), (nobody, NOBODY)):
        assert code(await asker.get(f"/users/{anna.id}/image/small")) == refusal
        assert code(await asker.post("/users/image", files=file)) == refusal
        assert code(await asker.delete("/users/image")) == refusal


async def test_without_a_picture_there_is_none(guild: Guild) -> None:
    anna = await guild.member()
    for user_id in (anna.id, 0):
        for size in ("small", "original", "stream"):
            assert code(await anna.get(f"/users/{user_id}/image/{size}")) == (404, "picture_not_found")
    assert (await anna.get(f"/users/{anna.id}/image/huge")).status_code == 422
    assert (await anna.get("/users/anna/image/small")).status_code == 422


async def test_a_new_picture_replaces_the_old_one_and_its_files(guild: Guild) -> None:
    anna = await guild.member()
    await upload(anna, images.jpeg(60, 40))
    await work_off(guild, DARKROOM)
    await upload(anna, images.jpeg(80, 40, seed=2))
    await work_off(guild, DARKROOM)
    assert await dimensions(anna, f"/users/{anna.id}/image/original") == (80, 40)
    async with guild.session() as session:
        assert len((await session.scalars(select(Picture))).all()) == 1
        files = {file.id for file in await session.scalars(select(StoredFile))}
        needed = text("SELECT original_id FROM pictures UNION SELECT file_id FROM picture_renditions")
        assert files == set(await session.scalars(needed))


async def test_of_two_uploads_at_once_one_picture_stays(guild: Guild) -> None:
    anna = await guild.member()
    await asyncio.gather(*(upload(anna, images.jpeg(60 + number, 40, seed=number)) for number in range(4)))
    async with guild.session() as session:
        (picture,) = await session.scalars(select(Picture))
        assert await session.scalar(select(User.picture_id)) == picture.id


async def test_a_member_takes_the_picture_away_as_often_as_they_like(guild: Guild) -> None:
    anna = await guild.member()
    await upload(anna)
    for _ in range(2):
        assert (await anna.delete("/users/image")).status_code == 204
    assert code(await anna.get(f"/users/{anna.id}/image/small")) == (404, "picture_not_found")


async def test_the_picture_goes_with_the_account(guild: Guild) -> None:
    anna, boss = await guild.member(), await guild.holder("super:User")
    await upload(anna)
    async with guild.session() as session:
        (await session.get_one(User, anna.id)).is_member = False
    assert (await boss.delete(f"/users/admin/{anna.id}")).status_code == 204
    async with guild.session() as session:
        assert (await session.scalars(select(Picture))).all() == []


async def test_what_is_no_picture_is_refused_and_the_old_one_stays(guild: Guild) -> None:
    anna = await guild.member()
    await upload(anna)
    answer = await anna.post("/users/image", files={"image": ("me.jpg", b"<script>alert(1)</script>")})
    assert code(answer) == (415, "not_a_picture")
    assert await dimensions(anna, f"/users/{anna.id}/image/original") == (60, 40)


async def test_uploads_have_a_limit(guild: Guild) -> None:
    with configured(rate_limit_pictures="2/minute"):
        anna = await guild.member()
        answers = [await anna.post("/users/image", files={"image": ("a.jpg", images.jpeg())}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
