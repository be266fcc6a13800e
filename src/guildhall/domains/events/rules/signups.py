"""Sign-ups, and how they stand in the line."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Hand = Literal["in", "out"]
TICKET = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class SignUp:
    """One who has signed up.

    Raises ValueError when the moment is not aware or the ticket is not 64 lower-case hex digits: either would be
    compared wrongly.
    """

    id: int
    """Whoever it is; never decides anything."""
    moment: datetime
    kind: str
    """Its class: `Nolla`, `Gruppfadder`, the name of a post, or `Övrigt`."""
    group: str | None
    """The name of its group, compared as it is given."""
    ticket: str
    hand: Hand | None = None
    """Put at the front of the line, or out of it, by an organiser."""

    def __post_init__(self) -> None:
        if self.moment.utcoffset() is None:
            raise ValueError("the moment of a sign-up is aware")
        if not TICKET.fullmatch(self.ticket):
            raise ValueError("a ticket is 64 lower-case hex digits")


@dataclass(frozen=True, slots=True)
class Standing:
    """How a sign-up stands in the line."""

    signup: SignUp
    position: int
    """Its place in the line, from 1."""
    has_place: bool
    step: int | None
    """The number of the step that took it, from 1; None when a hand put it at the front."""
    rank: int
    """Its number among those the same step took, or among those put at the front; from 1."""
