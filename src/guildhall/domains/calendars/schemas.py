"""Calendar feeds on the wire; calendars themselves are iCalendar, see `rules`."""

from datetime import datetime

from guildhall.core.language import Language
from guildhall.core.types import Wire


class CalendarFeedCreate(Wire):
    language: Language | None = None


class CalendarFeedRead(Wire):
    exists: bool
    language: Language | None = None
    created_at: datetime | None = None
    last_fetched_at: datetime | None = None


class CalendarFeedCreated(Wire):
    url: str
    language: Language
    created_at: datetime
