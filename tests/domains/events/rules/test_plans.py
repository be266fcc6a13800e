"""Plans as they are written down."""

import pytest
from hypothesis import given

from guildhall.domains.events.rules import (
    NOLLNING,
    ORDINARY,
    Plan,
    Step,
    complete,
    default_plan,
    line,
    named_plan,
    plan_from_json,
    plan_to_json,
)
from guildhall.domains.events.rules.ranking import Rank
from tests.domains.events.rules.draws import garbage, patient, plans


@patient
@given(plans)
def test_a_plan_survives_its_json_and_comes_back_complete(plan: Plan) -> None:
    assert plan_from_json(plan_to_json(plan)) == complete(plan)


def test_a_plan_in_json_has_every_key() -> None:
    assert plan_to_json(NOLLNING)[1] == {
        "who": ["Gruppfadder"],
        "at_most": None,
        "per_group": 1,
        "only_groups_with": "Nolla",
    }


def test_a_plan_may_leave_keys_out() -> None:
    assert plan_from_json([{"who": ["Nolla"]}, {}]) == (Step(who=("Nolla",)), Step())


def test_everyone_is_appended_once_and_only_where_it_is_missing() -> None:
    assert complete(()) == complete(ORDINARY) == ORDINARY
    assert complete((Step(at_most=3),)) == (Step(at_most=3), Step())
    assert complete(complete(NOLLNING)) == NOLLNING


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ([{"who": []}], "who names at least one class"),
        ([{"who": [""]}], "a class in who has a name"),
        ([{"who": "Nolla"}], "who is a list"),
        ([{"who": [None]}], "a class in who is a text"),
        ([{"at_most": 0}], "at_most is at least 1"),
        ([{"at_most": -1}], "at_most is a whole number"),
        ([{"at_most": 2**31}], "at_most is a whole number"),
        ([{"at_most": True}], "at_most is a whole number"),
        ([{"at_most": "3"}], "at_most is a whole number"),
        ([{"per_group": 0}], "per_group is at least 1"),
        ([{"per_group": 1.0}], "per_group is a whole number"),
        ([{"only_groups_with": ""}], "only_groups_with names a class"),
        ([{"only_groups_with": ["Nolla"]}], "only_groups_with is a text"),
        ([{"whom": ["Nolla"]}], "a step has who, at_most, per_group, only_groups_with, and nothing else"),
        ([{"at_most": 1}] * 21, "a plan has at most 20 steps"),
        ([5], "a step is an object"),
        ({"who": None}, "a plan is a list"),
        ("everyone", "a plan is a list"),
        (None, "a plan is a list"),
    ],
)
def test_what_is_no_plan_is_refused_in_words(said: object, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        plan_from_json(said)


@patient
@given(garbage)
def test_garbage_is_a_plan_or_refused_and_never_anything_else(value: object) -> None:
    try:
        plan = plan_from_json(value)
    except ValueError:
        return
    assert plan_from_json(plan_to_json(plan)) == plan


def test_twenty_steps_and_everyone_are_a_plan() -> None:
    assert len(plan_from_json([{"at_most": 1}] * 20)) == 21
    assert len(plan_from_json([*[{"at_most": 1}] * 20, {}])) == 21


def test_a_line_of_a_plan_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 20 steps"):
        line([], (Step(at_most=1),) * 21, Rank("moment"), 0)


def test_plans_have_names() -> None:
    assert named_plan("ordinary") == ORDINARY
    assert named_plan("nollning") == NOLLNING
    assert named_plan("priorities", ["Kock", "Kock"]) == default_plan(["Kock"])
    with pytest.raises(ValueError, match="ordinary, priorities, nollning"):
        named_plan("friends")
