"""A draw as its published proof tells it: read with distrust, and drawn again."""

import re
from dataclasses import dataclass
from typing import cast

from guildhall.domains.events.rules.lines import line
from guildhall.domains.events.rules.moments import moment_from_text
from guildhall.domains.events.rules.plans import Plan, plan_from_json
from guildhall.domains.events.rules.ranking import BEFORE_ALL, Rank, rank_from_json
from guildhall.domains.events.rules.reading import a_list, a_number, a_text, an_object
from guildhall.domains.events.rules.signups import SignUp, Standing
from guildhall.domains.events.rules.tickets import ticket

FORMAT = "guildhall-draw-1"
ENTRY = ("ticket", "class", "group", "moment", "position", "has_place", "hand")
HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A sign-up, and where the proof says that it stands."""

    signup: SignUp
    position: int | None
    has_place: bool


@dataclass(frozen=True, slots=True)
class Draw:
    """All that a proof says."""

    event_id: int
    capacity: int
    plan: Plan
    rank: Rank
    commitment: str
    seed: bytes
    entries: list[Entry]
    mine: str | None
    """The ticket that is said to be the asker's own; None when they did not sign up, or when it is not said."""

    def again(self) -> dict[str, Standing]:
        """The line as it should be, by ticket. Raises ValueError when there is none, see `line`."""
        drawn = line((entry.signup for entry in self.entries), self.plan, self.rank, self.capacity)
        return {one.signup.ticket: one for one in drawn}

    def ticket_of(self, user_id: int) -> str:
        """The ticket that the seed gives a member."""
        return ticket(self.seed, self.event_id, user_id)

    def has(self, ticket: str) -> bool:
        """Whether a sign-up has this ticket."""
        return any(entry.signup.ticket == ticket for entry in self.entries)


def read_draw(document: object) -> Draw:
    """What a proof says, whoever wrote it; keys of its own that we do not know are passed over.

    Raises ValueError, in words of ours alone, for anything that is no proof.
    """
    if not isinstance(document, dict):
        raise ValueError("a proof is an object")
    told = cast("dict[str, object]", document)
    if told.get("format") != FORMAT:
        raise ValueError(f"the format is not {FORMAT}")
    rank = rank_from_json(told.get("rank"))
    return Draw(
        event_id=a_number(told.get("event_id"), "event_id"),
        capacity=a_number(told.get("capacity"), "capacity"),
        plan=plan_from_json(told.get("plan")),
        rank=rank,
        commitment=_hex(told.get("commitment"), "the commitment"),
        seed=bytes.fromhex(_hex(told.get("seed"), "the seed")),
        entries=_entries(a_list(told.get("signups"), "signups"), rank),
        mine=None if told.get("mine") is None else _hex(told.get("mine"), "mine"),
    )


def _hex(value: object, what: str) -> str:
    text = a_text(value, what)
    if not HEX.fullmatch(text):
        raise ValueError(f"{what} is 64 lower-case hex digits")
    return text


def _entries(values: list[object], rank: Rank) -> list[Entry]:
    entries: list[Entry] = []
    for number, value in enumerate(values, start=1):
        try:
            entries.append(_entry(value, rank))
        except ValueError as wrong:
            raise ValueError(f"sign-up {number} of the list: {wrong}") from None
    return entries


def _entry(value: object, rank: Rank) -> Entry:
    ticket, kind, group, moment, position, has_place, hand = an_object(value, "a sign-up", ENTRY).values()
    if hand not in (None, "in", "out"):
        raise ValueError("a hand is in, out or null")
    if type(has_place) is not bool:
        raise ValueError("has_place is true or false")
    if moment is None and rank.by != "ticket":
        raise ValueError(f"a rank by {rank.by} needs the moment")
    signup = SignUp(
        id=0,
        moment=BEFORE_ALL if moment is None else moment_from_text(moment),
        kind=a_text(kind, "a class"),
        group=None if group is None else a_text(group, "a group"),
        ticket=_hex(ticket, "a ticket"),
        hand=hand,
    )
    return Entry(signup, None if position is None else a_number(position, "a position"), has_place)
