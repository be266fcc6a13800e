"""The plans the guild uses, as they work out."""

from guildhall.domains.events.rules import NOLLNING, Plan, Rank, SignUp, Step, default_plan, line, sitting_plan
from tests.domains.events.rules.draws import a_few, a_signup

BY_MOMENT = Rank("moment")


def order(signups: list[SignUp], plan: Plan) -> list[int]:
    """The numbers under which they signed up, as they stand in the line."""
    return [one.signup.id for one in line(signups, plan, BY_MOMENT, 0)]


def test_an_ordinary_event_takes_them_as_they_come() -> None:
    assert order([a_signup(3), a_signup(1, "Nolla"), a_signup(2)], ()) == [1, 2, 3]


def test_priorities_come_first_whichever_of_them_and_then_everyone() -> None:
    signups = [a_signup(1), a_signup(2, "Bilförman"), a_signup(3, "Kock"), a_signup(4), a_signup(5, "Bilförman")]
    assert order(signups, default_plan(["Kock", "Bilförman"])) == [2, 3, 5, 1, 4]


def test_an_event_without_priorities_is_ordinary() -> None:
    assert default_plan([]) == default_plan([""]) == (Step(),)


def test_nollning_takes_new_students_a_mentor_for_each_of_their_groups_more_mentors_and_everyone() -> None:
    everyone = a_signup(1)
    lonely = a_signup(2, "Gruppfadder", "Gamma")  # no new student of Gamma comes
    mission = a_signup(3, "Uppdragsfadder", "Phøset")
    alfa = a_few(range(4, 6), "Gruppfadder", "Alfa")
    beta = a_few(range(6, 8), "Gruppfadder", "Beta")
    new = [a_signup(8, "Nolla", "Beta"), a_signup(9, "Nolla", "Alfa")]
    drawn = line([everyone, lonely, mission, *alfa, *beta, *new], NOLLNING, BY_MOMENT, 5)
    assert [(one.step, one.signup.id) for one in drawn] == [
        *((1, 8), (1, 9)),
        *((2, 4), (2, 6)),
        *((3, 2), (3, 3), (3, 5), (3, 7)),
        (4, 1),
    ]
    assert [one.signup.id for one in drawn if one.has_place] == [8, 9, 4, 6, 2]


def test_a_sitting_keeps_seats_for_those_who_work_and_the_rest_of_them_queue_with_everyone() -> None:
    workers, mentors = a_few(range(20, 24), "Kock"), a_few(range(10, 13), "Gruppfadder")
    signups = [a_signup(1), *mentors, *workers, a_signup(30)]
    plan = sitting_plan(["Kock", "Hovmästare"], seats=2, mentors=1)
    assert order(signups, plan) == [20, 21, 10, 1, 11, 12, 22, 23, 30]


# And what a step means, where one might wonder


def test_whoever_has_no_group_is_not_taken_by_a_step_that_counts_groups() -> None:
    signups = [a_signup(1), a_signup(2, group="Alfa"), a_signup(3, group="Alfa"), a_signup(4, group="Beta")]
    assert order(signups, (Step(per_group=1),)) == [2, 4, 1, 3]


def test_groups_are_compared_letter_by_letter() -> None:
    names = ["Alfa", "alfa", "\u00c4", "A\u0308", "Alfa"]
    drawn = line(map(a_signup, range(5), ["Nolla"] * 5, names), (Step(per_group=1),), BY_MOMENT, 0)
    assert [(one.step, one.signup.group) for one in drawn] == [*((1, name) for name in names[:4]), (2, "Alfa")]


def test_a_step_counts_only_those_it_takes_itself() -> None:
    by_hand = a_signup(1, "Gruppfadder", "Alfa", hand="in")
    signups = [by_hand, *a_few(range(2, 5), "Gruppfadder", "Alfa"), a_signup(9)]
    first_of_each = Step(who=("Gruppfadder",), per_group=1, at_most=1)
    drawn = line(signups, (first_of_each, first_of_each), BY_MOMENT, 0)
    assert [(one.step, one.signup.id) for one in drawn] == [(None, 1), (1, 2), (2, 3), (3, 4), (3, 9)]


def test_a_new_student_put_first_by_hand_still_lets_the_groups_mentor_in_and_one_put_out_does_not() -> None:
    mentors = [a_signup(1, "Gruppfadder", "Alfa"), a_signup(2, "Gruppfadder", "Beta")]
    new = [a_signup(3, "Nolla", "Alfa", hand="in"), a_signup(4, "Nolla", "Beta", hand="out")]
    drawn = line([*mentors, *new], NOLLNING, BY_MOMENT, 0)
    assert [(one.step, one.signup.id) for one in drawn] == [(None, 3), (2, 1), (3, 2)]


def test_everyone_with_a_number_at_most_is_a_step_like_others_and_everyone_comes_after_it() -> None:
    drawn = line(a_few(range(4)), (Step(at_most=2),), BY_MOMENT, 0)
    assert [(one.step, one.rank) for one in drawn] == [(1, 1), (1, 2), (2, 1), (2, 2)]


def test_after_a_step_that_takes_everyone_nobody_is_left() -> None:
    drawn = line(a_few(range(3), "Nolla"), (Step(), Step(who=("Nolla",))), BY_MOMENT, 0)
    assert [one.step for one in drawn] == [1, 1, 1]
