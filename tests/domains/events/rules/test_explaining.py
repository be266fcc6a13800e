"""What is told about a position."""

from dataclasses import replace

from guildhall.domains.events.rules import (
    NOLLNING,
    Rank,
    Standing,
    Step,
    explanation,
    left_out,
    line,
    sitting_plan,
)
from tests.domains.events.rules.draws import OPENS, a_few, a_signup

BY_MOMENT = Rank("moment")


def test_a_place_by_lottery() -> None:
    one = Standing(a_signup(1, "Gruppfadder", "Alfa"), position=17, has_place=True, step=2, rank=3)
    assert explanation(one, NOLLNING, Rank("ticket"), 30, "en") == (
        "Number 17 in the line. Taken by step 2 of 4 (Gruppfadder, 1 per group, only groups with Nolla) as number 3, "
        "by the ticket 6b86b273ff34… Has a place: the first 30 in the line have one."
    )
    assert explanation(one, NOLLNING, Rank("ticket"), 30, "sv") == (
        "Nummer 17 i raden. Tagen av steg 2 av 4 (Gruppfadder, 1 per grupp, bara grupper med Nolla) som nummer 3, "
        "efter lotten 6b86b273ff34… Har plats: de första 30 i raden har det."
    )


def test_a_queue_by_moment_on_the_guilds_wall_clock() -> None:
    last = line(a_few(range(5)), (), BY_MOMENT, 2)[-1]
    assert explanation(last, (), BY_MOMENT, 2, "sv") == (
        "Nummer 5 i raden. Tagen av steg 1 av 1 (alla) som nummer 5, efter anmälan 2026-09-01 14:00:04.000000. "
        "Nummer 3 i kön: det blir plats när 3 av dem som har plats anmäler sig av, eller när platserna blir 3 fler."
    )
    assert "there is a place when 3 of those with a place sign off" in explanation(last, (), BY_MOMENT, 2, "en")


def test_one_whom_an_earlier_step_passed_is_told_so() -> None:
    plan = sitting_plan(["Kock"], seats=1)
    drawn = line([a_signup(1), *a_few(range(2, 4), "Kock")], plan, BY_MOMENT, 1)
    told = explanation(drawn[2], plan, BY_MOMENT, 1, "en")
    assert "Step 1 (Kock, at most 1) is for Kock too, but its limits did not let this sign-up through." in told


def test_after_the_grace_window_it_is_the_moment_that_is_told() -> None:
    grace = Rank("grace", OPENS, 1)
    drawn = line([a_signup(1), a_signup(61)], (), grace, 0)
    assert "by the ticket 6b86b273ff34…" in explanation(drawn[0], (), grace, 0, "en")
    assert "by the moment of signing up, 2026-09-01 14:01:01.000000." in explanation(drawn[1], (), grace, 0, "en")


def test_a_hand_is_told_as_such() -> None:
    (one,) = line([a_signup(1, hand="in")], (), BY_MOMENT, 0)
    told = (
        "Number 1 in the line. Put at the front by hand by the organiser, as number 1 of those. Everyone has a place."
    )
    assert explanation(one, (), BY_MOMENT, 0, "en") == told


def test_whoever_a_hand_put_out_is_told_so_too() -> None:
    assert left_out("en").startswith("Not in the line: taken out by hand")
    assert left_out("sv").startswith("Inte i raden: borttagen för hand")


def test_when_the_line_has_moved_the_number_in_the_queue_is_what_it_is_now() -> None:
    last = line(a_few(range(9)), (), BY_MOMENT, 2)[-1]
    assert "Number 1 in the queue" in explanation(last, (), BY_MOMENT, 2, "en", queue_number=1)


def test_one_who_has_moved_up_is_not_told_of_the_first_ones() -> None:
    last = replace(line(a_few(range(9)), (), BY_MOMENT, 2)[-1], has_place=True)
    assert explanation(last, (), BY_MOMENT, 2, "en").endswith(" Has a place: has moved up from the queue.")


def test_names_of_classes_are_told_as_they_are_also_with_braces() -> None:
    plan = (Step(who=("{kind}", "%s")),)
    (one,) = line([a_signup(1, "{kind}")], plan, BY_MOMENT, 0)
    assert "({kind} and %s)" in explanation(one, plan, BY_MOMENT, 0, "en")
