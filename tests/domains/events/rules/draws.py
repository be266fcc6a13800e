"""Draws of every kind for the tests: sign-ups with ties, groups and hands, plans with every limit, all ranks."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from guildhall.domains.events.rules import NOLLNING, ORDINARY, Plan, Rank, SignUp, Step, default_plan, sitting_plan

OPENS = datetime(2026, 9, 1, 12, tzinfo=UTC)
KINDS = ("Nolla", "Gruppfadder", "Uppdragsfadder", "Bilförman", "Övrigt")
GROUPS = ("Alfa", "alfa", "\u00c4lg", "A\u0308lg")  # the last two look alike
MICROSECOND = timedelta(microseconds=1)
patient = settings(deadline=None)  # the machine may be busy


def a_ticket(number: int) -> str:
    """Some ticket, another for each number."""
    return hashlib.sha256(str(number).encode()).hexdigest()


def a_signup(number: int, kind: str = "Övrigt", group: str | None = None, **more: Any) -> SignUp:
    """Who signed up as number so many, a second after the one before."""
    return SignUp(
        **{
            "id": number,
            "moment": OPENS + timedelta(seconds=number),
            "kind": kind,
            "group": group,
            "ticket": a_ticket(number),
            **more,
        }
    )


def a_few(numbers: range, kind: str = "Övrigt", group: str | None = None) -> list[SignUp]:
    """Several of one kind and group."""
    return [a_signup(number, kind, group) for number in numbers]


moments = st.one_of(
    st.sampled_from([OPENS, OPENS + MICROSECOND, OPENS + timedelta(minutes=10), OPENS - timedelta(days=1)]),
    st.integers(0, 20 * 60 * 10**6).map(lambda microseconds: OPENS + timedelta(microseconds=microseconds)),
)
tickets = st.integers(0, 10**6).map(a_ticket)
groups = st.none() | st.sampled_from(GROUPS)
hands = st.sampled_from([None, None, None, None, "in", "out"])
a_sign_up = st.builds(
    SignUp, id=st.integers(0, 3), moment=moments, kind=st.sampled_from(KINDS), group=groups, ticket=tickets, hand=hands
)
sign_ups = st.lists(a_sign_up, unique_by=lambda signup: signup.ticket, max_size=24)
capacities = st.just(0) | st.integers(1, 30)
some_who = st.none() | st.lists(st.sampled_from(KINDS), min_size=1, max_size=3).map(tuple)
limits = st.none() | st.integers(1, 4)


def plans_of(at_most: bool = True, per_group: bool = True, only_groups_with: bool = True) -> st.SearchStrategy[Plan]:
    """Plans with these limits, or without."""
    steps = st.builds(
        Step,
        who=some_who,
        at_most=limits if at_most else st.none(),
        per_group=limits if per_group else st.none(),
        only_groups_with=st.none() | st.sampled_from(KINDS) if only_groups_with else st.none(),
    )
    return st.lists(steps, max_size=4).map(tuple)


guild_plans = st.sampled_from([ORDINARY, NOLLNING, default_plan(["Bilförman", "Nolla"]), sitting_plan(["Bilförman"])])
plans = guild_plans | plans_of()
ranks = st.sampled_from([Rank("moment"), Rank("ticket"), Rank("grace", OPENS, 10)])

keys = st.sampled_from(["who", "at_most", "per_group", "only_groups_with", "by", "minutes", "ticket", "__proto__"])
garbage = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
