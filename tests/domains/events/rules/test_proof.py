"""The document by which anybody draws again, and what is said of one that is not right."""

import json
import sys
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.domains.events.rules import NOLLNING, ORDINARY, Plan, Rank, SignUp, line, plan_to_json, ticket
from guildhall.domains.events.rules.proof import proof, verify
from tests.domains.events.rules.draws import OPENS, a_signup, capacities, garbage, patient, plans, ranks, sign_ups
from tests.domains.events.rules.five import ANNA, BO, CIA, MOMENT, NO_PROOFS, a_proof, entry, signed_up
from tests.domains.events.rules.tampering import SEED, tampered_proofs


def test_a_proof_tells_of_each_in_the_order_of_the_line_and_of_those_put_out_last() -> None:
    first, second, *_, last = a_proof()["signups"]
    assert first == {
        "ticket": a_signup(8).ticket,
        "class": "Kock",
        "group": "Alfa",
        "moment": "2026-09-01T12:00:08.000000Z",
        "position": 1,
        "has_place": True,
        "hand": "in",
    }
    assert (second["ticket"], second["position"], second["has_place"], second["hand"]) == (ANNA, 2, True, None)
    assert (last["position"], last["has_place"], last["hand"]) == (None, False, "out")


def test_a_proof_names_nobody() -> None:
    document = a_proof()
    assert set(document) == {"format", "event_id", "capacity", "plan", "rank", "commitment", "seed", "signups"}
    strangers = [replace(signup, id=-1) for signup in signed_up()]
    assert document == proof(7, SEED, 2, NOLLNING, MOMENT, strangers)


def test_a_proof_tells_all_of_the_plan_also_the_everyone_that_was_left_out() -> None:
    assert proof(7, SEED, 2, (), MOMENT, signed_up())["plan"] == plan_to_json(ORDINARY)


def test_a_proof_keeps_moments_to_itself_where_the_lottery_alone_decides() -> None:
    assert {signup["moment"] for signup in a_proof(Rank("ticket"))["signups"]} == {None}
    assert None not in {signup["moment"] for signup in a_proof(Rank("grace", OPENS, 5))["signups"]}


@patient
@given(sign_ups, plans, ranks, capacities)
def test_every_proof_is_right_and_says_what_the_line_says(
    signups: list[SignUp], plan: Plan, rank: Rank, capacity: int
) -> None:
    document = json.loads(json.dumps(proof(7, SEED, capacity, plan, rank, signups)))
    assert verify(document) == []
    in_line = [one for one in document["signups"] if one["position"] is not None]
    drawn = line(signups, plan, rank, capacity)
    assert [(one["ticket"], one["position"], one["has_place"]) for one in in_line] == [
        (one.signup.ticket, one.position, one.has_place) for one in drawn
    ]


@patient
@given(sign_ups, plans, ranks, st.randoms(use_true_random=False))
def test_a_proof_that_was_shuffled_is_still_right(signups: list[SignUp], plan: Plan, rank: Rank, dice: Any) -> None:
    document = proof(7, SEED, 5, plan, rank, signups)
    dice.shuffle(document["signups"])
    assert verify(document) == []


def test_a_place_that_was_slipped_to_somebody_is_told_with_the_one_who_lost_it() -> None:
    document = a_proof()
    entry(document, ANNA)["has_place"], entry(document, CIA)["has_place"] = False, True
    assert verify(document) == [
        f"The sign-up with the ticket {ANNA[:12]}… has no place in the proof, and should have one.",
        f"The sign-up with the ticket {CIA[:12]}… has a place in the proof, and should have none.",
    ]


def test_positions_that_were_exchanged_are_told() -> None:
    document = a_proof()
    entry(document, BO)["position"], entry(document, CIA)["position"] = 4, 3
    assert verify(document) == [
        f"The sign-up with the ticket {BO[:12]}… stands at 4 in the proof, and should stand at 3.",
        f"The sign-up with the ticket {CIA[:12]}… stands at 3 in the proof, and should stand at 4.",
    ]


def test_one_who_was_left_outside_the_line_without_a_hand_is_told() -> None:
    document = a_proof()
    entry(document, CIA)["position"] = None
    told = f"The sign-up with the ticket {CIA[:12]}… stands outside the line in the proof, and should stand at 4."
    assert verify(document) == [told]


@pytest.mark.parametrize(("key", "value"), [("capacity", 3), ("plan", [{"who": ["Kock"]}]), ("rank", {"by": "ticket"})])
def test_another_capacity_plan_or_rank_than_what_was_drawn_by_is_seen(key: str, value: object) -> None:
    signups = [a_signup(number, "Kock" if number == 3 else "Övrigt") for number in range(6)]
    assert verify(proof(7, SEED, 2, (), MOMENT, signups) | {key: value})


def test_a_sign_up_that_was_taken_away_leaves_a_gap() -> None:
    document = a_proof()
    document["signups"].remove(entry(document, BO))
    assert verify(document) == [
        f"The sign-up with the ticket {CIA[:12]}… stands at 4 in the proof, and should stand at 3."
    ]


def test_a_seed_that_was_exchanged_does_not_fit_the_commitment() -> None:
    (told,) = verify(a_proof() | {"seed": "00" * 32})
    assert told.startswith("The seed does not fit the commitment: it gives 66687aadf862bd776c8fc18b8e9f8e20")


def test_a_member_finds_their_own_ticket_or_is_told_that_nobody_has_it() -> None:
    assert verify(a_proof(), user_id=42) == []
    assert verify(a_proof() | {"mine": ANNA}, user_id=42) == []
    missing = ticket(SEED, 7, 99)[:12]
    assert verify(a_proof() | {"mine": None}, user_id=99) == [
        f"No sign-up has the ticket that the seed gives 99, {missing}…."
    ]


def test_a_ticket_said_to_be_yours_that_is_not_is_told() -> None:
    assert verify(a_proof() | {"mine": BO}, user_id=42) == [
        f"The ticket said to be yours is {BO[:12]}…, but the seed gives 42 {ANNA[:12]}…."
    ]
    assert verify(a_proof() | {"mine": "00" * 32}) == [
        "No sign-up has the ticket that is said to be yours, 000000000000…."
    ]


def test_twenty_complaints_are_enough() -> None:
    document = proof(7, SEED, 0, (), MOMENT, [a_signup(number) for number in range(50)])
    for signup in document["signups"]:
        signup["has_place"] = False
    *_, last = complaints = verify(document)
    assert (len(complaints), last) == (21, "And 30 more of this kind.")


@pytest.mark.parametrize(("document", "complaint"), NO_PROOFS)
def test_what_is_no_proof_is_told_in_words(document: object, complaint: str) -> None:
    (told,) = verify(document, 42)
    assert told.startswith(f"This is no proof of a draw: {complaint}")


@patient
@given(tampered_proofs, st.none() | st.integers())
def test_whatever_was_done_to_it_there_are_sentences_in_ascii_and_never_an_error(
    document: dict[str, Any], user_id: int | None
) -> None:
    before = deepcopy(document)
    for told in verify(document, user_id):
        assert told.endswith(".")
        assert told.replace("…", "").isascii()  # nothing of a hostile file gets to somebody's terminal
    assert document == before


@patient
@given(garbage, garbage)
def test_whatever_else_it_is_there_is_one_sentence(value: object, other: object) -> None:
    for document in (value, a_proof() | {"plan": value, "rank": other}, a_proof() | {"signups": [value, other]}):
        assert all(told.endswith(".") for told in verify(document))


def test_a_file_that_is_nested_without_end_is_no_proof() -> None:
    nested: list[Any] = []
    for _ in range(sys.getrecursionlimit() * 2):
        nested = [nested]
    for key in a_proof():
        assert verify(a_proof() | {key: nested})
