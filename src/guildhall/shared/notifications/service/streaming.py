"""Streams: what connected members are told at once. One query of a process for each notice, however many they are.

A stream begins with how many are unread, and with what came after the id that the client names. Then it tells what
comes. Whatever is told may be told again, never lost: ids are given before the commit, so one with a lower id may be
seen later than one with a higher one, and what was told within a minute before the named id is therefore told again.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import func, or_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from guildhall.core.database import Database, among
from guildhall.core.errors import Busy
from guildhall.platform.live import Buffer, Live, Signal
from guildhall.shared.notifications.models import NoticeRow, Notification
from guildhall.shared.notifications.schemas import NotificationRead, UnreadRead
from guildhall.shared.notifications.service.inbox import COLUMNS, listed, shape, unread_of_member
from guildhall.shared.notifications.service.telling import TOPIC

log = structlog.get_logger(__name__)

HEARTBEAT = 20.0  # seconds
STREAMS_OF_ONE = 10  # in a process; of more, the oldest ends
BUFFER = 100  # events that a slow client has not taken; of more, it is told anew from the database
REPLAYED = 100  # of what was missed, the newest
OVERLAP = timedelta(minutes=1)
PAUSE = 1.0  # seconds before the database is asked again
TROUBLES = (DBAPIError, NoConnectionFree, OSError)

_other, _others_notice = aliased(Notification), aliased(NoticeRow)


@dataclass(frozen=True)
class Event:
    """What a client is told; `id` names a notification, `wait` asks to come back only after so many milliseconds."""

    name: str
    data: str
    id: int | None = None
    wait: int | None = None


class Stream:
    """One client of a member: what it has yet to take, and the newest id that it has taken."""

    def __init__(self, user_id: int, last_id: int | None) -> None:
        self.user_id, self.last_id = user_id, last_id
        self.buffer: Buffer[Event] = Buffer(BUFFER)
        self.is_put_out = False
        self._taken: deque[int] = deque(maxlen=2 * REPLAYED)

    def takes(self, event: Event) -> bool:
        """Whether this event is news to the client; notes that it was told."""
        if event.id is None:
            return True
        if event.id in self._taken:
            return False
        self._taken.append(event.id)
        self.last_id = max(self.last_id or 0, event.id)
        return True

    def put_out(self) -> None:
        """Let the stream end because the member has too many."""
        self.is_put_out = True
        self.buffer.end()


class Streams:
    """The streams of one process."""

    def __init__(self, database: Database, live: Live) -> None:
        self.database, self._live = database, live
        self._streams: dict[int, list[Stream]] = {}
        self._passing_on: asyncio.Task[None] | None = None
        self._few = asyncio.Semaphore(2)  # connections for catching up, when everybody has to at once

    def refuse_when_over(self) -> None:
        """Raises Busy when the process stops."""
        if self._live.is_over:
            raise Busy

    @contextmanager
    def open(self, user_id: int, last_id: int | None) -> Generator[Stream]:
        """A stream of the member, for the length of the `with`."""
        stream = Stream(user_id, last_id)
        theirs = self._streams.setdefault(user_id, [])
        theirs.append(stream)
        if len(theirs) > STREAMS_OF_ONE:
            theirs[-STREAMS_OF_ONE - 1].put_out()
        if self._passing_on is None or self._passing_on.done():
            self._passing_on = asyncio.create_task(self._pass_on())
        try:
            yield stream
        finally:
            theirs.remove(stream)
            if not theirs:
                self._streams.pop(user_id, None)

    async def missed(self, stream: Stream) -> list[Event]:
        """How many are unread, after what the client has not been told, the oldest first."""
        async with self._few, self.database.transaction() as session:
            newest, unread = await _summary(session, stream.user_id)
            told: Sequence[NotificationRead] = []
            if stream.last_id is None:
                stream.last_id = newest
            else:
                told = await _after(session, stream.user_id, stream.last_id)
        return [*map(_event, told), _count(unread)]

    async def _pass_on(self) -> None:
        with self._live.listening(TOPIC) as news:
            while (word := await news.next()) is not Signal.OVER:
                try:
                    await self._tell(word)
                except Exception as error:  # whatever it is, every stream hangs on this task
                    log.warning("streams could not be told", exc_info=error)
                    await asyncio.sleep(PAUSE)
                    news.miss()
        for stream in self._everybody():
            stream.buffer.end()

    def _everybody(self) -> list[Stream]:
        return [stream for theirs in self._streams.values() for stream in theirs]

    async def _tell(self, word: str | Signal) -> None:
        if isinstance(word, Signal):
            for stream in self._everybody():
                stream.buffer.miss()
            return
        what, _, number = word.partition(" ")
        if what == "notice":
            await self._tell_notice(int(number))
        elif int(number) in self._streams:
            async with self.database.transaction() as session:
                _, unread = await _summary(session, int(number))
            self._put(int(number), _count(unread))

    async def _tell_notice(self, notice_id: int) -> None:
        if not self._streams:
            return
        meant = listed.add_columns(Notification.user_id, unread_of_member).where(
            Notification.notice_id == notice_id, among(Notification.user_id, "users")
        )
        async with self.database.transaction() as session:
            rows = (await session.execute(meant, {"users": list(self._streams)})).all()
        for row in rows:
            user_id, unread = row[len(COLUMNS) :]
            self._put(user_id, _event(shape(row)), _count(unread))

    def _put(self, user_id: int, *events: Event) -> None:
        for stream in self._streams.get(user_id, ()):
            for event in events:
                stream.buffer.put(event)


def _event(notification: NotificationRead) -> Event:
    return Event("notification", notification.model_dump_json(), notification.id)


def _count(unread: int) -> Event:
    return Event("unread", UnreadRead(unread=unread).model_dump_json())


async def _summary(session: AsyncSession, user_id: int) -> tuple[int, int]:
    is_unread = Notification.read_at.is_(None)
    counted = select(func.max(Notification.id), func.count().filter(is_unread)).where(Notification.user_id == user_id)
    newest, unread = (await session.execute(counted)).one()
    return newest or 0, unread


async def _after(session: AsyncSession, user_id: int, last_id: int) -> list[NotificationRead]:
    named = (
        select(func.max(_others_notice.created_at))
        .join(_other, _other.notice_id == _others_notice.id)
        .where(_other.user_id == user_id, _other.id <= last_id)
        .scalar_subquery()
    )
    is_later = or_(Notification.id > last_id, NoticeRow.created_at > named - OVERLAP)
    missed = listed.where(Notification.user_id == user_id, Notification.id != last_id, is_later)
    rows = (await session.execute(missed.order_by(Notification.id.desc()).limit(REPLAYED))).all()
    return [shape(row) for row in reversed(rows)]


async def follow(
    streams: Streams, user_id: int, last_id: int | None, may_stay: Callable[[], Awaitable[bool]]
) -> AsyncGenerator[Event | None]:
    """What a member is told from now on, and None as a sign of life about every 20 seconds.

    Then `may_stay` is asked; the stream ends when they may not, when the process stops, and when the member opens too
    many others.
    """
    beat = _in_a_while()
    with streams.open(user_id, last_id) as stream:
        word: Event | Signal = Signal.MISSED
        while word is not Signal.OVER:
            try:
                events = await streams.missed(stream) if isinstance(word, Signal) else [word]
            except TROUBLES as error:
                log.warning("a stream ends, because the database does not answer", error=str(error))
                return  # the client comes back, with the last id it has seen
            for event in filter(stream.takes, events):
                if _is_past(beat):  # the client took its time, and may have been signed out meanwhile
                    if not await may_stay():
                        return
                    beat = _in_a_while()
                yield event
            while (heard := await _next(stream, beat)) is None:
                if not await may_stay():
                    return
                beat = _in_a_while()
                yield None
            word = heard
        if stream.is_put_out:
            yield Event("end", "{}", wait=60_000)


def _is_past(beat: float) -> bool:
    return asyncio.get_running_loop().time() >= beat


def _in_a_while() -> float:
    return asyncio.get_running_loop().time() + HEARTBEAT


async def _next(stream: Stream, beat: float) -> Event | Signal | None:
    try:
        async with asyncio.timeout_at(beat):
            return await stream.buffer.next()
    except TimeoutError:
        return None
