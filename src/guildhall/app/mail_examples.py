"""What mails are filled with to be looked at: `./guildhall mail preview`, and the test that renders them all.

A template that needs a fact which is not here cannot be shown, and a test says so: add it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

FACTS: Mapping[str, Any] = {
    "name": "Åsa Öberg",
    "token": "an.example.token",
    "minutes": 60,
    "new_email": "a***a@example.org",
    "start": datetime(2027, 3, 1, 9, tzinfo=UTC),
    "end": datetime(2027, 3, 1, 11, tzinfo=UTC),
    "confirmed": True,
    "description": "Till IKEA & tillbaka <3",
    "title_sv": "Du har fått en plats på Nollegasquen",
    "title_en": "You have a place at Nollegasquen",
    "body_sv": "Säg till senast på torsdag om du inte kan komma.",
    "body_en": "Tell us by Thursday if you cannot come.",
    "link": "/events/7",
    "council": SimpleNamespace(name_sv="Foset", name_en="The Board Games Committee"),
}
