"""Albums: made, found, changed, removed; who may, who may not, and what is not there."""

from typing import Any

import pytest

from tests.domains.gallery.albums import BALL, album, placed, shelves
from tests.guild import Guild, code

NOWHERE = 2_000_000_000


async def test_a_keeper_makes_an_album_and_a_member_finds_it(guild: Guild) -> None:
    keeper, anna = await guild.holder("manage:Gallery"), await guild.member()
    made = await keeper.post("/albums/", json=BALL)
    assert made.status_code == 200
    more = {"photographer": [], "cover_id": None, "picture_count": 0, "watermarked": False}
    expected = BALL | more | {"id": made.json()["id"]}
    assert made.json() == expected
    assert (await anna.get("/albums/all")).json() == [expected]
    assert (await anna.get(f"/albums/{made.json()['id']}")).json() == expected


ROUTES: list[tuple[str, str, Any]] = [
    ("POST", "/albums/", BALL),
    ("PATCH", "/albums/{album}", {"location": "Kårhuset"}),
    ("PATCH", "/albums/add_photographer", {"user_id": 1, "album_id": 1}),
    ("PATCH", "/albums/remove_photographer", {"user_id": 1, "album_id": 1}),
    ("DELETE", "/albums/{album}", None),
    ("DELETE", "/albums/year/2026", None),
    ("GET", "/albums/hide-wishes", None),
    ("PATCH", "/albums/hide-wishes/1", {"decision": "hide"}),
    ("DELETE", "/img/1", None),
]


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
async def test_what_keepers_do_is_for_keepers(guild: Guild, method: str, path: str, body: Any) -> None:
    where = path.format(album=await album(guild))
    nobody, anna = await guild.client(), await guild.member()
    assert code(await nobody.request(method, where, json=body)) == (401, "not_authenticated")
    assert code(await anna.request(method, where, json=body)) == (403, "missing_permission")


@pytest.mark.parametrize(
    "path",
    [
        "/albums/all",
        "/albums/{album}",
        "/albums/{album}/pictures",
        "/albums/{album}/zip",
        "/img/album/{album}",
        "/img/images/{image}/small",
        "/img/stream/{image}",
        "/img/{image}/raw",
    ],
)
async def test_what_members_see_is_for_members(guild: Guild, path: str) -> None:
    album_id = await album(guild)
    where = path.format(album=album_id, image=await placed(guild, album_id))
    nobody, guest, unverified = await guild.client(), await guild.user(), await guild.user(is_verified=False)
    assert code(await nobody.get(where)) == (401, "not_authenticated")
    assert code(await unverified.get(where)) == (401, "not_authenticated")
    assert code(await guest.get(where)) == (403, "not_member")


async def test_an_album_that_is_not_there_is_not_found(guild: Guild) -> None:
    keeper = await guild.holder("manage:Gallery")
    there = {"user_id": keeper.id, "album_id": NOWHERE}
    for asked in (
        keeper.get(f"/albums/{NOWHERE}"),
        keeper.patch(f"/albums/{NOWHERE}", json={}),
        keeper.delete(f"/albums/{NOWHERE}"),
        keeper.get(f"/albums/{NOWHERE}/pictures"),
        keeper.get(f"/albums/{NOWHERE}/zip"),
        keeper.patch("/albums/add_photographer", json=there),
        keeper.patch("/albums/remove_photographer", json=there),
    ):
        assert code(await asked) == (404, "album_not_found")
    assert (await keeper.get(f"/img/album/{NOWHERE}")).json() == []


async def test_albums_of_a_year_are_told_apart_by_the_swedish_title(guild: Guild) -> None:
    keeper = await guild.holder("manage:Gallery")
    await album(guild)
    assert code(await keeper.post("/albums/", json=BALL | {"title_sv": "Vår-balen!"})) == (409, "album_taken")
    assert (await keeper.post("/albums/", json=BALL | {"year": 2025})).status_code == 200
    assert (await keeper.post("/albums/", json=BALL | {"title_sv": "Höstbalen"})).status_code == 200


async def test_a_renamed_album_takes_no_name_that_is_taken_and_frees_its_own(guild: Guild) -> None:
    keeper = await guild.holder("manage:Gallery")
    spring, autumn = await album(guild), await album(guild, title_sv="Höstbalen")
    assert code(await keeper.patch(f"/albums/{autumn}", json={"title_sv": "Vårbalen"})) == (409, "album_taken")
    assert (await keeper.patch(f"/albums/{spring}", json={"title_sv": "Sommarbalen"})).status_code == 200
    assert (await keeper.patch(f"/albums/{autumn}", json={"title_sv": "Vårbalen"})).json()["title_sv"] == "Vårbalen"


async def test_a_title_without_letters_makes_no_album(guild: Guild) -> None:
    keeper = await guild.holder("manage:Gallery")
    assert code(await keeper.post("/albums/", json=BALL | {"title_sv": "!!! ☀"})) == (400, "title_unusable")
    spring = await album(guild)
    assert code(await keeper.patch(f"/albums/{spring}", json={"title_sv": "…"})) == (400, "title_unusable")


@pytest.mark.parametrize(
    "wrong",
    [
        {"title_sv": "x" * 301},
        {"title_en": ""},
        {"desc_sv": "x" * 2001},
        {"year": 10**12},
        {"date": "2026-05-09T16:00:00+02:00"},
        {"location": "\x00"},
    ],
)
async def test_an_album_that_does_not_fit_is_422(guild: Guild, wrong: dict[str, Any]) -> None:
    keeper = await guild.holder("manage:Gallery")
    assert (await keeper.post("/albums/", json=BALL | wrong)).status_code == 422


async def test_only_what_was_sent_is_changed_and_null_keeps(guild: Guild) -> None:
    keeper = await guild.holder("manage:Gallery")
    spring = await album(guild)
    sent = {"title_en": "Ball", "desc_sv": "", "desc_en": None, "year": 1999, "date": "1999-01-01T00:00:00Z"}
    changed = (await keeper.patch(f"/albums/{spring}", json=sent)).json()
    assert {name: changed[name] for name in BALL} == BALL | {"title_en": "Ball", "desc_sv": ""}


async def test_the_newest_year_comes_first_and_the_newest_of_a_year(guild: Guild) -> None:
    anna = await guild.member()
    old = await album(guild, year=2024)
    may = await album(guild)
    october = await album(guild, title_sv="Höstbalen", date="2026-10-01T16:00:00Z")
    assert [found["id"] for found in (await anna.get("/albums/all")).json()] == [october, may, old]


async def test_an_album_with_pictures_stays(guild: Guild) -> None:
    keeper = await guild.holder("manage:Gallery")
    spring = await album(guild, keeper)
    image = await placed(guild, spring)
    assert code(await keeper.delete(f"/albums/{spring}")) == (409, "album_not_empty")
    assert (await keeper.delete(f"/img/{image}")).json() == {"message": "File removed successfully"}
    removed = await keeper.delete(f"/albums/{spring}")
    assert (removed.status_code, removed.json()["photographer"][0]["user"]["id"]) == (200, keeper.id)
    assert code(await keeper.get(f"/albums/{spring}")) == (404, "album_not_found")


async def test_a_year_goes_only_when_no_album_stands_there(guild: Guild) -> None:
    keeper = await guild.holder("manage:Gallery")
    assert code(await keeper.delete("/albums/year/2026")) == (404, "year_not_found")
    spring = await album(guild)
    assert code(await keeper.delete("/albums/year/2026")) == (409, "year_not_empty")
    await keeper.delete(f"/albums/{spring}")
    assert (await keeper.delete("/albums/year/2026")).json() == {"message": "Year successfully deleted"}
    assert code(await keeper.delete("/albums/year/2026")) == (404, "year_not_found")


async def test_the_cover_is_the_first_that_members_see_or_the_chosen_one(guild: Guild) -> None:
    keeper = await guild.holder("manage:Gallery")
    spring, other = await album(guild), await album(guild, year=2025)
    hidden = await placed(guild, spring, seed=1, visibility="hidden")
    first, second = await placed(guild, spring, seed=2), await placed(guild, spring, seed=3)
    elsewhere = await placed(guild, other, seed=4)
    found = (await keeper.get(f"/albums/{spring}")).json()
    assert (found["cover_id"], found["picture_count"]) == (first, 2)

    async def chosen(cover: int | None) -> Any:
        return await keeper.patch(f"/albums/{spring}", json={"cover_id": cover})

    assert (await chosen(second)).json()["cover_id"] == second
    assert code(await chosen(elsewhere)) == (404, "not_in_the_album")
    assert (await keeper.get(f"/albums/{spring}")).json()["cover_id"] == second
    assert (await chosen(hidden)).json()["cover_id"] == first
    assert (await chosen(None)).json()["cover_id"] == first


async def test_lists_take_as_many_statements_for_sixty_albums_as_for_one(guild: Guild) -> None:
    anna = await guild.member()
    await shelves(guild, 60, 2000)
    some = (await anna.get("/albums/all")).json()[0]["id"]
    with guild.statements() as seen:
        assert len((await anna.get("/albums/all")).json()) == 60
    assert len(seen) == 2, seen
    with guild.statements() as seen:
        page = (await anna.get(f"/albums/{some}/pictures")).json()
    assert page["total"] in (33, 34)
    assert len(page["pictures"]) == page["total"]
    assert len(seen) == 3, seen
