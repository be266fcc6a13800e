"""Plans: whom the line takes in which order, the plans the guild uses, and plans as JSON.

>>> plan = default_plan(["Nolla"])
>>> plan
(Step(who=('Nolla',), at_most=None, per_group=None, only_groups_with=None), \
Step(who=None, at_most=None, per_group=None, only_groups_with=None))
>>> plan_from_json(plan_to_json(plan)) == plan
True
>>> Step(at_most=0)
Traceback (most recent call last):
ValueError: at_most is at least 1
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any

from guildhall.domains.events.rules.reading import a_list, a_number, a_text, an_object

MOST_STEPS = 20


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a plan: takes, of those not yet in the line, in the order of their rank, everyone it may.

    It counts only those it takes itself: neither those of an earlier step nor those a hand has put at the front.
    Raises ValueError for a step that could take nobody, or names nobody.
    """

    who: tuple[str, ...] | None = None
    """The classes it is for; None is everyone."""
    at_most: int | None = None
    """How many it takes in all."""
    per_group: int | None = None
    """How many it takes of each group. Whoever has no group is not taken: their turn comes in a later step."""
    only_groups_with: str | None = None
    """Only of groups in which somebody of this class has signed up and is not fixed out of the line."""

    def __post_init__(self) -> None:
        if self.who is not None and not self.who:
            raise ValueError("who names at least one class; leave it out for everyone")
        if self.who is not None and not all(self.who):
            raise ValueError("a class in who has a name")
        if self.at_most is not None and self.at_most < 1:
            raise ValueError("at_most is at least 1")
        if self.per_group is not None and self.per_group < 1:
            raise ValueError("per_group is at least 1")
        if self.only_groups_with == "":
            raise ValueError("only_groups_with names a class")


Plan = tuple[Step, ...]

EVERYONE = Step()
ORDINARY: Plan = (EVERYONE,)
NOLLNING: Plan = (
    Step(who=("Nolla",)),
    Step(who=("Gruppfadder",), per_group=1, only_groups_with="Nolla"),
    Step(who=("Gruppfadder", "Uppdragsfadder")),
    EVERYONE,
)


def complete(plan: Plan) -> Plan:
    """The plan with everyone as its last step, so that all get into the line.

    Raises ValueError when the plan has more than 20 steps, not counting that one.
    """
    steps = plan[:-1] if plan and plan[-1] == EVERYONE else plan
    if len(steps) > MOST_STEPS:
        raise ValueError(f"a plan has at most {MOST_STEPS} steps")
    return (*steps, EVERYONE)


def default_plan(priorities: Iterable[str]) -> Plan:
    """The plan of an event that has only priorities: those of them first, then everyone; without any, just everyone."""
    who = tuple(dict.fromkeys(filter(None, priorities)))
    return (Step(who=who), EVERYONE) if who else ORDINARY


def sitting_plan(posts: Iterable[str], seats: int = 12, mentors: int = 20) -> Plan:
    """A sitting with seats for functionaries: the working posts, at most so many; mentors of groups; everyone."""
    return (Step(who=tuple(posts), at_most=seats), Step(who=("Gruppfadder",), at_most=mentors), EVERYONE)


def named_plan(name: str, priorities: Iterable[str] = ()) -> Plan:
    """A plan by its name: `ordinary`, `priorities` (of the event) or `nollning`. Raises ValueError for another name."""
    plans = {"ordinary": ORDINARY, "priorities": default_plan(priorities), "nollning": NOLLNING}
    if name not in plans:
        raise ValueError(f"a plan is named {', '.join(plans)}")
    return plans[name]


def plan_to_json(plan: Plan) -> list[dict[str, Any]]:
    """A plan as plain JSON: a list of steps with every key of `Step`, in the plan's order."""
    return [asdict(step) | {"who": None if step.who is None else list(step.who)} for step in plan]


def plan_from_json(value: object) -> Plan:
    """The complete plan that a piece of JSON says; a key that is missing is null.

    Raises ValueError, in words that can be shown, for anything that is no plan.
    """
    return complete(tuple(_step(step) for step in a_list(value, "a plan")))


def _step(value: object) -> Step:
    step = an_object(value, "a step", [field.name for field in fields(Step)])
    who, at_most, per_group, only = step.values()
    return Step(
        who=None if who is None else tuple(a_text(word, "a class in who") for word in a_list(who, "who")),
        at_most=None if at_most is None else a_number(at_most, "at_most"),
        per_group=None if per_group is None else a_number(per_group, "per_group"),
        only_groups_with=None if only is None else a_text(only, "only_groups_with"),
    )
