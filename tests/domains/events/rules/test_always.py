"""What always holds of a line, whatever the sign-ups, the plan, the rank and the capacity."""

import random
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from guildhall.core.language import Language
from guildhall.domains.events.rules import (
    EVERYONE,
    NOLLNING,
    Plan,
    Rank,
    SignUp,
    Standing,
    Step,
    complete,
    explanation,
    line,
    ticket,
)
from tests.domains.events.rules.draws import (
    OPENS,
    a_few,
    a_sign_up,
    a_signup,
    a_ticket,
    capacities,
    guild_plans,
    patient,
    plans,
    plans_of,
    ranks,
    sign_ups,
)

BY_MOMENT = Rank("moment")


def positions(signups: list[SignUp], plan: Plan, rank: Rank) -> dict[str, int]:
    """The position of each ticket."""
    return {one.signup.ticket: one.position for one in line(signups, plan, rank, 0)}


def worse_without(gone: SignUp, signups: list[SignUp], plan: Plan, rank: Rank) -> list[SignUp]:
    """Those whose position is worse when one is not there."""
    before = positions(signups, plan, rank)
    after = positions([other for other in signups if other != gone], plan, rank)
    return [other for other in signups if other.ticket in after and after[other.ticket] > before[other.ticket]]


def carries_its_group(one: SignUp, signups: list[SignUp], plan: Plan) -> bool:
    """Whether a step is only for groups with its class, and it is the last of that class in its group."""
    fellows = [(o.kind, o.group) for o in signups if o.hand != "out" and o != one]
    asked_for = one.kind in {step.only_groups_with for step in plan}
    return asked_for and one.group is not None and one.hand != "out" and (one.kind, one.group) not in fellows


# 1


@patient
@given(sign_ups, plans, ranks, capacities)
def test_as_many_have_a_place_as_there_is_room_for_and_the_first_of_them(
    signups: list[SignUp], plan: Plan, rank: Rank, capacity: int
) -> None:
    drawn = line(signups, plan, rank, capacity)
    wanting = sum(signup.hand != "out" for signup in signups)
    places = min(capacity, wanting) if capacity else wanting
    assert [one.has_place for one in drawn] == [True] * places + [False] * (wanting - places)
    assert [one.position for one in drawn] == list(range(1, wanting + 1))


@patient
@given(sign_ups, plans, ranks)
def test_everyone_is_in_the_line_once_but_those_whom_a_hand_put_out(
    signups: list[SignUp], plan: Plan, rank: Rank
) -> None:
    wanted = sorted(signup.ticket for signup in signups if signup.hand != "out")
    assert sorted(positions(signups, plan, rank)) == wanted


@patient
@given(sign_ups, plans, ranks)
def test_those_put_in_by_hand_stand_first_and_no_step_took_them(signups: list[SignUp], plan: Plan, rank: Rank) -> None:
    drawn = line(signups, plan, rank, 0)
    by_hand = sum(signup.hand == "in" for signup in signups)
    assert [one.signup.hand for one in drawn] == ["in"] * by_hand + [None] * (len(drawn) - by_hand)
    assert [one.step is None for one in drawn] == [True] * by_hand + [False] * (len(drawn) - by_hand)


# 2


@patient
@given(sign_ups, plans, ranks, capacities, st.randoms(use_true_random=False))
def test_neither_the_order_of_arrival_nor_ids_decide_anything(
    signups: list[SignUp], plan: Plan, rank: Rank, capacity: int, dice: random.Random
) -> None:
    others = [replace(signup, id=dice.randrange(100)) for signup in dice.sample(signups, len(signups))]
    there, here = line(others, plan, rank, capacity), line(signups, plan, rank, capacity)
    assert [replace(one, signup=replace(one.signup, id=0)) for one in there] == [
        replace(one, signup=replace(one.signup, id=0)) for one in here
    ]


# 3


@patient
@given(sign_ups, plans_of(at_most=False, per_group=False), ranks)
def test_without_limits_everybody_is_taken_by_the_first_step_that_is_for_them(
    signups: list[SignUp], plan: Plan, rank: Rank
) -> None:
    together = {(signup.kind, signup.group) for signup in signups if signup.hand != "out" and signup.group is not None}

    def first_step(signup: SignUp) -> int:
        return next(
            number
            for number, step in enumerate(complete(plan), start=1)
            if (step.who is None or signup.kind in step.who)
            and (step.only_groups_with is None or (step.only_groups_with, signup.group) in together)
        )

    by_steps = [first_step(one.signup) for one in line(signups, plan, rank, 0) if one.signup.hand is None]
    assert by_steps == sorted(by_steps)


# 4


@patient
@given(sign_ups, plans_of(only_groups_with=False), ranks, st.data())
def test_nobody_stands_worse_because_another_is_not_there(
    signups: list[SignUp], plan: Plan, rank: Rank, data: st.DataObject
) -> None:
    assume(signups)
    assert worse_without(data.draw(st.sampled_from(signups)), signups, plan, rank) == []


@patient
@given(sign_ups, plans, ranks, st.data())
def test_nor_with_any_plan_unless_it_was_the_last_that_its_group_was_let_in_for(
    signups: list[SignUp], plan: Plan, rank: Rank, data: st.DataObject
) -> None:
    leaving = [signup for signup in signups if not carries_its_group(signup, signups, plan)]
    assume(leaving)
    assert worse_without(data.draw(st.sampled_from(leaving)), signups, plan, rank) == []


@patient
@given(sign_ups, a_sign_up, guild_plans | plans_of(at_most=False), ranks)
def test_and_if_it_was_only_its_own_group_falls_back_where_no_step_has_a_number_at_most(
    signups: list[SignUp], gone: SignUp, plan: Plan, rank: Rank
) -> None:
    gone = replace(gone, kind="Nolla", group="Alfa", ticket=a_ticket(-1))
    others = [signup for signup in signups if (signup.kind, signup.group) != (gone.kind, gone.group)]
    assert {other.group for other in worse_without(gone, [gone, *others], plan, rank)} <= {gone.group}


def test_the_mentor_of_a_group_whose_last_new_student_leaves_falls_back() -> None:
    gone, mentor = a_signup(1, "Nolla", "Alfa"), a_signup(9, "Gruppfadder", "Alfa")
    signups = [gone, a_signup(2, "Nolla", "Beta"), *a_few(range(3, 6), "Gruppfadder", "Beta"), mentor]
    assert worse_without(gone, signups, NOLLNING, BY_MOMENT) == [mentor]


def test_with_a_number_at_most_two_mentors_who_fall_back_may_move_another() -> None:
    # Two of Alfa lose the seats; two of Beta, who came last of all, get them, and one who came between stands worse.
    plan = (Step(who=("Nolla",)), Step(who=("Gruppfadder",), at_most=2, only_groups_with="Nolla"))
    gone, between = a_signup(1, "Nolla", "Alfa"), a_signup(5)
    alfa, beta = a_few(range(3, 5), "Gruppfadder", "Alfa"), a_few(range(6, 8), "Gruppfadder", "Beta")
    signups = [gone, a_signup(2, "Nolla", "Beta"), *alfa, between, *beta]
    assert worse_without(gone, signups, plan, BY_MOMENT) == [*alfa, between]


@patient
@given(sign_ups, plans, ranks, st.data())
def test_one_whom_a_hand_puts_out_might_as_well_not_be_there(
    signups: list[SignUp], plan: Plan, rank: Rank, data: st.DataObject
) -> None:
    assume(signups)
    one = data.draw(st.sampled_from(signups))
    others = [other for other in signups if other != one]
    assert line([*others, replace(one, hand="out")], plan, rank, 5) == line(others, plan, rank, 5)


# 5


@patient
@given(sign_ups, plans, a_sign_up)
def test_the_latest_whom_only_the_last_step_takes_changes_nobodys_position(
    signups: list[SignUp], plan: Plan, latest: SignUp
) -> None:
    latest = replace(latest, moment=OPENS + timedelta(days=1), hand=None)
    assume(latest.ticket not in {signup.ticket for signup in signups})
    assume(latest.kind not in {step.only_groups_with for step in plan})  # it would let its group in
    before, after = line(signups, plan, BY_MOMENT, 5), line([*signups, latest], plan, BY_MOMENT, 5)
    assume(next(one.step for one in after if one.signup == latest) == len(complete(plan)))
    assert (after[:-1], after[-1].signup) == (before, latest)


# 6


def signed_up(seed: bytes, event_id: int) -> list[SignUp]:
    """Twelve members at an event."""
    return [a_signup(user_id, ticket=ticket(seed, event_id, user_id)) for user_id in range(12)]


@patient
@given(st.binary(min_size=32, max_size=32))
def test_the_same_seed_and_sign_ups_give_the_same_line(seed: bytes) -> None:
    once, again = (line(signed_up(seed, 7), (), Rank("ticket"), 3) for _ in range(2))
    assert once == again


def test_how_one_stands_at_one_event_says_nothing_about_the_next() -> None:
    ids = [[one.signup.id for one in line(signed_up(bytes(32), event), (), Rank("ticket"), 3)] for event in range(300)]
    assert len({tuple(order) for order in ids}) == 300
    firsts = [order[0] for order in ids]
    assert {firsts.count(member) for member in range(12)} <= set(range(11, 43))  # 25 each, and five deviations


# 7


@patient
@given(sign_ups, plans, ranks, capacities, st.sampled_from(["sv", "en"]))
def test_every_position_has_an_explanation(
    signups: list[SignUp], plan: Plan, rank: Rank, capacity: int, language: Language
) -> None:
    for one in line(signups, plan, rank, capacity):
        told = explanation(one, plan, rank, capacity, language)
        assert re.search(rf"(Nummer|Number) {one.position} ", told)
        assert names_its_reason(one, rank, told)
        assert one.has_place or re.search(rf"(Nummer|Number) {one.position - capacity} i[n]? (kön|the queue)", told)
        assert "{" not in told


def names_its_reason(one: Standing, rank: Rank, told: str) -> bool:
    """Whether the hand, or the step with the ticket or the moment, is told."""
    if one.step is None:
        return re.search(rf"(för hand|by hand).*(nummer|number) {one.rank}\b", told) is not None
    deciding = one.signup.ticket[:12] if rank.draws(one.signup) else f":{one.signup.moment:%M:%S.%f}"
    return re.search(rf"(steg|step) {one.step} .*(nummer|number) {one.rank}\b", told) is not None and deciding in told


# And what is refused


def test_a_member_who_is_there_twice_is_refused_and_not_ranked_by_chance() -> None:
    with pytest.raises(ValueError, match="two sign-ups have the same ticket"):
        line([a_signup(1), replace(a_signup(2), ticket=a_signup(1).ticket)], (), Rank("ticket"), 0)


def test_a_capacity_below_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 0"):
        line([], (EVERYONE,), BY_MOMENT, -1)
