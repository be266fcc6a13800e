"""What is the same for everybody is made once for each change, and never shown after the change was heard."""

import asyncio
import secrets
from contextlib import AsyncExitStack

import psycopg
import pytest

from guildhall.core.settings import settings
from guildhall.platform import live
from guildhall.platform.live import Signal
from guildhall.platform.shelves import Shelf
from tests.conftest import url_of
from tests.guild import Guild, code
from tests.platform.shelves.boards import TOPIC, Process, process_with
from tests.platform.test_live import CUT


async def at_once(process: Process, many: int) -> list[list[str]]:
    return await asyncio.gather(*(process.names() for _ in range(many)))


async def begun(process: Process) -> "asyncio.Task[list[str]]":
    """Somebody who asks, and is held up when the names are read."""
    process.board.gate.clear()
    process.board.has_read.clear()
    asking = asyncio.create_task(process.names())
    await process.board.has_read.wait()
    return asking


async def lose_connection(process: Process) -> None:
    lost = asyncio.Event()
    process.live.watch((TOPIC,), lost.set)
    with psycopg.connect(url_of("postgres"), autocommit=True) as server:
        server.execute(CUT, [process.guild.database.engine.url.database])
    await asyncio.wait_for(lost.wait(), 20)
    assert not process.live.is_hearing


async def test_who_asks_again_costs_no_statement(process: Process) -> None:
    assert await process.names() == ["first"]
    with process.guild.statements() as seen:
        assert await process.names() == ["first"]
    assert seen == []


async def test_who_asks_again_needs_no_connection(process: Process) -> None:
    await process.names()
    async with AsyncExitStack() as lent:
        for _ in range(settings().database_pool):
            session = await lent.enter_async_context(process.guild.session())
            await session.connection()
        assert await process.names() == ["first"]


async def test_fifty_who_ask_at_once_are_given_what_was_made_once(process: Process) -> None:
    assert await at_once(process, 50) == [["first"]] * 50
    assert process.board.built == 1


async def test_each_key_has_its_own(process: Process) -> None:
    await asyncio.gather(process.names("a"), process.names("b"), process.names("a"))
    assert process.board.built == 2


async def test_who_changed_something_sees_it_at_once(process: Process) -> None:
    for number in range(20):
        before = await process.names()
        await process.put_up(f"name {number}")
        assert await process.names() == [*before, f"name {number}"]


async def test_a_change_is_made_anew_once_and_not_again_when_it_comes_back(process: Process) -> None:
    """Its NOTIFY comes back to the process that told it, which had everything made a second time."""
    await process.names()
    with process.live.listening(TOPIC) as news:
        await process.put_up("second")
        await process.names()
        assert await asyncio.wait_for(news.next(), 20) == "second"
    assert await process.names() == ["first", "second"]
    assert process.board.built == 2


async def test_what_was_begun_before_a_change_is_given_to_nobody_who_asks_after_it(process: Process) -> None:
    early = await begun(process)
    await process.put_up("second")
    process.board.has_read.clear()
    late = asyncio.create_task(process.names())
    await process.board.has_read.wait()
    process.board.gate.set()
    assert await early == ["first"]
    assert await late == ["first", "second"]
    assert await process.names() == ["first", "second"]
    assert process.board.built == 2


async def test_what_was_begun_before_a_change_is_not_kept_when_it_ends_last(process: Process) -> None:
    early = await begun(process)
    held = process.board.gate
    process.board.gate = asyncio.Event()
    process.board.gate.set()
    await process.put_up("second")
    assert await process.names() == ["first", "second"]
    held.set()
    assert await early == ["first"]
    assert await process.names() == ["first", "second"]


async def test_a_change_in_another_process_is_seen_when_it_is_heard(process: Process, other: Process) -> None:
    for number in range(20):
        before = await asyncio.gather(process.names(), other.names())
        with other.live.listening(TOPIC) as news:
            await process.put_up(f"name {number}")
            assert await asyncio.wait_for(news.next(), 20) == f"name {number}"
        assert await process.names() == await other.names() == [*before[0], f"name {number}"]
    assert other.board.built == 21


async def test_processes_that_change_the_same_at_once_all_show_it_in_the_end(process: Process, other: Process) -> None:
    names = {f"news {number}" for number in range(40)}
    with process.live.listening(TOPIC) as here, other.live.listening(TOPIC) as there:
        puts = [one.put_up(name) for one, name in zip([process, other] * 20, sorted(names), strict=True)]
        await asyncio.gather(*puts, other.names())
        for news in (here, there):
            assert {await asyncio.wait_for(news.next(), 20) for _ in names} == names
    assert await process.names() == await other.names()
    assert set(await process.names()) == {"first", *names}


async def test_what_was_rolled_back_changes_nothing(process: Process, other: Process) -> None:
    await asyncio.gather(process.names(), other.names())
    assert code(await process.client.post("/board/wrong")) == (404, "nothing_on_the_board")
    with other.live.listening("elsewhere") as news:
        async with process.guild.session() as session:
            await live.tell(session, "nowhere", "")
            await live.tell(session, "elsewhere", "")
        await asyncio.wait_for(news.next(), 20)
    assert (process.board.built, other.board.built) == (1, 1)
    await asyncio.gather(process.names(), other.names())
    assert (process.board.built, other.board.built) == (2, 2)


async def test_nothing_is_kept_before_others_are_heard(guild: Guild, shelf: Shelf, database_url: str) -> None:
    await guild.council("first")
    async with process_with(shelf, database_url) as young:
        assert await young.names() == ["first"]
        await young.hear()
        await guild.council("second")  # nobody tells
        assert await young.names() == ["first", "second"]
        assert young.board.built == 2


async def test_while_others_are_not_heard_everybody_gets_what_was_begun_after_they_asked(
    process: Process, guild: Guild, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "SHORTEST", 30)
    await process.names()
    await lose_connection(process)
    await guild.council("second")  # in a process that cannot be heard
    assert await process.names() == ["first", "second"]
    early = await begun(process)
    await guild.council("third")
    late = [asyncio.create_task(process.names()) for _ in range(50)]
    await asyncio.sleep(0)
    process.board.gate.set()
    assert await early == ["first", "second"]
    assert await asyncio.gather(*late) == [["first", "second", "third"]] * 50
    assert process.board.built == 4  # the fifty had theirs made once


async def test_what_was_told_while_the_connection_was_lost_is_not_missed(
    process: Process, other: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "SHORTEST", 0.2)
    await asyncio.gather(process.names(), other.names())
    await asyncio.gather(lose_connection(process))
    await other.put_up("second")
    assert await process.names() == ["first", "second"]
    await process.hear()
    assert await process.names() == ["first", "second"]
    built = process.board.built
    await other.put_up("third")
    with process.live.listening(TOPIC) as news:
        await process.put_up("fourth")
        while await asyncio.wait_for(news.next(), 20) not in ("fourth", Signal.OVER):
            pass
    assert await process.names() == ["first", "second", "third", "fourth"]
    await process.names()
    assert process.board.built == built + 1


async def test_what_was_begun_before_the_connection_was_lost_is_not_kept(
    process: Process, guild: Guild, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "SHORTEST", 0.05)
    early = await begun(process)
    await lose_connection(process)
    await guild.council("second")
    await process.hear()
    process.board.gate.set()
    assert await early == ["first"]
    assert await process.names() == ["first", "second"]


async def test_of_more_things_than_there_is_room_for_those_stay_that_were_asked_for_last(process: Process) -> None:
    for key in ("a", "b", "c", "a", "d"):  # b has waited longest
        await process.names(key)
    assert process.board.built == 4
    for key in ("a", "c", "d"):
        await process.names(key)
    assert process.board.built == 4
    await process.names("b")
    assert process.board.built == 5


async def test_no_more_bytes_are_kept_than_there_is_room_for(guild: Guild, database_url: str) -> None:
    await guild.council("first")
    async with process_with(Shelf("small", (TOPIC,), most_bytes=10_000), database_url) as process:
        await process.hear()
        process.board.padding = "x" * 900
        for number in range(20):
            await process.names(str(number))
        for number in range(15, 20):
            await process.names(str(number))
        assert process.board.built == 20
        await process.names("0")
        assert process.board.built == 21
        process.board.padding = secrets.token_hex(10_000)  # larger than the room
        await process.names("large")
        await process.names("large")
        assert process.board.built == 23


async def test_the_room_is_free_again_after_a_change(guild: Guild, database_url: str) -> None:
    await guild.council("first")
    async with process_with(Shelf("small", (TOPIC,), most_bytes=10_000), database_url) as process:
        await process.hear()
        process.board.padding = "x" * 900
        for number in range(4):
            await process.put_up(f"name {number}")
            for key in "abcd" * 2:
                await process.names(key)
        assert process.board.built == 16


async def test_refusals_go_to_all_who_wait_and_are_not_kept(guild: Guild, shelf: Shelf, database_url: str) -> None:
    async with process_with(shelf, database_url) as process:
        await process.hear()
        refused = await asyncio.gather(*(process.client.get("/board/all") for _ in range(10)))
        assert {code(one) for one in refused} == {(404, "nothing_on_the_board")}
        assert process.board.built == 1
        assert code(await process.client.get("/board/all")) == (404, "nothing_on_the_board")
        assert process.board.built == 2
        await guild.council("first")
        assert await process.names() == ["first"]


async def test_a_client_that_leaves_takes_nothing_from_the_others(process: Process) -> None:
    first = await begun(process)
    second = asyncio.create_task(process.names())
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    process.board.gate.set()
    assert await second == ["first"]
    assert await process.names() == ["first"]
    assert process.board.built == 1


async def test_a_process_that_stops_keeps_nothing_and_still_answers(process: Process) -> None:
    await process.names()
    await process.live.close()
    assert await process.names() == await process.names() == ["first"]
    assert process.board.built == 3
