"""What every request passes: limits, ids, one repetition, and one form of an error."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx2
import pytest
import structlog
from fastapi import APIRouter, Body, Depends, File, UploadFile
from sqlalchemy import exc, text
from starlette.responses import StreamingResponse
from structlog.testing import capture_logs

from guildhall.core import edge
from guildhall.core.access import public
from guildhall.core.database import Session, lock
from guildhall.core.settings import settings
from guildhall.shared.auth.errors import TooManyAttempts
from guildhall.shared.councils.errors import CouncilNameTaken
from tests.core.scratch import house_with
from tests.guild import Guild, code, configured

SITE = "http://localhost:3000"
LIMIT = settings().body_limit
KINDS = {
    "a deadlock": "DO $$ BEGIN RAISE EXCEPTION 'so' USING ERRCODE = '40P01'; END $$",
    "a serialisation failure": "DO $$ BEGIN RAISE EXCEPTION 'so' USING ERRCODE = '40001'; END $$",
}
LOST = "SELECT pg_terminate_backend(pg_backend_pid())"
LOST_AT_COMMIT = f"""
CREATE FUNCTION pg_temp.leave() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM ({LOST}); RETURN NULL; END $$;
CREATE TEMP TABLE doomed (n int);
CREATE CONSTRAINT TRIGGER leave AFTER INSERT ON doomed DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION pg_temp.leave();
INSERT INTO doomed VALUES (1)
"""
JSON = {"Content-Type": "application/json"}
NO_TWINS = "CREATE TEMP TABLE twins (n int UNIQUE DEFERRABLE INITIALLY DEFERRED) ON COMMIT DROP"

router = APIRouter(prefix="/scratch", dependencies=[Depends(public)])
tries: list[str] = []
meeting: list[asyncio.Event] = []


@router.get("/boom")
@router.post("/boom")
async def boom() -> None:
    raise RuntimeError("secret of the house")


@router.post("/once/{kind}")
async def fails_once(db: Session, kind: str, body: Any = Body(None)) -> Any:
    tries.append(kind)
    await db.execute(text("INSERT INTO councils (name_sv, name_en) VALUES ('a', 'a')"))
    if len(tries) == 1:
        await db.execute(text(KINDS[kind]))
    return body


@router.post("/always/{kind}")
async def fails_always(db: Session, kind: str) -> None:
    tries.append(kind)
    await db.execute(text(KINDS[kind]))


@router.get("/lost")
@router.post("/lost")
async def loses_its_connection_once(db: Session) -> str:
    tries.append("lost")
    if len(tries) == 1:
        await db.execute(text(LOST))
    return "found"


@router.post("/lost-at-commit")
async def loses_its_connection_at_the_commit(db: Session) -> None:
    tries.append("lost")
    await db.execute(text(LOST_AT_COMMIT))


@router.post("/locks/{one}/{other}")
async def takes_two_locks(db: Session, one: str, other: str) -> str:
    await lock(db, one)
    tries.append(one)
    if len(tries) == 2:
        meeting[0].set()
    await meeting[0].wait()  # both hold their first lock now, and each wants the other's
    await lock(db, other)
    return one + other


@router.post("/impatient")
async def waits_in_vain(db: Session) -> None:
    await db.execute(text("SET LOCAL lock_timeout = '20ms'"))
    await lock(db, "wanted")


@router.post("/twins")
async def breaks_a_rule_that_is_looked_at_in_the_end(db: Session) -> str:
    await db.execute(text(NO_TWINS))
    await db.execute(text("INSERT INTO twins VALUES (1), (1)"))
    return "done"


@router.post("/refused/{keeps}")
async def refuses(db: Session, keeps: bool) -> None:
    await db.execute(text("INSERT INTO councils (name_sv, name_en) VALUES ('a', 'a')"))
    raise TooManyAttempts(seconds=7) if keeps else CouncilNameTaken


@router.post("/echo")
async def echo(body: Any = Body()) -> Any:
    return body


@router.post("/size")
async def size(file: UploadFile = File()) -> int:
    return len(await file.read())


@router.get("/nearly")
async def breaks_off() -> StreamingResponse:
    async def parts() -> AsyncIterator[bytes]:
        yield b"so far so good"
        raise RuntimeError("and now this")

    return StreamingResponse(parts())


@router.get("/crowded")
async def finds_no_connection() -> None:
    raise exc.TimeoutError


@pytest.fixture
def logged() -> Iterator[list[Any]]:
    """What is logged."""
    with capture_logs([structlog.contextvars.merge_contextvars]) as entries:
        yield entries


@pytest.fixture
async def house(guild: Guild, logged: list[Any]) -> AsyncIterator[Guild]:
    tries.clear()
    meeting[:] = [asyncio.Event()]
    async with house_with(router, guild) as made:
        yield made


@pytest.fixture
async def client(house: Guild) -> httpx2.AsyncClient:
    return await house.client(headers={"Origin": SITE})


async def councils(guild: Guild) -> int:
    async with guild.session() as session:
        return (await session.scalars(text("SELECT count(*) FROM councils"))).one()


def in_parts(whole: bytes) -> AsyncIterator[bytes]:
    """A body whose length is not told beforehand."""

    async def parts() -> AsyncIterator[bytes]:
        for start in range(0, len(whole), 50_000):
            yield whole[start : start + 50_000]

    return parts()


async def test_our_mistakes_are_told_without_secrets_and_logged_with_the_id_of_the_request(
    client: httpx2.AsyncClient, logged: list[Any]
) -> None:
    answer = await client.get("/scratch/boom")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "Something went wrong on our side",
        "code": "internal_error",
    }
    (entry,) = logged
    assert (entry["log_level"], entry["method"], entry["path"]) == ("error", "GET", "/scratch/boom")
    assert entry["request_id"] == answer.headers["x-request-id"]
    assert str(entry["exc_info"]) == "secret of the house"
    swedish = await client.post("/scratch/boom", headers={"Accept-Language": "sv-SE,sv;q=0.9,en;q=0.8"})
    assert swedish.json()["detail"] == "Något gick fel hos oss"


ERRORS: dict[int, Callable[[httpx2.AsyncClient], Any]] = {
    200: lambda client: client.post("/scratch/echo", json=1),
    400: lambda client: client.post("/scratch/echo", content=b"\xff", headers=JSON),
    401: lambda client: client.get("/users/me"),
    404: lambda client: client.get("/nowhere"),
    405: lambda client: client.put("/scratch/echo"),
    409: lambda client: client.post("/scratch/refused/0"),
    413: lambda client: client.post("/scratch/echo", content=b"1" * (LIMIT + 1)),
    422: lambda client: client.post("/scratch/echo"),
    500: lambda client: client.get("/scratch/boom"),
    503: lambda client: client.get("/scratch/crowded"),
}


@pytest.mark.parametrize("status", ERRORS)
async def test_a_browser_on_the_site_can_read_every_answer(house: Guild, status: int) -> None:
    answer = await ERRORS[status](await house.client(headers={"Origin": SITE}))
    assert answer.status_code == status
    assert answer.headers["access-control-allow-origin"] == SITE
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert len(answer.headers["x-request-id"]) == 16
    elsewhere = await ERRORS[status](await house.client(headers={"Origin": "https://elsewhere.se"}))
    assert elsewhere.status_code == status
    assert "access-control-allow-origin" not in elsewhere.headers


@pytest.mark.parametrize("status", [status for status in ERRORS if status >= 400])
async def test_every_error_has_the_same_form(client: httpx2.AsyncClient, status: int) -> None:
    answer = await ERRORS[status](client)
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem.keys() - {"errors"} == {"type", "title", "status", "detail", "code"}
    assert problem["status"] == status
    if status != 422:
        assert isinstance(problem["detail"], str)


async def test_a_browser_may_ask_first(client: httpx2.AsyncClient) -> None:
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        wish = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization,content-type"}
        answer = await client.options("/users/me", headers=wish)
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == SITE
        assert method in answer.headers["access-control-allow-methods"]
        assert "authorization" in answer.headers["access-control-allow-headers"]


@pytest.mark.parametrize("kind", KINDS)
async def test_what_the_database_asks_to_repeat_is_repeated_with_the_same_body(
    house: Guild, client: httpx2.AsyncClient, kind: str
) -> None:
    body = {"text": "åäö" * 1000}
    answer = await client.post(f"/scratch/once/{kind}", json=body)
    assert (answer.status_code, answer.json()) == (200, body)
    assert len(tries) == 2
    assert await councils(house) == 1  # the first time left nothing behind


async def test_a_body_that_comes_in_parts_is_repeated_too(client: httpx2.AsyncClient) -> None:
    content = in_parts(b'"' + b"x" * 60_000 + b'"')
    answer = await client.post("/scratch/once/a deadlock", content=content, headers=JSON)
    assert (answer.status_code, answer.json()) == (200, "x" * 60_000)
    assert len(tries) == 2


@pytest.mark.parametrize("kind", KINDS)
async def test_it_is_repeated_once(client: httpx2.AsyncClient, kind: str) -> None:
    assert code(await client.post(f"/scratch/always/{kind}")) == (500, "internal_error")
    assert len(tries) == 2


async def test_what_was_too_long_to_be_kept_is_not_repeated(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/scratch/once/a deadlock", json="x" * 70_000)
    assert answer.status_code == 500
    assert len(tries) == 1


async def test_two_who_block_each_other_both_get_through(client: httpx2.AsyncClient) -> None:
    answers = await asyncio.gather(client.post("/scratch/locks/a/b"), client.post("/scratch/locks/b/a"))
    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, "ab"), (200, "ba")]
    assert len(tries) == 3


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_what_lost_its_connection_before_the_commit_is_repeated(client: httpx2.AsyncClient, method: str) -> None:
    assert (await client.request(method, "/scratch/lost")).json() == "found"
    assert len(tries) == 2


async def test_writing_is_not_repeated_when_the_connection_was_lost_at_the_commit(client: httpx2.AsyncClient) -> None:
    assert code(await client.post("/scratch/lost-at-commit")) == (500, "internal_error")
    assert len(tries) == 1


async def test_who_waits_in_vain_for_a_lock_is_told_to_try_again(house: Guild, client: httpx2.AsyncClient) -> None:
    async with house.session() as session:
        await lock(session, "wanted")
        answer = await client.post("/scratch/impatient")
    assert code(answer) == (503, "busy")
    assert int(answer.headers["retry-after"]) > 0


async def test_nobody_is_told_that_it_is_done_before_it_is(client: httpx2.AsyncClient) -> None:
    assert code(await client.post("/scratch/twins")) == (500, "internal_error")


async def test_a_refusal_leaves_nothing_behind_unless_it_says_so(house: Guild, client: httpx2.AsyncClient) -> None:
    assert code(await client.post("/scratch/refused/0")) == (409, "council_name_taken")
    assert await councils(house) == 0
    assert code(await client.post("/scratch/refused/1")) == (429, "too_many_attempts")
    assert await councils(house) == 1


async def test_an_answer_that_has_begun_is_broken_off(client: httpx2.AsyncClient) -> None:
    with pytest.raises(RuntimeError, match="and now this"):
        await client.get("/scratch/nearly")


@pytest.mark.parametrize("spare", [0, 1])
@pytest.mark.parametrize("is_told", [True, False])
async def test_a_body_is_held_to_its_limit(client: httpx2.AsyncClient, spare: int, is_told: bool) -> None:
    whole = b'"' + b"x" * (LIMIT - 2 + spare) + b'"'
    content = whole if is_told else in_parts(whole)
    answer = await client.post("/scratch/echo", content=content, headers=JSON)
    assert answer.status_code == (413 if spare else 200)
    if spare:
        assert (answer.json()["code"], answer.json()["detail"]) == ("too_large", "That is too large")


async def test_what_is_too_large_is_told_in_swedish_too(client: httpx2.AsyncClient) -> None:
    for content in (b"1" * (LIMIT + 1), in_parts(b"1" * (LIMIT + 1))):
        answer = await client.post("/scratch/echo", content=content, headers={"Accept-Language": "sv"})
        assert answer.json()["detail"] == "Det är för stort"


async def test_a_form_is_held_to_the_same_limit(client: httpx2.AsyncClient) -> None:
    form = b"username=x&password=" + b"x" * LIMIT
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for content in (form, in_parts(form)):
        assert code(await client.post("/auth/login", content=content, headers=headers)) == (413, "too_large")


async def test_an_upload_has_a_limit_of_its_own(guild: Guild) -> None:
    with configured(upload_limit="2000000"):
        async with house_with(router, guild) as house:
            client = await house.client()
            for many, status in ((1_900_000, 200), (2_000_000, 413)):
                answer = await client.post("/scratch/size", files={"file": b"x" * many})
                assert answer.status_code == status
            assert (await client.post("/scratch/echo", json="x" * 1_900_000)).status_code == 413


@pytest.mark.parametrize(
    ("sent", "refusal"),
    [
        (b'{"a": ', (422, "invalid_input")),
        (b"{'a': 1}", (422, "invalid_input")),
        (b"", (422, "invalid_input")),
        (b"\xff", (400, "malformed")),
        (b"[" * 100_000, (400, "malformed")),
        (b"9" * 5_000, (400, "malformed")),
    ],
    ids=["half", "not JSON", "empty", "not text", "too deep", "too many digits"],
)
async def test_what_cannot_be_read_is_told(client: httpx2.AsyncClient, sent: bytes, refusal: tuple[int, str]) -> None:
    answer = await client.post("/scratch/echo", content=sent, headers=JSON)
    assert code(answer) == refusal


async def test_what_does_not_fit_is_told_for_each_field_and_in_words(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/auth/verify", json={"token": ["secret"]})
    assert answer.json()["detail"] == [
        {"type": "string_type", "loc": ["body", "token"], "msg": "Input should be a valid string"}
    ]
    assert answer.json()["errors"] == ["token: Input should be a valid string"]
    assert "secret" not in answer.text


@pytest.mark.parametrize("good", ["7", "abc-DEF_1.2", "x" * 64])
async def test_a_request_keeps_the_id_it_came_with(client: httpx2.AsyncClient, good: str) -> None:
    for path in ("/health/live", "/scratch/boom"):
        assert (await client.get(path, headers={"X-Request-ID": good})).headers["x-request-id"] == good


@pytest.mark.parametrize("bad", ["", "x" * 65, "a b", "å", "a;b", "{}"])
async def test_a_request_with_a_bad_id_gets_a_new_one(client: httpx2.AsyncClient, bad: str) -> None:
    given = {
        (await client.get("/health/live", headers={b"X-Request-ID": bad.encode()})).headers["x-request-id"]
        for _ in range(2)
    }
    assert bad not in given
    assert [len(one) for one in given] == [16, 16]


def test_a_path_for_many_files_has_a_larger_limit() -> None:
    limits = edge.Limits(body=10, upload=100, bulk=1000, bulky=["/albums/{album_id}/pictures"])
    form = [(b"content-type", b"multipart/form-data; boundary=x")]
    for path, headers, limit in (
        ("/albums/7/pictures", form, 1000),
        ("/albums/7/pictures", [], 10),
        ("/albums/7/pictures/8", form, 100),
        ("/img/", form, 100),
    ):
        assert limits.of({"type": "http", "path": path, "headers": headers}) == limit
