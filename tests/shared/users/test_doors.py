"""Who may enter the paths of users: may, may not, not signed in, not there."""

import pytest

from tests.guild import Guild, code

ANYBODYS = 2**31 - 1
MEMBERSHIP = {"is_member": True}
POSTS = {"post_ids": []}

# method, path, body, who may (a permission, or a kind of user), what the one who may is answered
DOORS = [
    ("GET", "/users/me", None, "user", 200),
    ("PATCH", "/users/update/me", {}, "verified", 200),
    ("GET", "/users/user_priorities/me", None, "member", 200),
    ("GET", "/users/search/", None, "view:User", 200),
    ("GET", f"/users/{ANYBODYS}", None, "view:User", 404),
    ("GET", f"/users/posts/{ANYBODYS}", None, "view:User", 404),
    ("GET", "/users/admin/all/", None, "view:User", 200),
    ("GET", f"/users/admin/{ANYBODYS}", None, "view:User", 404),
    ("PATCH", f"/users/admin/update/{ANYBODYS}", {}, "manage:User", 404),
    ("PATCH", f"/users/admin/member-status/{ANYBODYS}", MEMBERSHIP, "manage:User", 404),
    ("PATCH", "/users/admin/member-status", [{"user_id": ANYBODYS} | MEMBERSHIP], "manage:User", 404),
    ("PATCH", f"/users/admin/user-posts/{ANYBODYS}", POSTS, "manage:UserPost", 404),
    ("DELETE", f"/users/admin/{ANYBODYS}", None, "super:User", 404),
]
OTHERS = {
    "view:User": ["manage:Car", "view:UserDoorAccess"],
    "manage:User": ["view:User", "super:UserPost"],
    "manage:UserPost": ["view:UserPost", "super:User"],
    "super:User": ["manage:User", "super:Permission"],
}
FREE = ("user", "verified", "member")
NAMES = [f"{method} {path}" for method, path, *_ in DOORS]


@pytest.mark.parametrize(("method", "path", "body", "who", "status"), DOORS, ids=NAMES)
async def test_who_may(guild: Guild, method: str, path: str, body: object, who: str, status: int) -> None:
    person = await guild.member() if who in FREE else await guild.holder(who, is_member=False)
    answer = await person.request(method, path, json=body)
    assert answer.status_code == status
    if status == 404:
        assert code(answer) == (404, "user_not_found")


@pytest.mark.parametrize(
    ("method", "path", "body", "who"), [door[:4] for door in DOORS if door[3] not in ("user", "verified")]
)
async def test_who_may_not(guild: Guild, method: str, path: str, body: object, who: str) -> None:
    if who == "member":
        person, refusal = await guild.user(), (403, "not_member")
    else:
        person, refusal = await guild.holder(*OTHERS[who]), (403, "missing_permission")
    assert code(await person.request(method, path, json=body)) == refusal
    # Before what was sent is looked at:
    assert code(await person.request(method, path.replace(str(ANYBODYS), "x"), json=["nonsense"])) == refusal


@pytest.mark.parametrize(("method", "path", "body"), [door[:3] for door in DOORS], ids=NAMES)
async def test_who_is_not_signed_in(guild: Guild, method: str, path: str, body: object) -> None:
    stranger = await guild.client()
    for sent in (body, "nonsense"):
        answer = await stranger.request(method, path.replace(str(ANYBODYS), "x"), json=sent)
        assert code(answer) == (401, "not_authenticated")


@pytest.mark.parametrize(
    ("method", "path", "body", "who"), [door[:4] for door in DOORS if door[3] != "user"], ids=NAMES[1:]
)
async def test_who_has_not_verified_the_address(guild: Guild, method: str, path: str, body: object, who: str) -> None:
    rights = [] if who in FREE else [who]
    person = await guild.holder(*rights, is_verified=False)
    assert code(await person.request(method, path, json=body)) == (401, "not_authenticated")


@pytest.mark.parametrize("path", ["/users/{}", "/users/posts/{}", "/users/admin/{}"])
async def test_what_is_no_id_is_told(guild: Guild, path: str) -> None:
    viewer = await guild.holder("view:User")
    for nonsense in ("x", "1.5", "2147483648", "9" * 5000):
        assert code(await viewer.get(path.format(nonsense))) == (422, "invalid_input")


async def test_the_list_of_all_ends_in_a_slash(guild: Guild) -> None:
    viewer = await guild.holder("view:User")
    assert code(await viewer.get("/users/admin/all")) == (422, "invalid_input")
