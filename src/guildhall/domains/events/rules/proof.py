"""The proof of a draw: a document from which anybody can draw again, and the check of it.

It has no names, no ids of members and no reasons; everybody can find their own ticket in it, for it has the seed.

>>> from datetime import UTC, datetime
>>> from guildhall.domains.events.rules import Rank, SignUp, ticket
>>> seed, noon = bytes(range(32)), datetime(2026, 9, 1, 12, tzinfo=UTC)
>>> signups = [SignUp(user_id, noon, "Övrigt", None, ticket(seed, 7, user_id)) for user_id in (42, 43)]
>>> document = proof(event_id=7, seed=seed, capacity=1, plan=(), rank=Rank("ticket"), signups=signups)
>>> [(entry["ticket"][:4], entry["position"], entry["has_place"]) for entry in document["signups"]]
[('16da', 1, True), ('6fcb', 2, False)]
>>> verify(document, user_id=42)
[]
>>> document["signups"][1]["has_place"] = True
>>> verify(document)
['The sign-up with the ticket 6fcb749bc5c1… has a place in the proof, and should have none.']
"""

from collections.abc import Iterable
from typing import Any

from guildhall.domains.events.rules.draws import FORMAT, Draw, Entry, read_draw
from guildhall.domains.events.rules.lines import line
from guildhall.domains.events.rules.moments import moment_to_text
from guildhall.domains.events.rules.plans import Plan, complete, plan_to_json
from guildhall.domains.events.rules.ranking import Rank, rank_to_json
from guildhall.domains.events.rules.signups import SignUp, Standing
from guildhall.domains.events.rules.tickets import commitment

MOST_COMPLAINTS = 20


def proof(
    event_id: int, seed: bytes, capacity: int, plan: Plan, rank: Rank, signups: Iterable[SignUp]
) -> dict[str, Any]:
    """The proof of a draw, as plain JSON: the line of these sign-ups, first to last, and then those put out by hand.

    Moments are in it only where the rank uses them. Raises ValueError as `line` does.
    """
    everyone = list(signups)
    out = sorted((signup for signup in everyone if signup.hand == "out"), key=lambda signup: signup.ticket)
    entries = [_entry(one.signup, rank, one) for one in line(everyone, plan, rank, capacity)]
    return {
        "format": FORMAT,
        "event_id": event_id,
        "capacity": capacity,
        "plan": plan_to_json(complete(plan)),
        "rank": rank_to_json(rank),
        "commitment": commitment(seed),
        "seed": seed.hex(),
        "signups": entries + [_entry(signup, rank, None) for signup in out],
    }


def _entry(signup: SignUp, rank: Rank, standing: Standing | None) -> dict[str, Any]:
    return {
        "ticket": signup.ticket,
        "class": signup.kind,
        "group": signup.group,
        "moment": None if rank.by == "ticket" else moment_to_text(signup.moment),
        "position": standing and standing.position,
        "has_place": standing is not None and standing.has_place,
        "hand": signup.hand,
    }


def verify(document: object, user_id: int | None = None) -> list[str]:
    """What is not right with a proof, in sentences; nothing when everything agrees. Takes anything, and never raises.

    Draws again from the tickets, and compares. With the asker's `user_id` it also looks for their own ticket. Whether
    the commitment is the one that was public before the draw is for the reader to compare: the document cannot say.
    """
    try:
        draw = read_draw(document)
        again = draw.again()
    except ValueError as wrong:
        return [f"This is no proof of a draw: {wrong}."]
    differing = [told for entry in draw.entries for told in _differences(entry, again.get(entry.signup.ticket))]
    more = len(differing) - MOST_COMPLAINTS
    return [
        *_of_seed(draw),
        *_of_own(draw, user_id),
        *differing[:MOST_COMPLAINTS],
        *([f"And {more} more of this kind."] if more > 0 else []),
    ]


def _of_seed(draw: Draw) -> list[str]:
    made = commitment(draw.seed)
    if made == draw.commitment:
        return []
    return [f"The seed does not fit the commitment: it gives {made}, and the commitment is {draw.commitment}."]


def _of_own(draw: Draw, user_id: int | None) -> list[str]:
    told: list[str] = []
    if draw.mine is not None and not draw.has(draw.mine):
        told.append(f"No sign-up has the ticket that is said to be yours, {_short(draw.mine)}.")
    if user_id is None:
        return told
    own = draw.ticket_of(user_id)
    if draw.mine is not None and draw.mine != own:
        told.append(f"The ticket said to be yours is {_short(draw.mine)}, but the seed gives {user_id} {_short(own)}.")
    if not draw.has(own):
        told.append(f"No sign-up has the ticket that the seed gives {user_id}, {_short(own)}.")
    return told


def _differences(entry: Entry, should: Standing | None) -> list[str]:
    told: list[str] = []
    who = f"The sign-up with the ticket {_short(entry.signup.ticket)}"
    position = should and should.position
    if entry.position != position:
        told.append(f"{who} stands {_where(entry.position)} in the proof, and should stand {_where(position)}.")
    if entry.has_place != (should is not None and should.has_place):
        given, due = ("a place", "none") if entry.has_place else ("no place", "one")
        told.append(f"{who} has {given} in the proof, and should have {due}.")
    return told


def _where(position: int | None) -> str:
    return "outside the line" if position is None else f"at {position}"


def _short(ticket: str) -> str:
    return f"{ticket[:12]}…"
