"""News between processes, over PostgreSQL's LISTEN and NOTIFY: told with the commit, heard at once in every process.

>>> await live.tell(session, "seats", "17")                # goes with the transaction, and is lost with it
>>> with app.state.live.listening("seats") as news:
...     while (word := await news.next()) is not Signal.OVER: ...     # "17", or Signal.MISSED

Who only wants to know that something has changed watches topics, and is called: when this process has committed a
change, before whoever asked for it is answered; when another process is heard; and when the connection is lost or
made again, because nobody knows what was told meanwhile.

>>> app.state.live.watch(("events",), forget)              # `live.is_hearing`: whether changes are heard now

Nothing is kept for who was not there. Whoever hears MISSED (the connection was lost, or more was told than they took)
looks at the database for themselves; it is also the first word of a new connection.
"""

import asyncio
import contextlib
import secrets
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, TypeVar

import psycopg
import structlog
from sqlalchemy import ARRAY, ColumnElement, Text, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.database import Database

log = structlog.get_logger(__name__)

CHANNEL = "guildhall"
MOST = 1000  # words that wait for a listener, before it must look for itself
SHORTEST, LONGEST = 0.5, 30.0  # seconds before the next try to connect
TOLD = "told"
REMEMBERED = 100  # transactions of this process whose words are still on their way back to it
T = TypeVar("T")


class Signal(Enum):
    """What a buffer says beside its words."""

    MISSED = "missed"
    OVER = "over"


class Buffer(Generic[T]):
    """Words that wait for one who takes them; no more than `most`: then all are dropped, and MISSED is said."""

    def __init__(self, most: int = MOST) -> None:
        self._words: deque[T] = deque()
        self._most, self._has_missed, self._is_over, self._wake = most, False, False, asyncio.Event()

    def put(self, word: T) -> None:
        """Let a word wait; never blocks."""
        if len(self._words) >= self._most:
            self.miss()
        else:
            self._words.append(word)
            self._wake.set()

    def miss(self) -> None:
        """Drop what waits: the next thing that is said is MISSED."""
        self._words.clear()
        self._has_missed = True
        self._wake.set()

    def end(self) -> None:
        """Say OVER from now on, whatever waits."""
        self._is_over = True
        self._wake.set()

    async def next(self) -> T | Signal:
        """The next word; waits for one. Nothing is lost when the waiting is cancelled."""
        while not (self._is_over or self._has_missed or self._words):
            self._wake.clear()
            await self._wake.wait()
        if self._is_over:
            return Signal.OVER
        if self._has_missed:
            self._has_missed = False
            return Signal.MISSED
        return self._words.popleft()


@dataclass
class _Told:
    """What a transaction tells; its words are known by the mark when they come back to the process that told them."""

    mark: str = field(default_factory=lambda: secrets.token_hex(8))
    topics: set[str] = field(default_factory=set[str])


async def tell(session: AsyncSession, topic: str, word: str) -> None:
    """Tell every process, when the transaction commits. A topic has no blanks; together they have 7,000 bytes."""
    await session.execute(select(telling(session, topic, word)))


def telling(session: AsyncSession, topic: str, word: str) -> ColumnElement[Any]:
    """What `tell` does, as a column for the RETURNING of a statement that is sent anyhow: told if it writes a row."""
    return func.pg_notify(CHANNEL, f"{_beginning(session, topic)}{word}")


async def tell_each(session: AsyncSession, topic: str, words: Sequence[str]) -> None:
    """Tell many words about one topic, in one statement."""
    each = func.unnest(literal(list(words), ARRAY(Text))).column_valued("word")
    await session.execute(select(func.pg_notify(CHANNEL, literal(_beginning(session, topic)).concat(each))))


def _beginning(session: AsyncSession, topic: str) -> str:
    told: _Told = session.info.setdefault(TOLD, _Told())
    told.topics.add(topic)
    session.info["wrote"] = True
    return f"{told.mark} {topic} "


class Live:
    """What one process hears: one connection, opened for the first who listens, kept until the process stops."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._listeners: dict[str, set[Buffer[str]]] = {}
        self._watchers: dict[str, list[Callable[[], None]]] = {}
        self._ours: deque[str] = deque(maxlen=REMEMBERED)
        self._hearing: asyncio.Task[None] | None = None
        self.is_over = False
        self.is_hearing = False
        """Whether every change that is told from now on will be heard, or its loss be noticed."""
        database.committed.append(self._committed)

    @contextlib.contextmanager
    def listening(self, topic: str, most: int = MOST) -> Generator[Buffer[str]]:
        """What is told about a topic from now on, for the length of the `with`."""
        buffer: Buffer[str] = Buffer(most)
        if self.is_over:
            buffer.end()
        self._begin_to_hear()
        theirs = self._listeners.setdefault(topic, set())
        theirs.add(buffer)
        try:
            yield buffer
        finally:
            theirs.discard(buffer)

    def watch(self, topics: Iterable[str], changed: Callable[[], None]) -> None:
        """Call `changed`, from now until the end, whenever one of the topics is told about or may have been."""
        self._begin_to_hear()
        for topic in topics:
            self._watchers.setdefault(topic, []).append(changed)

    def stop(self) -> None:
        """Let everybody who listens hear OVER, at once and from now on."""
        self.is_over = True
        for buffer in self._everybody():
            buffer.end()

    async def close(self) -> None:
        """Stop, and close the connection."""
        self.stop()
        with contextlib.suppress(ValueError):  # closed before
            self._database.committed.remove(self._committed)
        if self._hearing:
            self._hearing.cancel()
            await asyncio.gather(self._hearing, return_exceptions=True)

    def _begin_to_hear(self) -> None:
        if self._hearing is None and not self.is_over:
            self._hearing = asyncio.create_task(self._keep_hearing())

    def _committed(self, info: dict[Any, Any]) -> None:
        told: _Told | None = info.pop(TOLD, None)
        if told:
            self._call(told.topics)
            self._ours.append(told.mark)

    def _call(self, topics: Iterable[str]) -> None:
        for topic in topics:
            for changed in self._watchers.get(topic, ()):
                changed()

    def _everybody(self) -> list[Buffer[str]]:
        return [buffer for theirs in self._listeners.values() for buffer in theirs]

    async def _keep_hearing(self) -> None:
        url = self._database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        pause = SHORTEST
        while True:
            try:
                async with await _connect(url) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    pause = SHORTEST
                    await self._hear(connection)
            except Exception as error:  # whatever it is, nobody else would begin again
                log.warning("news from other processes are not heard", error=str(error), again_in=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST)

    async def _hear(self, connection: psycopg.AsyncConnection) -> None:
        for buffer in self._everybody():
            buffer.miss()
        try:
            self._set_hearing(True)
            async for news in connection.notifies():
                self._pass_on(news.payload)
        finally:
            self._set_hearing(False)

    def _set_hearing(self, is_hearing: bool) -> None:
        self.is_hearing = is_hearing
        self._call(self._watchers)

    def _pass_on(self, payload: str) -> None:
        mark, _, rest = payload.partition(" ")
        topic, _, word = rest.partition(" ")
        for buffer in self._listeners.get(topic, ()):
            buffer.put(word)
        if mark not in self._ours:  # those who watch know it already
            self._call([topic])


async def _connect(url: str) -> psycopg.AsyncConnection:
    # One that died without a word is noticed within some ten seconds.
    return await psycopg.AsyncConnection.connect(
        url, autocommit=True, keepalives_idle=5, keepalives_interval=2, keepalives_count=3
    )
