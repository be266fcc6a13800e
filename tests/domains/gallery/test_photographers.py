"""Photographers of albums; and members who do not want to be on their pictures."""

from tests.domains.gallery.albums import album, ids_in, placed
from tests.guild import Guild, code

NOBODY = 2_000_000_000


async def test_an_album_names_its_photographers_as_swedish_sorts(guild: Guild) -> None:
    keeper = await guild.holder("manage:Gallery")
    anna, bo = await guild.member("Anna", last_name="Ök"), await guild.member("Bo", last_name="Zorn")
    spring = await album(guild, anna)
    answer = await keeper.patch("/albums/add_photographer", json={"user_id": bo.id, "album_id": spring})
    assert answer.status_code == 200
    expected = [
        {"user": {"id": bo.id, "first_name": "Bo", "last_name": "Zorn"}},
        {"user": {"id": anna.id, "first_name": "Anna", "last_name": "Ök"}},
    ]
    assert answer.json()["photographer"] == expected
    assert (await anna.get("/albums/all")).json()[0]["photographer"] == expected
    left = await keeper.patch("/albums/remove_photographer", json={"user_id": anna.id, "album_id": spring})
    assert left.json()["photographer"] == expected[:1]


async def test_one_is_a_photographer_of_an_album_once(guild: Guild) -> None:
    keeper, anna = await guild.holder("manage:Gallery"), await guild.member()
    spring = await album(guild)
    both = {"user_id": anna.id, "album_id": spring}
    assert code(await keeper.patch("/albums/remove_photographer", json=both)) == (404, "not_photographer")
    assert (await keeper.patch("/albums/add_photographer", json=both)).status_code == 200
    assert code(await keeper.patch("/albums/add_photographer", json=both)) == (409, "already_photographer")


async def test_a_user_who_is_not_there_takes_no_pictures(guild: Guild) -> None:
    keeper = await guild.holder("manage:Gallery")
    both = {"user_id": NOBODY, "album_id": await album(guild)}
    for word in ("add", "remove"):
        assert code(await keeper.patch(f"/albums/{word}_photographer", json=both)) == (404, "user_not_found")


async def test_who_leaves_the_guild_leaves_their_pictures_without_a_name(guild: Guild) -> None:
    boss, bo = await guild.holder("super:User", "manage:Gallery"), await guild.user("Bo")
    spring = await album(guild, bo)
    image = await placed(guild, spring, by=bo)
    assert (await boss.delete(f"/users/admin/{bo.id}")).status_code == 204
    assert (await boss.get(f"/albums/{spring}")).json()["photographer"] == []
    pictures = (await boss.get(f"/albums/{spring}/pictures")).json()["pictures"]
    assert [(one["id"], one["photographer"]) for one in pictures] == [(image, None)]


async def test_photographers_see_who_does_not_want_to_be_photographed(guild: Guild) -> None:
    photographer, anna, bo = await guild.members("Foto", "Anna", "Bo")
    await album(guild, photographer)
    assert (await anna.patch("/users/update/me", json={"photo_consent": False})).json()["photo_consent"] is False
    await bo.patch("/users/update/me", json={"photo_consent": True})
    await guild.user("Cecilia", photo_consent=False)  # no member
    no = await photographer.get("/albums/photo-consents")
    assert no.json()["total"] == 1
    assert [one["id"] for one in no.json()["members"]] == [anna.id]
    assert (await photographer.get("/albums/photo-consents?name=bosse")).json() == {"total": 0, "members": []}
    assert (await photographer.get("/albums/photo-consents?name=ann")).json()["total"] == 1


async def test_a_consent_is_taken_back_and_is_unsaid_by_null(guild: Guild) -> None:
    anna = await guild.member()
    assert (await anna.get("/users/me")).json()["photo_consent"] is None
    for said in (True, False, None):
        assert (await anna.patch("/users/update/me", json={"photo_consent": said})).json()["photo_consent"] is said
    await anna.patch("/users/update/me", json={"photo_consent": False})
    assert (await anna.patch("/users/update/me", json={"first_name": "Ann"})).json()["photo_consent"] is False


async def test_the_list_of_refusals_is_for_photographers_and_keepers(guild: Guild) -> None:
    anna, former, keeper = await guild.member(), await guild.user("Former"), await guild.holder("manage:Gallery")
    await album(guild, former)
    nobody = await guild.client()
    assert code(await nobody.get("/albums/photo-consents")) == (401, "not_authenticated")
    assert code(await anna.get("/albums/photo-consents")) == (403, "not_a_photographer")
    assert code(await former.get("/albums/photo-consents")) == (403, "not_a_photographer")
    assert (await keeper.get("/albums/photo-consents")).status_code == 200


async def test_hidden_pictures_are_listed_for_photographers_and_keepers_only(guild: Guild) -> None:
    photographer, anna = await guild.members("Foto", "Anna")
    keeper = await guild.holder("manage:Gallery")
    spring = await album(guild, photographer)
    hidden, shown = await placed(guild, spring, seed=1, visibility="hidden"), await placed(guild, spring, seed=2)
    assert await ids_in(anna, spring) == [shown]
    assert await ids_in(photographer, spring) == await ids_in(keeper, spring) == [hidden, shown]
    page = (await anna.get(f"/albums/{spring}/pictures")).json()
    assert (page["total"], [one["hidden"] for one in page["pictures"]]) == (1, [False])
    page = (await photographer.get(f"/albums/{spring}/pictures")).json()
    assert (page["total"], [one["hidden"] for one in page["pictures"]]) == (2, [True, False])


async def test_the_list_has_what_draws_a_place_before_the_picture_is_there(guild: Guild) -> None:
    photographer, anna = await guild.members("Foto", "Anna")
    spring = await album(guild, photographer)
    image = await placed(guild, spring, by=photographer, seed=3)
    await placed(guild, spring, seed=4)
    page = (await anna.get(f"/albums/{spring}/pictures?limit=1")).json()
    (only,) = page["pictures"]
    assert page["total"] == 2
    assert only.pop("thumbhash")
    assert only == {
        "id": image,
        "width": 40,
        "height": 30,
        "state": "new",
        "file_name": "3.jpg",
        "photographer": (await anna.get(f"/albums/{spring}")).json()["photographer"][0]["user"],
        "hidden": False,
    }
