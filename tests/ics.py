"""A strict reader of calendars, written from RFC 5545: it forgives nothing, unlike the libraries.

>>> file = ics.read(answer.content)           # raises AssertionError for whatever is not as the RFC has it
>>> file.event("car-7").text("SUMMARY")
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

LONGEST = 75  # octets of a line, without its end
CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f]")
PROPERTY = re.compile(r"([A-Z][A-Z0-9-]*)((?:;[A-Z-]+=(?:\"[^\"]*\"|[^\";:,]*))*):(.*)")
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
MOMENT = re.compile(r"\d{8}T\d{6}(Z?)")
ONCE = ["UID", "DTSTAMP", "DTSTART"]
AT_MOST_ONCE = ["DTEND", "SUMMARY", "DESCRIPTION", "LOCATION", "STATUS", "SEQUENCE", "URL", "LAST-MODIFIED"]
TEXTS = {"SUMMARY", "DESCRIPTION", "LOCATION", "NAME", "X-WR-CALNAME", "UID", "TZID", "TZNAME", "PRODID"}


@dataclass(frozen=True)
class Property:
    """One line, unfolded."""

    name: str
    parameters: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value as the text that was meant."""
        return ESCAPED.sub(lambda sign: "\n" if sign[1] in "nN" else sign[1], self.value)


@dataclass
class Component:
    """What stands between BEGIN and END."""

    kind: str
    properties: list[Property] = field(default_factory=list)
    components: list["Component"] = field(default_factory=list)

    def all(self, name: str) -> list[Property]:
        return [one for one in self.properties if one.name == name]

    def one(self, name: str) -> Property:
        (found,) = self.all(name)
        return found

    def text(self, name: str) -> str:
        return self.one(name).text

    def has(self, name: str) -> bool:
        return bool(self.all(name))

    def of_kind(self, kind: str) -> list["Component"]:
        return [one for one in self.components if one.kind == kind]


class Calendar(Component):
    """The whole file."""

    @property
    def events(self) -> list[Component]:
        return self.of_kind("VEVENT")

    @property
    def titles(self) -> list[str]:
        return [event.text("SUMMARY") for event in self.events]

    def event(self, what: str) -> Component:
        """The event `kind-id`, whatever the host."""
        (found,) = [event for event in self.events if event.text("UID").rpartition("@")[0] == what]
        return found


def read(content: bytes) -> Calendar:
    """The calendar. Raises AssertionError when it is not valid."""
    lines = iter(list(_unfolded(content)))
    first = next(lines)
    assert (first.name, first.value) == ("BEGIN", "VCALENDAR")
    calendar = Calendar("VCALENDAR")
    _fill(calendar, lines)
    assert next(lines, None) is None, "something follows the calendar"
    _check(calendar)
    return calendar


def _unfolded(content: bytes) -> Iterator[Property]:
    assert content.endswith(b"\r\n")
    octets = content.removesuffix(b"\r\n").split(b"\r\n")
    assert all(len(line) <= LONGEST for line in octets), "a line is too long"
    assert all(octets), "a line is empty"
    lines: list[str] = []
    for line in (octet.decode() for octet in octets):  # no fold may cut a sign into pieces
        assert not CONTROL.search(line), f"a control character: {line!r}"
        if line[0] in " \t":
            lines[-1] += line[1:]
        else:
            lines.append(line)
    return map(_property, lines)


def _property(line: str) -> Property:
    found = PROPERTY.fullmatch(line)
    assert found, f"no property: {line!r}"
    name, parameters, value = found.groups()
    if name in TEXTS:
        assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value), f"a sign is not escaped: {line!r}"
        assert not re.search(r"(?<!\\)(?:\\\\)*\\(?![\\;,nN])", value), f"a backslash escapes nothing: {line!r}"
    pairs = [part.split("=", 1) for part in parameters.split(";")[1:]]
    return Property(name, {name: value.strip('"') for name, value in pairs}, value)


def _fill(component: Component, lines: Iterator[Property]) -> None:
    for line in lines:
        if line.name == "END":
            assert line.value == component.kind
            return
        if line.name == "BEGIN":
            inner = Component(line.value)
            _fill(inner, lines)
            component.components.append(inner)
        else:
            assert not component.components or component.kind != "VCALENDAR", "a property after the components"
            component.properties.append(line)
    raise AssertionError(f"{component.kind} does not end")


def _check(calendar: Calendar) -> None:
    assert calendar.text("VERSION") == "2.0"
    assert calendar.text("PRODID")
    assert len(calendar.all("CALSCALE")) <= 1
    assert len(calendar.all("METHOD")) <= 1
    assert calendar.components, "a calendar without anything in it"
    assert {one.kind for one in calendar.components} <= {"VTIMEZONE", "VEVENT"}
    zones = [zone.text("TZID") for zone in calendar.of_kind("VTIMEZONE")]
    assert len(zones) == len(set(zones))
    for zone in calendar.of_kind("VTIMEZONE"):
        _check_zone(zone)
    ids = [event.text("UID") for event in calendar.events]
    assert len(ids) == len(set(ids)), "two events have one id"
    for event in calendar.events:
        _check_event(event, zones)


def _check_zone(zone: Component) -> None:
    assert zone.components
    for change in zone.components:
        assert change.kind in ("STANDARD", "DAYLIGHT")
        start = MOMENT.fullmatch(change.one("DTSTART").value)
        assert start
        assert not start[1], "a change is told by the clock of the place"
        for offset in ("TZOFFSETFROM", "TZOFFSETTO"):
            assert re.fullmatch(r"[+-]\d{4}(\d\d)?", change.one(offset).value)


def _check_event(event: Component, zones: list[str]) -> None:
    for name in ONCE:
        assert len(event.all(name)) == 1, f"not one {name}"
    for name in AT_MOST_ONCE:
        assert len(event.all(name)) <= 1, f"more than one {name}"
    for name in ("DTSTAMP", "LAST-MODIFIED"):
        assert all(one.value.endswith("Z") and MOMENT.fullmatch(one.value) for one in event.all(name))
    assert not event.has("DURATION")
    assert event.one("STATUS").value in ("CONFIRMED", "TENTATIVE", "CANCELLED")
    assert int(event.one("SEQUENCE").value) >= 0
    assert all(re.fullmatch(r"https?://[!-~]+", one.value) for one in event.all("URL"))
    start, ends = event.one("DTSTART"), event.all("DTEND")
    for when in (start, *ends):
        _check_time(when, zones)
    if ends:
        assert start.parameters == ends[0].parameters, "begins and ends by different clocks"
        assert len(start.value) == len(ends[0].value)
        assert start.value < ends[0].value, "ends before it begins, by the clock"
        assert lasts(event) > timedelta()


def _check_time(when: Property, zones: list[str]) -> None:
    if when.parameters.get("VALUE") == "DATE":
        assert re.fullmatch(r"\d{8}", when.value)
        return
    found = MOMENT.fullmatch(when.value)
    assert found
    if found[1]:
        assert "TZID" not in when.parameters
    else:
        assert when.parameters["TZID"] in zones, "nobody says what clock that is"


def time_of(when: Property) -> datetime | date:
    """The moment in UTC, or the day. Of the hour that comes twice it is the first, as the RFC says."""
    from guildhall.core.clock import STOCKHOLM

    if when.parameters.get("VALUE") == "DATE":
        return datetime.strptime(when.value, "%Y%m%d").date()
    wall = datetime.strptime(when.value.removesuffix("Z"), "%Y%m%dT%H%M%S")
    zone = UTC if when.value.endswith("Z") else STOCKHOLM
    assert when.parameters.get("TZID", STOCKHOLM.key) == STOCKHOLM.key
    return wall.replace(tzinfo=zone).astimezone(UTC)


def lasts(event: Component) -> timedelta:
    """How long it lasts, in time that passes; days as they stand in the calendar."""
    start, end = time_of(event.one("DTSTART")), time_of(event.one("DTEND"))
    assert type(start) is type(end)
    return end - start  # type: ignore[operator]
