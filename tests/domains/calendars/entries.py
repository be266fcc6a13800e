"""Entries of calendars, and a domain that has some."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx2
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.calendar import Entry, Wanted
from guildhall.domains.calendars.rules.files import Calendar
from guildhall.domains.calendars.rules.writing import write
from tests import ics
from tests.guild import Guild, Person

TODAY = datetime(2027, 2, 1, 11, tzinfo=UTC)  # noon in Stockholm


def entry(id: int = 1, **columns: Any) -> Entry:
    """A sitting on a Friday evening, unless `columns` say otherwise."""
    usual = {
        "kind": "event",
        "title_sv": "Sittning",
        "title_en": "Dinner",
        "starts": datetime(2027, 3, 5, 17, tzinfo=UTC),
        "ends": datetime(2027, 3, 5, 22, tzinfo=UTC),
        "changed_at": datetime(2027, 1, 20, 8, 15, 30, tzinfo=UTC),
    }
    return Entry(id=id, **(usual | columns))


def file_with(*entries: Entry, language: Any = "sv", name: str = "F-sektionen") -> bytes:
    """A calendar with these entries, as it is written."""
    return write(Calendar(name, language, "api.example.org", "https://example.org", entries))


def event(**columns: Any) -> ics.Component:
    """The one event of a calendar, as it is read."""
    (only,) = ics.read(file_with(entry(**columns))).events
    return only


@dataclass
class Diary:
    """A domain that fills the hooks, with one statement each."""

    entries: list[Entry] = field(default_factory=list)
    of: dict[int, list[Entry]] = field(default_factory=dict)
    wanted: list[Wanted] = field(default_factory=list)
    since: list[datetime] = field(default_factory=list)

    async def public(self, session: AsyncSession, wanted: Wanted) -> list[Entry]:
        await session.execute(select(1))
        self.wanted.append(wanted)
        return self.entries

    async def personal(self, session: AsyncSession, user_id: int, since: datetime) -> list[Entry]:
        await session.execute(select(1))
        self.since.append(since)
        return self.of.get(user_id, [])


async def made_feed(person: Person, **wish: Any) -> str:
    """The path of a feed that the person has just made."""
    answer = await person.post("/calendar/me", json=wish)
    assert answer.status_code == 200, answer.text
    return answer.json()["url"].removeprefix("http://localhost:8000")


async def fetched(guild: Guild, path: str, **headers: str) -> httpx2.Response:
    """What a calendar program gets, which nobody has signed in on."""
    return await (await guild.client()).get(path, headers=headers)
