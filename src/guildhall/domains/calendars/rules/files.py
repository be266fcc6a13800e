"""What a calendar's file is made of."""

from dataclasses import dataclass

from guildhall.core.calendar import Entry
from guildhall.core.language import Language


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar to be written. `host` stands in the ids of its entries, `site` before the paths of their pages."""

    name: str
    language: Language
    host: str
    site: str
    entries: tuple[Entry, ...]
