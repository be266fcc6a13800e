"""What stands in a calendar: all that the domains have for it, one statement each."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import calendar, clock
from guildhall.core.calendar import Entry, Wanted
from guildhall.core.database import release
from guildhall.core.language import Language
from guildhall.core.settings import settings
from guildhall.domains.calendars.errors import CalendarNotFound
from guildhall.domains.calendars.rules.files import Calendar
from guildhall.domains.calendars.service.feeds import Owner

BACK = timedelta(days=365)


def _write(made: Calendar) -> bytes:
    # Imported when somebody wants a calendar: the library is six megabytes that most processes never need.
    from guildhall.domains.calendars.rules.writing import write

    return write(made)


# Everybody reads the same few, and mostly nothing has changed since the last time.
_written_lately = lru_cache(maxsize=16)(_write)


async def public(
    session: AsyncSession, language: Language, council_id: int | None = None, tag_id: int | None = None
) -> bytes:
    """The guild's calendar as a file, or only what is a council's, or has a tag.

    Raises CouncilNotFound and what else `narrowed_to` raises, CalendarNotFound when nobody knows of such things.
    """
    wanted = Wanted(since=_since(), council_id=council_id, tag_id=tag_id)
    names = [name for name in await calendar.narrowed_to.gather(session, wanted) if name]
    if len(names) < sum(one is not None for one in (council_id, tag_id)):
        raise CalendarNotFound
    found = chain.from_iterable(await calendar.public_entries.gather(session, wanted))
    made = _calendar(language, found, *(name.sv if language == "sv" else name.en for name in names))
    await release(session)  # others need the connection
    return await asyncio.to_thread(_written_lately, made)


async def personal(session: AsyncSession, owner: Owner, language: Language) -> bytes:
    """A member's own calendar as a file."""
    found = chain.from_iterable(await calendar.personal_entries.gather(session, owner.user_id, _since()))
    made = _calendar(language, found, "min kalender" if language == "sv" else "my calendar")
    return await asyncio.to_thread(_write, made)


def _since() -> datetime:
    return clock.now() - BACK


def _calendar(language: Language, entries: Iterable[Entry], *of: str) -> Calendar:
    now = settings()
    guild = now.guild_name_sv if language == "sv" else now.guild_name_en
    name = ": ".join([guild[:1].upper() + guild[1:], *of])
    return Calendar(name, language, urlsplit(now.public_url).hostname or "", now.site_url, tuple(entries))
