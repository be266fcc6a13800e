"""Seeing and changing other people."""

import json
from typing import Any

import pytest
from sqlalchemy import text

from tests.guild import Guild, Person, code

MANY = """
INSERT INTO users (email, hashed_password, first_name, last_name, telephone_number, start_year, account_created)
SELECT 'many' || n || '@example.com', '$argon2id$secret', 'Name', 'Number' || n, 'tel:+46-70-174-06-05', 2025, now()
FROM generate_series(1, 2000) AS n;
INSERT INTO post_holders (user_id, post_id) SELECT users.id, posts.id FROM users, posts WHERE users.email LIKE 'many%';
"""


async def shown(viewer: Person, user_id: int) -> dict[str, Any]:
    answer = await viewer.get(f"/users/admin/{user_id}")
    assert answer.status_code == 200
    return answer.json()


async def test_one_user_is_shown_with_posts_and_without_secrets(guild: Guild) -> None:
    viewer = await guild.holder("view:User")
    anna = await guild.user("Anna", last_name="Andersson", is_verified=False)
    post = await guild.post("Spindelman", permissions=["manage:Car"])
    await guild.give(anna, post)
    plain = (await viewer.get(f"/users/{anna.id}")).json()
    assert plain == {
        "id": anna.id,
        "first_name": "Anna",
        "last_name": "Andersson",
        "program": "Oklart",
        "posts": [{"id": post, "name_sv": "Spindelman", "name_en": "Spindelman in English"} | _council(plain)],
        "start_year": 2025,
    }
    (whole,) = (await viewer.get(f"/users/posts/{anna.id}")).json()
    assert [right["action"] + ":" + right["target"] for right in whole["permissions"]] == ["manage:Car"]
    full = await shown(viewer, anna.id)
    assert full == (await anna.get("/users/me")).json()
    assert full["posts"] == [whole]
    assert not {key for key in full if "password" in key or key.endswith("_key")}


def _council(user: dict[str, Any]) -> dict[str, int]:
    return {"council_id": user["posts"][0]["council_id"]}


async def test_who_holds_nothing_has_no_posts(guild: Guild) -> None:
    viewer = await guild.holder("view:User")
    anna = await guild.user("Anna")
    assert (await viewer.get(f"/users/posts/{anna.id}")).json() == []
    assert (await viewer.get(f"/users/{anna.id}")).json()["posts"] == []


async def test_two_thousand_users_are_shown_in_at_most_eight_statements(guild: Guild) -> None:
    viewer = await guild.holder("view:User")
    for name in ("One", "Two", "Three"):
        await guild.post(name, permissions=["view:User", "manage:Car"])
    async with guild.session() as session:
        await session.execute(text(MANY))
    with guild.statements() as statements:
        answer = await viewer.get("/users/admin/all/")
    everybody = answer.json()
    assert len(statements) <= 8
    assert len(everybody) == 2001
    assert [user["id"] for user in everybody] == sorted(user["id"] for user in everybody)
    assert {len(user["posts"]) for user in everybody if user["first_name"] == "Name"} == {4}
    assert "$argon2id" not in answer.text
    assert everybody[0] == await shown(viewer, everybody[0]["id"])
    assert everybody[-1] == await shown(viewer, everybody[-1]["id"])


async def test_an_administrator_changes_what_is_sent(guild: Guild) -> None:
    manager = await guild.holder("manage:User")
    anna = await guild.user("Anna")
    before = await shown(manager, anna.id)
    wish = {"first_name": "Åsa", "notifications": False, "program": "F", "stil_id": "ab1234cd-s"}
    answer = await manager.patch(f"/users/admin/update/{anna.id}", json=wish)
    after = {"first_name": "Åsa", "want_notifications": False, "program": "F", "stil_id": "ab1234cd-s"}
    assert answer.json() == before | after
    answer = await manager.patch(f"/users/admin/update/{anna.id}", json=dict.fromkeys([*wish, "is_active"]))
    assert answer.json() == before | after | {"stil_id": None}
    assert (await manager.patch(f"/users/admin/update/{anna.id}", json={})).json() == answer.json()


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"first_name": ""}, (422, "invalid_input")),
        ({"is_active": "perhaps"}, (422, "invalid_input")),
        ({"standard_food_preferences": ["Celery"]}, (400, "unknown_food_preference")),
        ({"stil_id": "an1234na-s"}, (409, "stil_id_taken")),
    ],
)
async def test_what_will_not_do_is_refused(guild: Guild, wrong: dict[str, object], refusal: tuple[int, str]) -> None:
    manager = await guild.holder("manage:User")
    await guild.member("Anna", stil_id="an1234na-s")
    bo = await guild.member("Bo")
    assert code(await manager.patch(f"/users/admin/update/{bo.id}", json={"last_name": "Other"} | wrong)) == refusal
    assert (await shown(manager, bo.id))["last_name"] != "Other"


async def test_an_administrator_makes_somebody_inactive_and_active_again(guild: Guild) -> None:
    manager = await guild.holder("manage:User")
    anna = await guild.member("Anna")
    answer = await manager.patch(f"/users/admin/update/{anna.id}", json={"is_active": False})
    assert answer.json()["is_active"] is False
    assert code(await anna.get("/users/me")) == (401, "not_authenticated")
    assert code(await anna.post("/auth/refresh")) == (401, "refresh_refused")
    form = {"username": anna.email, "password": "correct horse 1"}
    assert code(await (await guild.client()).post("/auth/login", data=form)) == (400, "login_bad_credentials")
    await manager.patch(f"/users/admin/update/{anna.id}", json={"is_active": True})
    assert (await (await guild.client()).post("/auth/login", data=form)).status_code == 200


async def test_an_administrator_changes_no_address_password_or_rank_here(guild: Guild) -> None:
    manager = await guild.holder("manage:User")
    anna = await guild.user("Anna", is_verified=False)
    before = await shown(manager, anna.id)
    wish = {"email": "new@example.com", "is_verified": True, "is_superuser": True, "is_member": True}
    wish |= {"id": 7, "password": "x", "hashed_password": "x"}
    answer = await manager.patch(f"/users/admin/update/{anna.id}", json=wish)
    assert answer.json() == before


async def test_the_last_administrator_cannot_be_made_inactive(guild: Guild) -> None:
    boss = await guild.holder("super:Permission", "manage:User")
    deactivate = {"is_active": False, "first_name": "Gone"}
    assert code(await boss.patch(f"/users/admin/update/{boss.id}", json=deactivate)) == (409, "last_administrator")
    assert (await boss.get("/users/me")).json()["first_name"] == boss.name
    # Somebody who could not sign in does not count as another one.
    await guild.holder("super:Permission", name="Bo", is_verified=False)
    cecilia = await guild.holder("super:Permission", name="Cecilia")
    assert (await boss.patch(f"/users/admin/update/{cecilia.id}", json=deactivate)).status_code == 200
    assert code(await boss.patch(f"/users/admin/update/{boss.id}", json=deactivate)) == (409, "last_administrator")


async def test_an_inactive_name_in_a_list_is_plain_json(guild: Guild) -> None:
    viewer = await guild.holder("view:User")
    await guild.user("Å\u2028</script>")
    answer = await viewer.get("/users/admin/all/")
    assert answer.headers["content-type"] == "application/json"
    assert json.loads(answer.content)[1]["first_name"] == "Å\u2028</script>"
