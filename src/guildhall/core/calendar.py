"""What stands in a calendar, and the hooks by which domains say what they have for it.

>>> async def trips(session: AsyncSession, user_id: int, since: datetime) -> list[Entry]: ...
>>> domain = Domain(name="cars", ..., fills=((calendar.personal_entries, trips),))

Each answers with one statement, whatever it finds: a calendar asks all of them.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.hooks import Hook

Status = Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What something is called, in Swedish and English."""

    sv: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a calendar.

    `kind` and `id` are the same for the same thing in every calendar and at every time, also for the language.
    `starts` and `ends` are aware moments, or days (which stand for their midnight in Stockholm, so that `ends` is the
    day after the last); with `all_day` the days count that these moments touch. An entry that ends when it begins, or
    before, is a moment, or one day. `description_sv` and `description_en` are Markdown. `path` is a path on the site
    (`/events/7`). `changed_at` is when anything here changed last, and `sequence` how often what people plan by did.
    """

    kind: str
    id: int
    title_sv: str
    title_en: str
    starts: datetime | date
    ends: datetime | date
    changed_at: datetime
    description_sv: str = ""
    description_en: str = ""
    location: str = ""
    all_day: bool = False
    sequence: int = 0
    status: Status = "CONFIRMED"
    path: str = ""
    categories: tuple[Names, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which public entries are wanted: those that end at `since` or later; only one council's, or only with one tag.

    With both, what is that council's and has that tag.
    """

    since: datetime
    council_id: int | None = None
    tag_id: int | None = None


public_entries: Hook[[AsyncSession, Wanted], list[Entry]] = Hook("public_entries")
"""What everybody may see in a calendar. Cancelled entries come too, as CANCELLED."""

personal_entries: Hook[[AsyncSession, int, datetime], list[Entry]] = Hook("personal_entries")
"""What this user takes part in, or should think of, that ends at this moment or later."""

narrowed_to: Hook[[AsyncSession, Wanted], Names | None] = Hook("narrowed_to")
"""What the wanted council, or tag, is called; None when none is wanted. Each kind has one who fills this for it.

Raises that kind's NotFound.
"""
