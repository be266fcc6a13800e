"""A draw of five members for two places, its proof, and what would be no proof."""

from typing import Any

from guildhall.domains.events.rules import NOLLNING, Rank, SignUp, ticket
from guildhall.domains.events.rules.proof import proof
from tests.domains.events.rules.draws import a_signup
from tests.domains.events.rules.tampering import SEED

MOMENT = Rank("moment")
ANNA, BO, CIA = (ticket(SEED, 7, user_id) for user_id in (42, 43, 44))


def signed_up() -> list[SignUp]:
    """Anna, Bo and Cia in this order, and two by hand, one in and one out."""
    signups = [a_signup(number, ticket=ticket) for number, ticket in enumerate((ANNA, BO, CIA), start=1)]
    return [*signups, a_signup(8, "Kock", "Alfa", hand="in"), a_signup(9, hand="out")]


def a_proof(rank: Rank = MOMENT) -> dict[str, Any]:
    """The proof of their draw."""
    return proof(7, SEED, 2, NOLLNING, rank, signed_up())


def entry(document: dict[str, Any], ticket: str) -> dict[str, Any]:
    """A sign-up in a proof."""
    (found,) = [signup for signup in document["signups"] if signup["ticket"] == ticket]
    return found


def without(key: str) -> dict[str, Any]:
    """Without one of its keys."""
    document = a_proof()
    del document[key]
    return document


def with_signup(**changed: object) -> dict[str, Any]:
    """With its second sign-up changed."""
    document = a_proof()
    document["signups"][1] |= changed
    return document


NO_PROOFS: list[tuple[object, str]] = [
    (None, "a proof is an object"),
    ([], "a proof is an object"),
    ({}, "the format is not guildhall-draw-1"),
    (a_proof() | {"format": "guildhall-draw-2"}, "the format is not guildhall-draw-1"),
    (a_proof() | {"seed": None}, "the seed is a text"),
    (a_proof() | {"seed": "00" * 31}, "the seed is 64 lower-case hex digits"),
    (a_proof() | {"commitment": "AB" * 32}, "the commitment is 64 lower-case hex digits"),
    (a_proof() | {"capacity": -1}, "capacity is a whole number"),
    (a_proof() | {"event_id": True}, "event_id is a whole number"),
    (a_proof() | {"event_id": 2**31}, "event_id is a whole number"),
    (a_proof() | {"mine": 5}, "mine is a text"),
    (a_proof() | {"signups": {}}, "signups is a list"),
    (without("plan"), "a plan is a list"),
    (without("rank"), "a rank is an object"),
    (with_signup(ticket=ANNA.upper()), "sign-up 2 of the list: a ticket is 64 lower-case hex digits"),
    (with_signup(ticket=[ANNA]), "sign-up 2 of the list: a ticket is a text"),
    (with_signup(moment=None), "sign-up 2 of the list: a rank by moment needs the moment"),
    (with_signup(moment="2026-09-01"), "sign-up 2 of the list: a moment is a text like"),
    (with_signup(hand="foot"), "sign-up 2 of the list: a hand is in, out or null"),
    (with_signup(hand={}), "sign-up 2 of the list: a hand is in, out or null"),
    (with_signup(has_place=1), "sign-up 2 of the list: has_place is true or false"),
    (with_signup(group=5), "sign-up 2 of the list: a group is a text"),
    (with_signup(position="1"), "sign-up 2 of the list: a position is a whole number"),
    (with_signup(name="Anna"), "sign-up 2 of the list: a sign-up has ticket, class"),
    (with_signup(ticket=BO), "two sign-ups have the same ticket"),
    (with_signup(moment="0000-09-01T12:00:00.000000Z"), "sign-up 2 of the list: a moment is a text like"),
    (with_signup(moment="2026-02-30T12:00:00.000000Z"), "sign-up 2 of the list: a moment is a text like"),
    (with_signup(position=2**31), "sign-up 2 of the list: a position is a whole number"),
    (a_proof() | {"plan": [{"who": ["Nolla"], "whom": None}]}, "a step has who, at_most"),
    (a_proof() | {"plan": [{"at_most": 1}] * 21}, "a plan has at most 20 steps"),
    (a_proof() | {"rank": {"by": "grace", "opens": "9999-12-31T23:00:00.000000Z", "minutes": 100}}, "a grace window"),
    (a_proof() | {"rank": {"by": "grace", "opens": "2026-09-01T12:00:00.000000Z", "minutes": 0}}, "a grace window"),
    (a_proof() | {"rank": {"by": "moment", "minutes": 5}}, "a rank by moment has no window"),
    (a_proof() | {"rank": {"by": "moment", "first": 5}}, "a rank has by, opens, minutes"),
]
"""Each with how its complaint begins."""
