"""Browser and server, which share no code, come to the same line and the same complaints."""

import hashlib
import hmac
import json
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

from guildhall.domains.events.rules import Plan, Rank, SignUp, line
from guildhall.domains.events.rules.proof import proof, verify
from tests.domains.events.rules.draws import capacities, plans, ranks, sign_ups
from tests.domains.events.rules.five import NO_PROOFS
from tests.domains.events.rules.tampering import SEED, tampered_proofs


@settings(max_examples=150, deadline=None)
@given(sign_ups, plans, ranks, capacities, st.randoms(use_true_random=False))
def test_browser_and_server_draw_the_same_line(
    offline: Page, signups: list[SignUp], plan: Plan, rank: Rank, capacity: int, dice: Random
) -> None:
    document = proof(7, SEED, capacity, plan, rank, signups)
    dice.shuffle(document["signups"])
    theirs = offline.evaluate(
        "text => lineOf(readDraw(JSON.parse(text))).map(one => "
        "[one.entry.ticket, one.position, one.hasPlace, one.step, one.rank])",
        json.dumps(document),
    )
    ours = line(signups, plan, rank, capacity)
    assert theirs == [[one.signup.ticket, one.position, one.has_place, one.step, one.rank] for one in ours]


ASK = "([text, user]) => verify(JSON.parse(text), user).complaints.map(told => told.en)"


@settings(max_examples=150, deadline=None)
@given(tampered_proofs, st.none() | st.integers(1, 3))
def test_browser_and_server_complain_of_the_same(offline: Page, document: dict[str, Any], user: int | None) -> None:
    theirs, ours = offline.evaluate(ASK, [json.dumps(document), user]), verify(document, user)
    if ours and ours[0].startswith("This is no proof"):
        assert [told.split(":")[0] for told in theirs] == ["This is no proof of a draw"]
    else:
        assert theirs == ours


@pytest.mark.parametrize("document", [document for document, _ in NO_PROOFS])
def test_what_is_no_proof_to_the_server_is_none_to_the_browser(offline: Page, document: object) -> None:
    (told,) = offline.evaluate(ASK, [json.dumps(document), None])
    assert told.startswith("This is no proof of a draw: ")


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.binary(max_size=64))
def test_the_pages_hashes_are_the_standards(offline: Page, message: bytes, key: bytes) -> None:
    theirs = offline.evaluate(
        "lists => { const [message, key] = lists.map(list => Uint8Array.from(list));"
        " return [hexOf(sha256(message)), hexOf(hmac(key, message))]; }",
        [list(message), list(key)],
    )
    assert theirs == [hashlib.sha256(message).hexdigest(), hmac.digest(key, message, hashlib.sha256).hex()]
