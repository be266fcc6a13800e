"""Access tokens: what they say, when they are good, and that rights are read fresh."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from sqlalchemy import delete, update

from guildhall.core import clock
from guildhall.core.settings import settings
from guildhall.shared.auth.models import RefreshSession
from guildhall.shared.posts.models import PostHolder
from guildhall.shared.users.models import User
from tests.guild import Guild, code
from tests.shared.auth.doors import NOT_AUTHENTICATED, bearer, claims, detail, mailed_token, sign_in, signed

NOON = datetime(2027, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)


async def test_a_token_says_what_the_clients_read_and_nothing_else(guild: Guild) -> None:
    keeper = await guild.holder("manage:Car", "view:User", "super:News")
    with clock.stopped(NOON):
        token = (await sign_in(await guild.client(), keeper.email)).json()["access_token"]
    async with guild.session() as session:
        newest = await session.scalar(RefreshSession.__table__.select().order_by(RefreshSession.id.desc()))
    said = claims(token)
    assert said == {
        "sub": str(keeper.id),
        "aud": ["fastapi-users:auth"],
        "permissions": ["manage:Car", "manage:News", "super:News", "view:Car", "view:News", "view:User"],
        "exp": int(NOON.timestamp()) + settings().access_token_seconds,
        "sid": newest,
    }
    assert type(said["exp"]) is int
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT"}


async def test_who_has_no_rights_has_an_empty_list_of_them(guild: Guild) -> None:
    anna = await guild.user("Anna")
    assert claims((await sign_in(await guild.client(), anna.email)).json()["access_token"])["permissions"] == []


async def test_a_right_that_two_posts_give_is_listed_once(guild: Guild) -> None:
    anna = await guild.holder("manage:Car")
    await guild.give(anna, await guild.post("Another", permissions=["manage:Car"]))
    token = (await sign_in(await guild.client(), anna.email)).json()["access_token"]
    assert claims(token)["permissions"] == ["manage:Car", "view:Car"]


async def test_a_token_is_good_until_it_is_over(guild: Guild) -> None:
    with clock.stopped(NOON):
        anna = await guild.member("Anna")
    exp = claims(anna.client.headers["authorization"].removeprefix("Bearer "))["exp"]
    for moment, status in ((exp - 0.001, 200), (exp, 401), (exp + 3600, 401)):
        with clock.stopped(datetime.fromtimestamp(moment, UTC)):
            assert (await anna.get("/users/me")).status_code == status


async def test_who_is_asking_is_found_in_one_statement(guild: Guild) -> None:
    anna = await guild.holder("manage:Event")
    with guild.statements() as statements:
        for path in ("/user-only", "/member-only", "/manage-event-only"):
            assert (await anna.get(path)).status_code == 200
    assert len(statements) == 3


async def test_nobody_costs_no_statement(guild: Guild) -> None:
    stranger = await guild.client(headers=bearer("not.a.token"))
    with guild.statements() as statements:
        assert (await stranger.get("/users/me")).status_code == 401
    assert statements == []


async def test_any_spelling_of_bearer_will_do(guild: Guild) -> None:
    anna = await guild.member("Anna")
    token = anna.client.headers["authorization"].removeprefix("Bearer ")
    for header in (f"bearer {token}", f"BEARER  {token} "):
        assert (await anna.get("/users/me", headers={"Authorization": header})).status_code == 200


def _unsigned(content: dict[str, object]) -> str:
    def part(content: dict[str, object]) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(content)}."


FORGERIES: dict[str, Callable[[str, str], str]] = {
    "nothing": lambda _sub, _sid: "Bearer",
    "blanks": lambda _sub, _sid: "Bearer    ",
    "another scheme": lambda sub, sid: f"Basic {signed('access', sub=sub, sid=int(sid))}",
    "no scheme": lambda sub, sid: signed("access", sub=sub, sid=int(sid)),
    "rubbish": lambda _sub, _sid: "Bearer rubbish",
    "three empty parts": lambda _sub, _sid: "Bearer ..",
    "not ASCII": lambda _sub, _sid: "Bearer å.ä.ö",
    "nested deeply": lambda _sub, _sid: f"Bearer {base64.urlsafe_b64encode(b'[' * 30_000).decode()}.e30.e30",
    "not signed": lambda sub, sid: f"Bearer {_unsigned({'sub': sub, 'sid': int(sid), 'exp': 2**31})}",
    "another key": lambda sub, sid: f"Bearer {jwt.encode({'sub': sub, 'sid': int(sid)}, 'x' * 64, algorithm='HS256')}",
    "the key for verifying": lambda sub, sid: f"Bearer {signed('verify', sub=sub, sid=int(sid))}",
    "another audience": lambda sub, sid: f"Bearer {signed('access', sub=sub, sid=int(sid), aud='elsewhere')}",
    "no audience": lambda sub, sid: f"Bearer {signed('access', sub=sub, sid=int(sid), aud=None)}",
    "no session": lambda sub, _sid: f"Bearer {signed('access', sub=sub)}",
    "no user": lambda _sub, sid: f"Bearer {signed('access', sid=int(sid))}",
    "no end": lambda sub, sid: f"Bearer {signed('access', sub=sub, sid=int(sid), exp=None)}",
    "an end that is over": lambda sub, sid: f"Bearer {signed('access', sub=sub, sid=int(sid), exp=1)}",
    "an end that is a word": lambda sub, sid: f"Bearer {signed('access', sub=sub, sid=int(sid), exp='soon')}",
    "a session that is not there": lambda sub, _sid: f"Bearer {signed('access', sub=sub, sid=2**31 - 1)}",
    "another user": lambda sub, sid: f"Bearer {signed('access', sub=str(int(sub) + 1), sid=int(sid))}",
    "a user who is a word": lambda _sub, sid: f"Bearer {signed('access', sub='anna', sid=int(sid))}",
}


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_a_forged_token_is_nobodys(guild: Guild, forgery: str) -> None:
    anna = await guild.member("Anna")
    said = claims(anna.client.headers["authorization"].removeprefix("Bearer "))
    stranger = await guild.client()
    header = FORGERIES[forgery](said["sub"], str(said["sid"])).encode()
    answer = await stranger.get("/users/me", headers={b"Authorization": header})
    assert detail(answer) == NOT_AUTHENTICATED
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_the_forger_is_not_refused_for_a_slip(guild: Guild) -> None:
    anna = await guild.member("Anna")
    said = claims(anna.client.headers["authorization"].removeprefix("Bearer "))
    stranger = await guild.client(headers=bearer(signed("access", sub=said["sub"], sid=said["sid"])))
    assert (await stranger.get("/users/me")).status_code == 200


async def test_one_persons_session_does_not_carry_anothers_token(guild: Guild) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    sid = claims(bo.client.headers["authorization"].removeprefix("Bearer "))["sid"]
    stranger = await guild.client(headers=bearer(signed("access", sub=str(anna.id), sid=sid)))
    assert detail(await stranger.get("/users/me")) == NOT_AUTHENTICATED


async def test_a_token_of_one_kind_is_no_token_of_another(guild: Guild) -> None:
    anna = await guild.user("Anna", is_verified=False)
    access = anna.client.headers["authorization"].removeprefix("Bearer ")
    stranger = await guild.client()
    await stranger.post("/auth/request-verify-token", json={"email": anna.email})
    to_verify = await mailed_token(guild, anna.email)
    await stranger.post("/auth/forgot-password", json={"email": anna.email})
    to_reset = await mailed_token(guild, anna.email)
    for token in (to_verify, to_reset):
        assert detail(await stranger.get("/users/me", headers=bearer(token))) == NOT_AUTHENTICATED
    for token in (access, to_reset, anna.refresh_token):
        answer = await stranger.post("/auth/verify", json={"token": token})
        assert detail(answer) == (400, "VERIFY_USER_BAD_TOKEN")
    for token in (access, to_verify, anna.refresh_token):
        answer = await stranger.post("/auth/reset-password", json={"token": token, "password": "new horse 22"})
        assert detail(answer) == (400, "RESET_PASSWORD_BAD_TOKEN")


async def test_a_post_taken_away_counts_on_the_next_request(guild: Guild) -> None:
    anna = await guild.holder("manage:Event")
    assert (await anna.get("/manage-event-only")).status_code == 200
    async with guild.session() as session:
        await session.execute(delete(PostHolder))
    assert code(await anna.get("/manage-event-only")) == (403, "missing_permission")


async def test_a_post_given_counts_on_the_next_request(guild: Guild) -> None:
    anna = await guild.member("Anna")
    assert code(await anna.get("/manage-event-only")) == (403, "missing_permission")
    await guild.give(anna, await guild.post(permissions=["super:Event"]))
    assert (await anna.get("/manage-event-only")).status_code == 200


@pytest.mark.parametrize(
    ("lost", "path", "refusal"),
    [
        ({"is_member": False}, "/member-only", (403, "not_member")),
        ({"is_verified": False}, "/user-only", (401, "not_authenticated")),
        ({"is_active": False}, "/users/me", (401, "not_authenticated")),
    ],
)
async def test_what_is_taken_from_a_user_counts_on_the_next_request(
    guild: Guild, lost: dict[str, bool], path: str, refusal: tuple[int, str]
) -> None:
    anna = await guild.member("Anna")
    assert (await anna.get(path)).status_code == 200
    async with guild.session() as session:
        await session.execute(update(User).where(User.id == anna.id).values(**lost))
    assert code(await anna.get(path)) == refusal


async def test_a_deleted_user_is_nobody_on_the_next_request(guild: Guild) -> None:
    anna = await guild.user("Anna")
    async with guild.session() as session:
        await session.execute(delete(User).where(User.id == anna.id))
    assert detail(await anna.get("/users/me")) == NOT_AUTHENTICATED


async def test_only_oneself_is_shown_to_who_is_not_verified(guild: Guild) -> None:
    anna = await guild.member("Anna", is_verified=False)
    assert (await anna.get("/users/me")).status_code == 200
    for path in ("/user-only", "/member-only", "/manage-event-only"):
        assert detail(await anna.get(path)) == NOT_AUTHENTICATED


async def test_a_token_ends_with_its_session_even_when_the_session_only_ran_out(guild: Guild) -> None:
    with clock.stopped(NOON):
        anna = await guild.member("Anna")
    async with guild.session() as session:
        await session.execute(update(RefreshSession).values(expires_at=NOON + timedelta(seconds=5)))
    with clock.stopped(NOON + timedelta(seconds=4)):
        assert (await anna.get("/users/me")).status_code == 200
    with clock.stopped(NOON + timedelta(seconds=5)):
        assert detail(await anna.get("/users/me")) == NOT_AUTHENTICATED
