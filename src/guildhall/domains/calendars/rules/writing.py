"""Writing a calendar as a file (RFC 5545, RFC 7986)."""

from datetime import UTC, timedelta
from typing import Any

import icalendar
from icalendar.prop import vText

from guildhall.core.calendar import Entry
from guildhall.core.clock import STOCKHOLM
from guildhall.domains.calendars.rules.files import Calendar
from guildhall.domains.calendars.rules.texts import line, plain
from guildhall.domains.calendars.rules.times import moment, span, stockholm

REFRESH = timedelta(hours=1)
PRODUCT = "-//Guildhall//Calendars//EN"


class _Words(vText):
    """A text as RFC 5545 escapes it; the library would make a line break of a backslash before an N."""

    def to_ical(self) -> bytes:
        """The escaped text."""
        escaped = self.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
        return escaped.encode()


def write(calendar: Calendar) -> bytes:
    """The file. The same calendar is always the same bytes. May take a tenth of a second: for a thread."""
    file: Any = icalendar.Calendar()
    file.add("prodid", PRODUCT)
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("method", "PUBLISH")
    for name in ("name", "x-wr-calname"):
        file.add(name, _Words(line(calendar.name)))
    file.add("x-wr-timezone", STOCKHOLM.key)
    file.add("refresh-interval", REFRESH, {"value": "DURATION"})
    file.add("x-published-ttl", icalendar.vDuration(REFRESH))
    file.add_component(stockholm())
    for entry in sorted(calendar.entries, key=lambda entry: (moment(entry.starts), entry.kind, entry.id)):
        file.add_component(_event(calendar, entry))
    return file.to_ical()


def _event(calendar: Calendar, entry: Entry) -> icalendar.Event:
    event: Any = icalendar.Event()
    when, changed, is_swedish = span(entry), entry.changed_at.astimezone(UTC), calendar.language == "sv"
    event.add("uid", f"{entry.kind}-{entry.id}@{calendar.host}")
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", entry.sequence)
    event.add("dtstart", when.start)
    if when.end is not None:
        event.add("dtend", when.end)
    event.add("status", entry.status)
    _say(event, "summary", line(_either(entry.title_sv, entry.title_en, is_swedish=is_swedish)))
    _say(event, "description", plain(_either(entry.description_sv, entry.description_en, is_swedish=is_swedish)))
    _say(event, "location", line(entry.location))
    if entry.path:
        event.add("url", calendar.site + entry.path)
    if entry.categories:
        event.add("categories", [line(name.sv if is_swedish else name.en) for name in entry.categories])
    return event


def _either(swedish: str, english: str, *, is_swedish: bool) -> str:
    return (swedish or english) if is_swedish else (english or swedish)


def _say(event: Any, what: str, words: str) -> None:
    if words:
        event.add(what, _Words(words))
