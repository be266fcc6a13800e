"""The line: all sign-ups in one order, the first of whom have a place."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from guildhall.domains.events.rules.plans import Plan, Step, complete
from guildhall.domains.events.rules.ranking import Rank
from guildhall.domains.events.rules.signups import SignUp, Standing

Groups = Mapping[str, set[str]]
"""For each class, the groups in which somebody of it has signed up."""


def line(signups: Iterable[SignUp], plan: Plan, rank: Rank, capacity: int) -> list[Standing]:
    """Everyone in the line, first to last; those whom a hand has put out are not in it.

    First those put at the front by hand, then step by step those whom each step takes; `everyone` is the last step
    also where the plan does not say so. The first `capacity` have a place; 0 is unlimited. What comes out depends on
    the sign-ups alone, not on the order they come in, nor on their ids.

    Raises ValueError when the capacity is negative, the plan is too long, or two sign-ups have the same ticket.
    """
    if capacity < 0:
        raise ValueError("a capacity is at least 0")
    ordered = [signup for signup in rank.order(signups) if signup.hand != "out"]
    in_line = (
        (signup, step, number)
        for step, taken in _taken(ordered, complete(plan))
        for number, signup in enumerate(taken, start=1)
    )
    return [
        Standing(signup, position, not capacity or position <= capacity, step, number)
        for position, (signup, step, number) in enumerate(in_line, start=1)
    ]


def _taken(ordered: list[SignUp], plan: Plan) -> Iterator[tuple[int | None, list[SignUp]]]:
    groups = _groups_with(ordered)
    yield None, [signup for signup in ordered if signup.hand == "in"]
    waiting = [signup for signup in ordered if signup.hand is None]
    for number, step in enumerate(plan, start=1):
        taken, waiting = _take(step, waiting, groups)
        yield number, taken


def _groups_with(signups: Iterable[SignUp]) -> Groups:
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for signup in signups:
        if signup.group is not None:
            groups[signup.kind].add(signup.group)
    return groups


def _take(step: Step, waiting: list[SignUp], groups: Groups) -> tuple[list[SignUp], list[SignUp]]:
    """Those whom a step takes, and those who still wait; both in the order they came in."""
    taken: list[SignUp] = []
    left: list[SignUp] = []
    of_group: Counter[str | None] = Counter()
    for signup in waiting:
        is_full = step.at_most is not None and len(taken) >= step.at_most
        if is_full or not _is_for(step, signup, groups) or not _has_room(step, signup.group, of_group):
            left.append(signup)
            continue
        taken.append(signup)
        of_group[signup.group] += 1
    return taken, left


def _is_for(step: Step, signup: SignUp, groups: Groups) -> bool:
    if step.who is not None and signup.kind not in step.who:
        return False
    return step.only_groups_with is None or signup.group in groups.get(step.only_groups_with, ())


def _has_room(step: Step, group: str | None, of_group: Counter[str | None]) -> bool:
    return step.per_group is None or (group is not None and of_group[group] < step.per_group)
