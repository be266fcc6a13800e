"""Proofs that somebody has tampered with, in one place or in none."""

from typing import Any

from hypothesis import strategies as st

from guildhall.domains.events.rules import Plan, Rank, SignUp, ticket
from guildhall.domains.events.rules.proof import proof
from tests.domains.events.rules.draws import KINDS, capacities, plans, ranks, sign_ups

SEED = bytes(range(32))
values = st.one_of(
    st.sampled_from([None, True, False, "", "in", "out", "Nolla", [], {}, [[]], -1, 0, 1, 2, 2**31, 2**31 - 1, 1.5]),
    st.sampled_from(["2026-09-01T12:00:00.000001Z", "2026-02-30T12:00:00.000000Z", "2026-09-01T12:00:00Z"]),
    st.sampled_from(["0000-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z", "2026-09-01T24:00:00.000000Z"]),
    st.sampled_from(["00" * 32, "AB" * 32, "00" * 31, "\ud800"]),
)


@st.composite
def _proofs(draw: st.DrawFn) -> dict[str, Any]:
    signups: list[SignUp] = draw(sign_ups)
    plan: Plan = draw(plans)
    rank: Rank = draw(ranks)
    own = {"mine": ticket(SEED, 7, draw(st.integers(1, 3)))} if draw(st.booleans()) else {}
    return proof(7, SEED, draw(capacities), plan, rank, signups) | own


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Everything in it that can be exchanged: what holds it, and under which key or number."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    return [(value, key) for key in keys] + [place for key in keys for place in _places(value[key])]


@st.composite
def _tampered(draw: st.DrawFn) -> dict[str, Any]:
    document = draw(_proofs())
    for _ in range(draw(st.integers(0, 2))):
        holder, key = draw(st.sampled_from(_places(document)))
        holder[key] = draw(values | st.sampled_from(KINDS))
    return document


tampered_proofs = _tampered()
