"""The rules of aliases that need no database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.shared.mail_aliases.rules import comes_back, is_in

NAMES = st.sampled_from("abcdef")
STEPS = st.lists(st.tuples(NAMES, NAMES), max_size=12)


@pytest.mark.parametrize(
    ("steps", "back"),
    [
        ([], False),
        (["aa"], True),
        (["ab"], False),
        (["ab", "ba"], True),
        (["ab", "bc", "ca"], True),
        (["ab", "ac", "bd", "cd"], False),  # two ways to one place
        (["ab", "bc", "cb"], False),  # a circle that a only leads into
    ],
)
def test_a_way_comes_back_to_where_it_began_or_not(steps: list[str], back: bool) -> None:
    assert comes_back("a", [(step[0], step[1]) for step in steps]) is back


@given(STEPS)
def test_a_way_comes_back_if_walking_all_ways_at_once_does(steps: list[tuple[str, str]]) -> None:
    reached = {target for source, target in steps if source == "a"}
    for _ in steps:
        reached |= {target for source, target in steps if source in reached}
    assert comes_back("a", steps) is ("a" in reached)


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("bil@fsektionen.se", True),
        ("bil@FSEKTIONEN.SE", True),
        ("bil@nollning.se", True),
        ("bil@mail.fsektionen.se", False),
        ("bil@xfsektionen.se", False),
        ("fsektionen.se@example.com", False),
    ],
)
def test_an_address_is_in_a_domain_by_what_follows_its_last_at(address: str, ours: bool) -> None:
    assert is_in(address, ["fsektionen.se", "Nollning.se"]) is ours
