"""What everybody sees of events, as bytes that are made once for each change (`platform.shelves`)."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, bindparam, cast, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from guildhall.core import clock
from guildhall.core.errors import Busy
from guildhall.core.event_streams import STILL_HERE
from guildhall.core.glances import Glances, glance_at
from guildhall.domains.events.errors import EventNotFound
from guildhall.domains.events.models import Event, EventSignup
from guildhall.domains.events.schemas import SeatsRead
from guildhall.domains.events.service import queueing, reading
from guildhall.platform.live import Buffer, Live, Signal
from guildhall.platform.shelves import Shelf, Shelves
from guildhall.shared.councils import service as councils
from guildhall.shared.tags import service as tags

EVENTS = Shelf("events", (queueing.EVENTS, councils.TOPIC, tags.TOPIC))
SEATS = Shelf("seats", (queueing.EVENTS,))
MOST_WATCHERS = 500  # of seats, in a process
TROUBLES = (DBAPIError, NoConnectionFree, OSError)  # the database does not answer
SHORTEST = 0.25  # seconds between two tellings of one stream
HEARTBEAT = 20.0  # seconds


@dataclass(frozen=True)
class Wanted:
    """Which events are wanted: those that last into the span, and have the tag, and are the council's."""

    start: datetime | None = None
    end: datetime | None = None
    tag_id: int | None = None
    council_id: int | None = None

    async def as_json(self, glances: Glances) -> bytes:
        """They, by start."""
        wanted = {"start": self.start, "end": self.end, "council": self.council_id, "tag": self.tag_id}
        return await reading.events_as_json(glances, wanted)


_signup_count = select(func.count()).where(EventSignup.event_id == Event.id).correlate(Event).scalar_subquery()
_seats = select(
    _signup_count.label("signup_count"), Event.max_event_users, Event.places_given, Event.event_users_confirmed
).where(Event.id == cast(bindparam("event_id"), Integer))


async def seats_as_json(glances: Glances, event_id: int) -> bytes:
    """What `SeatsRead` holds, but for the time: the same bytes as long as nothing has changed. Raises EventNotFound."""
    row = await glances.first(glance_at(_seats), {"event_id": event_id})
    if row is None:
        raise EventNotFound
    signup_count, capacity, given, published = row
    seats = {
        "signup_count": signup_count,
        "max_event_users": capacity,
        "places_given": given if published else None,
        "event_users_confirmed": published,
    }
    return json.dumps(seats).encode()


def _told(seats: bytes) -> bytes:
    now = SeatsRead(**json.loads(seats), counted_at=clock.now())
    return b"event: seats\ndata: " + now.model_dump_json().encode() + b"\n\n"


class Watchers:
    """Those who watch seats in one process. However many they are, a change is counted once."""

    def __init__(self, live: Live, shelves: Shelves) -> None:
        self._live, self._shelves, self._number = live, shelves, 0

    async def seats(self, event_id: int) -> bytes:
        """The seats as they are. Raises EventNotFound."""
        kept = await self._shelves.keeper(SEATS).get(event_id, lambda glances: seats_as_json(glances, event_id))
        return kept.plain.body

    def refuse_too_many(self) -> None:
        """Raises Busy when too many watch, or the process stops."""
        if self._live.is_over or self._number >= MOST_WATCHERS:
            raise Busy

    async def watch(self, event_id: int) -> AsyncGenerator[bytes]:
        """The seats now, and whenever they have changed, a few times a second at most; until the event is gone.

        Ends also when the process stops, and when the database does not answer: the client comes back.
        """
        self._number += 1
        try:
            # Of many words it is enough to hear that there were some.
            with self._live.listening(queueing.EVENTS, most=1) as news, suppress(Busy, *TROUBLES):
                async with aclosing(self._seats_and_changes(event_id, news)) as pieces:
                    async for piece in pieces:
                        yield piece
        finally:
            self._number -= 1

    async def _seats_and_changes(self, event_id: int, news: Buffer[str]) -> AsyncGenerator[bytes]:
        told = b""
        while not self._live.is_over:
            try:
                seats = await self.seats(event_id)
            except EventNotFound:
                yield b"event: gone\ndata: {}\n\n"
                return
            if seats != told:
                yield _told(seats)
            told = seats
            await asyncio.sleep(SHORTEST)
            async with aclosing(_until_told(news, event_id)) as signs:
                async for sign in signs:
                    yield sign


async def _until_told(news: Buffer[str], event_id: int) -> AsyncGenerator[bytes]:
    """A sign of life now and then, until this event is told about, or may have been."""
    concerning = (str(event_id), Signal.MISSED, Signal.OVER)
    while True:
        try:
            async with asyncio.timeout(HEARTBEAT):
                while await news.next() not in concerning:
                    pass
            return
        except TimeoutError:
            yield STILL_HERE
