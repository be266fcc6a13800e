"""News between processes: heard after the commit or never, and what was missed is said to be missed."""

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest

from guildhall.platform import live
from guildhall.platform.live import Buffer, Live, Signal
from tests.conftest import url_of
from tests.guild import Guild

CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND query = 'LISTEN guildhall'
"""


@pytest.fixture
async def process(guild: Guild) -> AsyncIterator[Live]:
    """What one process hears."""
    made = Live(guild.database)
    yield made
    await made.close()


async def heard(news: Buffer[str]) -> str | Signal:
    return await asyncio.wait_for(news.next(), 20)


async def tell(guild: Guild, *words: str, topic: str = "seats") -> None:
    async with guild.session() as session:
        for word in words:
            await live.tell(session, topic, word)


async def test_what_is_told_is_heard_after_the_commit_in_every_process(guild: Guild, process: Live) -> None:
    other = Live(guild.database)
    with process.listening("seats") as here, process.listening("seats") as too, other.listening("seats") as there:
        for news in (here, too, there):
            assert await heard(news) is Signal.MISSED  # whoever begins to listen looks for themselves first
        async with guild.session() as session:
            await live.tell(session, "seats", "17 left of 20")
            await asyncio.sleep(0.1)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(here.next(), 0.05)
        assert [await heard(news) for news in (here, too, there)] == ["17 left of 20"] * 3
    await other.close()


async def test_what_was_rolled_back_is_never_heard(guild: Guild, process: Live) -> None:
    with process.listening("seats") as news:
        await heard(news)
        with pytest.raises(ValueError, match="no"):
            async with guild.session() as session:
                await live.tell(session, "seats", "lost")
                raise ValueError("no")
        await tell(guild, "kept")
        assert await heard(news) == "kept"


async def test_who_listens_to_one_topic_hears_no_other(guild: Guild, process: Live) -> None:
    with process.listening("seats") as news:
        await heard(news)
        await tell(guild, "a song", topic="songs")
        await tell(guild, "", "1", "1", "2 å")
        assert [await heard(news) for _ in range(3)] == ["", "1", "2 å"]  # the same told twice at once is one


async def test_a_connection_that_is_cut_is_made_again_and_says_that_something_was_missed(
    guild: Guild, process: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "SHORTEST", 0.05)
    with process.listening("seats") as news:
        await heard(news)
        with psycopg.connect(url_of("postgres"), autocommit=True) as server:
            assert server.execute(CUT, [guild.database.engine.url.database]).fetchall()
        assert await heard(news) is Signal.MISSED
        await tell(guild, "again")
        assert await heard(news) == "again"


async def test_nobody_listens_and_no_connection_is_made(guild: Guild) -> None:
    listening = CUT.replace("pg_terminate_backend(pid)", "pid")
    with psycopg.connect(url_of("postgres"), autocommit=True) as server:
        before = server.execute(listening, [guild.database.engine.url.database]).fetchall()  # of other tests
        idle = Live(guild.database)
        await tell(guild, "1")
        assert server.execute(listening, [guild.database.engine.url.database]).fetchall() == before
        with idle.listening("seats") as news:
            await heard(news)
            assert len(server.execute(listening, [guild.database.engine.url.database]).fetchall()) == len(before) + 1
    await idle.close()


async def test_who_takes_nothing_is_told_that_they_missed_it_and_holds_up_nobody(guild: Guild, process: Live) -> None:
    with process.listening("seats", most=3) as slow, process.listening("seats") as quick:
        await heard(slow)
        await heard(quick)
        await tell(guild, *map(str, range(10)))
        assert [await heard(quick) for _ in range(10)] == [str(number) for number in range(10)]
        said = [await heard(slow)]
        await tell(guild, "last")
        while said[-1] != "last":
            said.append(await heard(slow))
    assert said[0] is Signal.MISSED
    assert len(said) <= 5


async def test_everybody_hears_that_it_is_over_at_once_and_from_then_on(guild: Guild, process: Live) -> None:
    with process.listening("seats") as news:
        await heard(news)
        waiting = asyncio.create_task(news.next())
        await asyncio.sleep(0)
        process.stop()
        assert await asyncio.wait_for(waiting, 1) is Signal.OVER
        assert await heard(news) is Signal.OVER
    with process.listening("seats") as late:
        assert await heard(late) is Signal.OVER


async def test_nothing_is_lost_when_the_waiting_is_given_up() -> None:
    buffer: Buffer[int] = Buffer(10)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(buffer.next(), 0.01)
    waiting = asyncio.create_task(buffer.next())
    await asyncio.sleep(0)
    buffer.put(1)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    buffer.put(2)
    assert [await buffer.next(), await buffer.next()] == [1, 2]
