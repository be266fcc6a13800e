"""Calendars as files, read by two libraries and by a reader that forgives nothing."""

import warnings
from datetime import UTC, datetime
from typing import Any

import icalendar
import pytest
import vobject

from guildhall.core.calendar import Names
from tests import ics
from tests.domains.calendars.entries import entry, event, file_with

HOSTILE = [
    "Sittning; med, kommatecken: och kolon",
    "END:VEVENT",
    "Sittning\nEND:VEVENT\nBEGIN:VEVENT",
    "Sittning\r\nBEGIN:VEVENT\r\nUID:1",
    "bakåt \\ \\n \\, \\; \\\\",
    r"C:\Nollning\nya",
    "\"citat\" och 'citat' ^n ^^",
    "🎉🧑‍🚀👩‍👩‍👧‍👦 fest 🇸🇪",
    "å" * 100,
    "🎉" * 60,
    "x" * 74 + ";" * 10,
    "y" * 66 + "\\" * 20,
    " inledande mellanslag\tflik\x00\x07\x1b[31m\x7f\x85\u2028slut",
    "%0D%0ABEGIN:VEVENT",
    "שלום مرحبا e\u0301",
]


def expected(text: str) -> str:
    """A title as it should arrive: one line, without control characters."""
    return " ".join("".join(sign for sign in text if sign.isspace() or not ics.CONTROL.match(sign)).split())


@pytest.mark.parametrize("title", HOSTILE)
def test_any_title_arrives_as_it_was_meant_whoever_reads_it(title: str) -> None:
    content = file_with(entry(title_sv=title, location=title))
    strict = ics.read(content).event("event-1")
    assert strict.text("SUMMARY") == strict.text("LOCATION") == expected(title)
    (lenient,) = icalendar.Calendar.from_ical(content).events  # type: ignore[union-attr]
    assert str(lenient["SUMMARY"]) == expected(title)
    assert by_vobject(content).vevent.summary.value == expected(title)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_description_breaks_the_calendar(text: str) -> None:
    content = file_with(entry(description_sv=f"{text}\n\n{text}"), entry(2))
    assert ics.read(content).titles == ["Sittning", "Sittning"]
    assert len(icalendar.Calendar.from_ical(content).events) == 2  # type: ignore[union-attr]
    assert len(by_vobject(content).vevent_list) == 2


def by_vobject(content: bytes) -> Any:
    """What that library reads."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # its own
        return vobject.readOne(content.decode())


def test_a_long_description_comes_whole_and_with_its_lines() -> None:
    words = "\n".join(f"{number}: Gå på räksmörgås; sjung, ät & drick 🦐" for number in range(60))
    content = file_with(entry(description_sv=words))
    assert ics.read(content).event("event-1").text("DESCRIPTION") == words
    assert by_vobject(content).vevent.description.value == words


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        (datetime(2027, 3, 27, 20, tzinfo=UTC), datetime(2027, 3, 28, 3, tzinfo=UTC)),
        (datetime(2027, 10, 30, 20, tzinfo=UTC), datetime(2027, 10, 31, 3, tzinfo=UTC)),
        (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), datetime(2027, 10, 31, 1, 30, tzinfo=UTC)),
    ],
)
def test_the_libraries_read_the_same_moments_in_both_nights(starts: datetime, ends: datetime) -> None:
    content = file_with(entry(starts=starts, ends=ends))
    one: Any = icalendar.Calendar.from_ical(content).events[0]  # type: ignore[union-attr]
    assert (one.start.astimezone(UTC), one.end.astimezone(UTC)) == (starts, ends)
    other = by_vobject(content).vevent
    assert (other.dtstart.value.astimezone(UTC), other.dtend.value.astimezone(UTC)) == (starts, ends)


def test_a_calendar_says_what_it_is_and_how_often_to_look() -> None:
    calendar = ics.read(file_with(name="F-sektionen: Sexmästeriet, och; fler"))
    assert calendar.text("NAME") == calendar.text("X-WR-CALNAME") == "F-sektionen: Sexmästeriet, och; fler"
    assert calendar.one("METHOD").value == "PUBLISH"
    assert calendar.one("CALSCALE").value == "GREGORIAN"
    assert calendar.one("REFRESH-INTERVAL") == ics.Property("REFRESH-INTERVAL", {"VALUE": "DURATION"}, "PT1H")
    assert calendar.one("X-PUBLISHED-TTL").value == "PT1H"
    assert calendar.one("X-WR-TIMEZONE").value == "Europe/Stockholm"


def test_an_event_says_all_that_is_known_of_it() -> None:
    dinner = event(
        description_sv="**Meny** [här](https://example.org/meny)",
        location="Gasquen",
        sequence=3,
        status="TENTATIVE",
        path="/events/1",
        categories=(Names(sv="Sexmästeriet, F", en="x"), Names(sv="Sittning", en="y")),
    )
    assert dinner.text("UID") == "event-1@api.example.org"
    assert dinner.text("DESCRIPTION") == "Meny här (https://example.org/meny)"
    assert dinner.text("LOCATION") == "Gasquen"
    assert dinner.one("SEQUENCE").value == "3"
    assert dinner.one("STATUS").value == "TENTATIVE"
    assert dinner.one("URL").value == "https://example.org/events/1"
    assert dinner.one("CATEGORIES").value == r"Sexmästeriet\, F,Sittning"
    assert dinner.one("DTSTAMP").value == dinner.one("LAST-MODIFIED").value == "20270120T081530Z"


def test_what_is_not_known_is_left_out() -> None:
    bare = event()
    assert not any(bare.has(name) for name in ("DESCRIPTION", "LOCATION", "URL", "CATEGORIES"))


def test_a_calendar_is_in_one_language_and_borrows_what_that_lacks() -> None:
    both = entry(1, description_sv="Välkommen", description_en="", categories=(Names(sv="Fest", en="Party"),))
    english = ics.read(file_with(both, language="en")).event("event-1")
    assert (english.text("SUMMARY"), english.text("DESCRIPTION")) == ("Dinner", "Välkommen")
    assert english.one("CATEGORIES").value == "Party"


def test_a_calendar_without_events_is_one_too() -> None:
    assert ics.read(file_with()).events == []


def test_the_same_calendar_is_the_same_bytes_in_whatever_order_it_was_found() -> None:
    some = [entry(number) for number in range(20)]
    assert file_with(*some) == file_with(*reversed(some))
