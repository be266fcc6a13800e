"""Pictures of albums as they are looked at: by whom, in one statement, and without what the camera wrote."""

from typing import Any

import pytest

from tests import images
from tests.domains.gallery.albums import album, placed
from tests.guild import Guild, code

NOWHERE = 2_000_000_000
PATHS = ("/img/images/{}/small", "/img/images/{}/original", "/img/stream/{}")


@pytest.mark.parametrize("path", PATHS)
async def test_a_member_sees_a_picture_without_metadata(guild: Guild, path: str) -> None:
    anna = await guild.member()
    image = await placed(guild, await album(guild))
    seen = await anna.get(path.format(image))
    assert (seen.status_code, seen.headers["content-type"]) == (200, "image/jpeg")
    assert seen.headers["cache-control"] == "private, no-cache"
    assert images.SECRET.encode() not in seen.content
    again = await anna.get(path.format(image), headers={"If-None-Match": seen.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = await anna.client.head(path.format(image))
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", seen.headers["etag"])


@pytest.mark.parametrize("path", [*PATHS, "/img/album/{album}"])
async def test_looking_takes_one_statement(guild: Guild, path: str) -> None:
    photographer = await guild.member()
    spring = await album(guild, photographer)
    where = path.format(await placed(guild, spring), album=spring)
    await photographer.get(where)  # it is developed now
    with guild.statements() as seen:
        assert (await photographer.get(where)).status_code == 200
    assert len(seen) == 1, seen


@pytest.mark.parametrize("path", [*PATHS, "/img/{}/raw"])
async def test_a_hidden_picture_is_there_for_photographers_and_keepers_only(guild: Guild, path: str) -> None:
    anna, other, photographer = await guild.members("Anna", "Other", "Foto")
    keeper = await guild.holder("manage:Gallery")
    spring = await album(guild, photographer)
    await album(guild, other, title_sv="Höstbalen")
    for seed, visibility in enumerate(("hidden", "wished")):
        where = path.format(await placed(guild, spring, seed=seed, visibility=visibility))
        for person, status in ((anna, 404), (other, 404), (photographer, 200), (keeper, 200)):
            assert (await person.get(where)).status_code == status
        assert code(await anna.get(where)) == (404, "picture_not_found")


async def test_the_file_as_it_came_is_for_photographers_and_keepers(guild: Guild) -> None:
    anna, other, photographer = await guild.members("Anna", "Other", "Foto")
    keeper = await guild.holder("manage:Gallery")
    spring = await album(guild, photographer)
    await album(guild, other, title_sv="Höstbalen")
    path = f"/img/{await placed(guild, spring, seed=7)}/raw"
    for person in (photographer, keeper):
        assert (await person.get(path)).content == images.jpeg(seed=7, gps=True)
    for person in (anna, other):
        assert code(await person.get(path)) == (403, "not_your_album")


@pytest.mark.parametrize("path", [*PATHS, "/img/{}/raw"])
async def test_what_is_not_there_is_not_found_and_what_is_no_number_does_not_fit(guild: Guild, path: str) -> None:
    anna = await guild.member()
    assert code(await anna.get(path.format(NOWHERE))) == (404, "picture_not_found")
    assert (await anna.get(path.format("x"))).status_code == 422
    assert (await anna.get(path.format(10**12))).status_code == 422


async def test_a_size_that_is_none_does_not_fit(guild: Guild) -> None:
    anna = await guild.member()
    image = await placed(guild, await album(guild))
    wrong: dict[str, Any] = {"huge": 422, "small": 200}
    for size, status in wrong.items():
        assert (await anna.get(f"/img/images/{image}/{size}")).status_code == status


async def test_a_right_that_is_taken_away_counts_on_the_next_picture(guild: Guild) -> None:
    anna, boss = await guild.member(), await guild.holder("manage:User")
    path = f"/img/images/{await placed(guild, await album(guild))}/small"
    assert (await anna.get(path)).status_code == 200
    await boss.patch(f"/users/admin/member-status/{anna.id}", json={"is_member": False})
    assert code(await anna.get(path)) == (403, "not_member")
