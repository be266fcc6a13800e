"""Who may sign up as what, and with which group."""

import pytest

from guildhall.domains.events.rules.entry import Entry, Member

MENTOR = Member("Alfa", "Mentor", "Mentor", in_nollning=True)
MENTEE = Member("Alfa", "Mentor", "Mentee", in_nollning=True)
LAST_YEARS = Member("Beta", "Mentor", "Mentor", in_nollning=False)
MISSION = Member("Gamma", "Mission", "Mentor", in_nollning=True)
GUEST = Member("Gamma", "Mission", "Default", in_nollning=True)


def entry(*priorities: str, types: tuple[str, ...] = ("Mentor",), others: bool = False, nollning: bool = True) -> Entry:
    return Entry(priorities, nollning, types, others)


@pytest.mark.parametrize(
    ("priority", "held", "is_taken"),
    [("Övrigt", [], True), ("Nolla", ["Nolla"], True), ("Nolla", [], False), ("Kung", ["Kung"], False)],
)
def test_a_priority_is_taken_that_both_have_and_everybodys_always(
    priority: str, held: list[str], is_taken: bool
) -> None:
    assert entry("Nolla", "Spindelman").takes_as(priority, held) is is_taken


def test_an_ordinary_event_takes_any_group_and_none() -> None:
    assert entry(nollning=False).takes_with("whoever we are", [], [])
    assert entry(nollning=False).takes_with(None, [], [])


@pytest.mark.parametrize(
    ("posts", "is_taken"),
    [(["Spindelman"], True), (["Kung"], False), ([], False), (["Nolla"], False), (["Övrigt"], False)],
)
def test_an_introduction_event_takes_without_a_group_only_who_has_a_post_of_its_priorities(
    posts: list[str], is_taken: bool
) -> None:
    assert entry("Spindelman", "Nolla", "Övrigt").takes_with(None, posts, [MENTEE]) is is_taken


@pytest.mark.parametrize(
    ("member", "types", "others", "is_taken"),
    [
        (MENTOR, ("Mentor",), False, True),
        (MENTEE, ("Mentor",), False, True),
        (LAST_YEARS, ("Mentor",), True, False),
        (MISSION, ("Mentor",), False, False),
        (MISSION, ("Mentor",), True, True),
        (GUEST, ("Mentor",), True, False),
        (GUEST, (), False, True),
    ],
)
def test_an_introduction_event_takes_groups_of_its_types_and_other_mentors_where_it_says_so(
    member: Member, types: tuple[str, ...], others: bool, is_taken: bool
) -> None:
    assert entry(types=types, others=others).takes_with(member.group, [], [member]) is is_taken


def test_the_group_is_one_that_the_member_is_in_by_its_exact_name() -> None:
    assert not entry().takes_with("alfa", [], [MENTOR])
    assert not entry().takes_with("Alfa", [], [])
