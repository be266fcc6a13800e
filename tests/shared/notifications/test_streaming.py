"""The stream: told at once in every process, from where one was, for as long as one may."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import AsyncGenerator, AsyncIterator, MutableMapping
from contextlib import AsyncExitStack
from pathlib import Path

import httpx2
import psycopg
import pytest
from sqlalchemy import text

from guildhall.core import event_streams
from guildhall.platform import live
from guildhall.shared.notifications.service import Notice, notify, streaming
from tests.conftest import url_of
from tests.guild import Guild, Person, code
from tests.platform.test_live import CUT
from tests.processes import serving
from tests.shared.notifications.streams import Client, Server, Told, following, server
from tests.shared.notifications.telling import PUSHED, deactivate, ids_of, inbox, told


@pytest.fixture
async def process(guild: Guild, database_url: str) -> AsyncIterator[Server]:
    """A server in this process."""
    async with server(database_url) as made:
        yield made


@pytest.fixture
def port(process: Server) -> int:
    """The port of that server."""
    return process.port


def on(url: str) -> dict[str, str]:
    return {"DATABASE_URL": url, "SECRET_KEY": os.environ["GUILDHALL_SECRET_KEY"]}


def called(title: str) -> Notice:
    return Notice(title, title, "", "")


async def test_a_stream_begins_with_the_count_and_then_tells_what_the_inbox_has(guild: Guild, port: int) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    await told(guild, [anna])
    async with following(anna, port) as stream:
        assert stream.answer.status_code == 200
        assert stream.answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert stream.answer.headers["cache-control"] == "no-store"
        assert stream.answer.headers["x-accel-buffering"] == "no"
        assert await stream.unread() == 1
        await told(guild, [bo])
        await told(guild, [anna])
        news = await stream.next()
        while news and news.name == "unread":
            news = await stream.next()
        assert news
        assert (news.name, news.id) == ("notification", str((await ids_of(guild, anna))[-1]))
        assert news.data == (await inbox(anna))["notifications"][0]
        assert await stream.unread() == 2


async def test_reading_in_one_tab_is_told_in_another(guild: Guild, port: int) -> None:
    anna = await guild.member()
    await told(guild, [anna])
    path = f"/notifications/{(await ids_of(guild, anna))[0]}"
    async with following(anna, port) as stream:
        assert await stream.unread() == 1
        for change, count in (
            (anna.patch(path, json={"visited": True}), 0),
            (anna.patch(path, json={"read": False}), 1),
            (anna.post("/notifications/read-all"), 0),
        ):
            assert (await change).is_success
            while await stream.unread() != count:
                pass


async def test_two_processes_tell_their_members_what_a_third_caused(
    guild: Guild, database_url: str, tmp_path: Path
) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    with serving(tmp_path, on(database_url)) as one, serving(tmp_path, on(database_url)) as two:
        async with following(anna, one.port) as annas, following(bo, two.port) as bos, following(anna, two.port) as too:
            for stream in (annas, bos, too):
                await stream.unread()
            await told(guild, [anna, bo], notice=called("Till alla"))
            assert [await stream.title() for stream in (annas, bos, too)] == ["Till alla"] * 3


async def test_many_streams_cost_a_process_one_query_for_a_notice(guild: Guild, process: Server) -> None:
    people = await guild.members(*["Anna"] * 12)
    async with AsyncExitStack() as stack:
        streams = [await stack.enter_async_context(following(one, process.port)) for one in people for _ in range(2)]
        for title in ("before", "Till alla"):
            process.asked.clear()
            await told(guild, people, notice=called(title))
            assert {await stream.title() for stream in streams} == {title}
    assert len(process.asked) == 1


async def test_no_connection_to_the_database_is_held_by_streams(guild: Guild, port: int) -> None:
    people = await guild.members(*["Anna"] * 15)  # the pool has ten
    async with AsyncExitStack() as stack, httpx2.AsyncClient(timeout=20) as client:
        streams = [await stack.enter_async_context(following(person, port)) for person in people]
        for stream in streams:
            await stream.unread()
        headers = {"Authorization": people[0].client.headers["Authorization"]}
        answer = await client.get(f"http://127.0.0.1:{port}/users/me", headers=headers)
        assert answer.status_code == 200


# Coming back


async def test_who_comes_back_is_told_what_they_missed_in_order_and_then_what_is_new(guild: Guild, port: int) -> None:
    anna = await guild.member()
    await told(guild, [anna], notice=called("seen"))
    (seen,) = await ids_of(guild, anna)
    await long_ago(guild)
    for title in ("one", "two"):
        await told(guild, [anna], notice=called(title))
    async with following(anna, port, seen) as stream:
        assert [await stream.title(), await stream.title()] == ["one", "two"]
        assert await stream.unread() == 3
        await told(guild, [anna], notice=called("three"))
        assert await stream.title() == "three"


async def long_ago(guild: Guild) -> None:
    async with guild.session() as session:
        await session.execute(text("UPDATE notices SET created_at = created_at - interval '1 hour'"))


async def test_what_was_committed_late_under_a_lower_id_is_not_lost(guild: Guild, port: int) -> None:
    """Ids are given before the commit: who had seen 11 never heard of 10, which was committed after it."""
    anna = await guild.member()
    async with guild.session() as slow:
        await notify(slow, PUSHED.name, [anna.id], called("slow"))
        await told(guild, [anna], notice=called("quick"))
        async with following(anna, port, 0) as stream:
            first = await stream.next()
            assert first
            assert first.data["title_sv"] == "quick"
    assert (await ids_of(guild, anna))[0] < int(first.id or 0)
    async with following(anna, port, int(first.id or 0)) as stream:
        assert await stream.title() == "slow"


async def test_of_very_many_missed_the_newest_hundred_are_told(guild: Guild, port: int) -> None:
    anna = await guild.member()
    async with guild.session() as session:
        for number in range(110):
            await notify(session, PUSHED.name, [anna.id], called(str(number)))
    async with following(anna, port, 0) as stream:
        titles = [await stream.title() for _ in range(100)]
        assert titles == [str(number) for number in range(10, 110)]
        assert await stream.unread() == 110


async def test_what_is_missed_while_the_connection_to_the_database_is_cut_is_told_afterwards(
    guild: Guild, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "SHORTEST", 0.3)
    anna = await guild.member()
    async with following(anna, port) as stream:
        await stream.unread()
        await told(guild, [anna], notice=called("before"))
        assert await stream.title() == "before"
        with psycopg.connect(url_of("postgres"), autocommit=True) as cutter:
            assert cutter.execute(CUT, [guild.database.engine.url.database]).fetchall()
        await told(guild, [anna], notice=called("meanwhile"))
        await told(guild, [anna], notice=called("too"))
        assert [await stream.title(), await stream.title()] == ["meanwhile", "too"]


@pytest.mark.parametrize("last_id", ["-1", "nonsense", str(2**31), "1.5"])
async def test_an_id_that_is_none_is_422(guild: Guild, last_id: str) -> None:
    anna = await guild.member()
    refusal = await anna.get("/notifications/stream", headers={"Last-Event-ID": last_id})
    assert code(refusal) == (422, "invalid_input")


async def test_somebody_elses_id_tells_nothing_of_theirs(guild: Guild, port: int) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    for _ in range(3):
        await told(guild, [anna])
    async with following(bo, port, 0) as stream:
        first = await stream.next()
        assert first
        assert (first.name, first.data) == ("unread", {"unread": 0})


# For as long as one may


@pytest.fixture
def quick_heart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signs of life that come soon."""
    monkeypatch.setattr(streaming, "HEARTBEAT", 0.2)


@pytest.mark.usefixtures("quick_heart")
async def test_there_are_signs_of_life_and_the_stream_ends_when_its_session_does(guild: Guild, port: int) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    async with following(anna, port) as annas, following(bo, port) as bos:
        await until_heartbeat(annas)
        await anna.delete("/auth/logout")
        await annas.ended()
        await until_heartbeat(bos)


@pytest.mark.usefixtures("quick_heart")
async def test_the_stream_ends_when_the_account_is_deactivated_or_the_token_is_over(guild: Guild, port: int) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    async with following(anna, port) as annas:
        await until_heartbeat(annas)
        await deactivate(guild, anna)
        await annas.ended()
    async with following(bo, port) as bos:
        await until_heartbeat(bos)
        async with guild.session() as session:
            await session.execute(text("UPDATE users SET is_verified = false WHERE id = :id"), {"id": bo.id})
        await bos.ended()


async def until_heartbeat(stream: Client) -> None:
    while (told_ := await stream.next()) and told_.name != "heartbeat":
        pass
    assert told_, "the stream has ended"


async def test_of_more_than_ten_streams_the_oldest_ends_and_is_asked_to_come_back_later(
    guild: Guild, port: int
) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    async with AsyncExitStack() as stack:
        bos = await stack.enter_async_context(following(bo, port))
        await bos.unread()
        streams: list[Client] = []
        for _ in range(11):
            streams.append(await stack.enter_async_context(following(anna, port)))
            await streams[-1].unread()
        last = [event async for event in _rest(streams[0])][-1]
        assert (last.name, last.retry) == ("end", "60000")
        await told(guild, [anna, bo], notice=called("still here"))
        assert [await stream.title() for stream in (streams[1], streams[10], bos)] == ["still here"] * 3


async def _rest(stream: Client) -> AsyncIterator[Told]:
    while event := await stream.next():
        yield event


async def test_a_client_that_takes_nothing_holds_up_nobody_and_is_told_the_rest_when_it_does(
    guild: Guild, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "BUFFER", 5)
    anna, bo = await guild.members("Anna", "Bo")
    lazy = socket.create_connection(("127.0.0.1", port))
    with lazy:
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        token = anna.client.headers["Authorization"]
        lazy.sendall(f"GET /notifications/stream HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n\r\n".encode())
        async with following(bo, port) as bos:
            await bos.unread()
            for number in range(40):
                async with guild.session() as session:
                    for _ in range(10):
                        notice = Notice(str(number), "x" * 200, "y" * 2000, "z" * 2000)
                        await notify(session, PUSHED.name, [anna.id, bo.id], notice)
            while await bos.title() != "39":
                pass
        heard = b""
        async with asyncio.timeout(20):
            while b'"title_sv":"39"' not in heard:
                heard += await asyncio.to_thread(lazy.recv, 65_536)


async def test_a_client_that_leaves_is_not_kept(guild: Guild, port: int) -> None:
    anna = await guild.member()
    for _ in range(30):  # far more than one may have at once
        async with following(anna, port) as stream:
            await stream.unread()
    async with following(anna, port) as stream:
        await stream.unread()
        await told(guild, [anna], notice=called("here"))
        assert await stream.title() == "here"


# When the server stops


async def test_a_server_with_open_streams_stops_at_once_and_ends_them_properly(
    guild: Guild, database_url: str, tmp_path: Path
) -> None:
    people: list[Person] = await guild.members(*["Anna"] * 5)
    with serving(tmp_path, on(database_url)) as process:
        async with AsyncExitStack() as stack:
            streams = [await stack.enter_async_context(following(person, process.port)) for person in people]
            for stream in streams:
                await stream.unread()
            begin = time.monotonic()
            stopping = asyncio.create_task(asyncio.to_thread(process.stop, signal.SIGTERM))
            for stream in streams:
                await stream.ended()  # an answer that was cut off would raise
            assert await stopping == 0
            assert time.monotonic() - begin < 5  # it would wait for twenty seconds


async def test_a_page_of_the_site_may_follow_and_name_the_last_id(guild: Guild, port: int) -> None:
    anna = await guild.member()
    origin = "http://localhost:3000"
    async with following(anna, port, Origin=origin) as stream:
        assert stream.answer.headers["access-control-allow-origin"] == origin
    stranger = await guild.client()
    asked = {"Origin": origin, "Access-Control-Request-Method": "GET"}
    asked["Access-Control-Request-Headers"] = "authorization,last-event-id"
    assert (await stranger.options("/notifications/stream", headers=asked)).status_code == 200


async def test_who_was_slow_to_take_an_event_is_asked_for_again_before_the_next(
    guild: Guild, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the beats nobody asked, and one that came while the client was slow was passed over."""
    monkeypatch.setattr(streaming, "HEARTBEAT", 0.0)
    anna = await guild.member()
    await told(guild, [anna], PUSHED)
    answers = iter([True, False])

    async def may_stay() -> bool:
        return next(answers)

    news = live.Live(guild.database)
    source = streaming.follow(streaming.Streams(guild.database, news), anna.id, 0, may_stay)
    assert await anext(source)
    assert [event async for event in source] == []
    await news.close()


async def test_a_client_that_takes_nothing_for_too_long_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opened streams and read none held each of them for as long as they liked."""
    monkeypatch.setattr(event_streams, "SECONDS_TO_TAKE", 0.05)
    never, let_go = asyncio.Event(), asyncio.Event()

    async def source() -> AsyncGenerator[bytes]:
        try:
            yield b": still here"
        finally:
            let_go.set()

    async def receive() -> dict[str, str]:
        await never.wait()
        return {}

    async def send(message: MutableMapping[str, object]) -> None:
        if message["type"] == "http.response.body":
            await never.wait()

    stream = event_streams.EventStream(source())
    async with asyncio.timeout(10):
        await stream({"type": "http"}, receive, send)
    assert let_go.is_set()
