"""Why somebody stands where they do, in words."""

from guildhall.core.clock import local
from guildhall.core.language import Language
from guildhall.domains.events.rules.plans import Plan, Step, complete
from guildhall.domains.events.rules.ranking import Rank
from guildhall.domains.events.rules.signups import SignUp, Standing

Words = dict[str, str]

SV: Words = {
    "in_line": "Nummer {position} i raden.",
    "by_hand": "Satt först för hand av arrangören, som nummer {rank} av dem.",
    "by_step": "Tagen av steg {step} av {steps} ({what}) som nummer {rank}, {why}",
    "ticket": "efter lotten {ticket}…",
    "moment": "efter anmälan {moment}.",
    "passed": "Steg {step} ({what}) är också för {kind}, men dess gränser släppte inte fram den här anmälan.",
    "unlimited": "Alla har plats.",
    "place": "Har plats: de första {capacity} i raden har det.",
    "moved_up": "Har plats: har flyttats upp ur kön.",
    "queue": "Nummer {number} i kön: det blir plats när {number} av dem som har plats anmäler sig av, "
    "eller när platserna blir {number} fler.",
    "next": "Nummer 1 i kön: det blir plats när en av dem som har plats anmäler sig av, "
    "eller när det blir en plats till.",
    "everyone": "alla",
    "at_most": "högst {number}",
    "per_group": "{number} per grupp",
    "only_groups_with": "bara grupper med {kind}",
    "and": " och ",
    "left_out": "Inte i raden: borttagen för hand av arrangören. Det blir plats bara om arrangören ändrar sig.",
}
EN: Words = {
    "in_line": "Number {position} in the line.",
    "by_hand": "Put at the front by hand by the organiser, as number {rank} of those.",
    "by_step": "Taken by step {step} of {steps} ({what}) as number {rank}, {why}",
    "ticket": "by the ticket {ticket}…",
    "moment": "by the moment of signing up, {moment}.",
    "passed": "Step {step} ({what}) is for {kind} too, but its limits did not let this sign-up through.",
    "unlimited": "Everyone has a place.",
    "place": "Has a place: the first {capacity} in the line have one.",
    "moved_up": "Has a place: has moved up from the queue.",
    "queue": "Number {number} in the queue: there is a place when {number} of those with a place sign off, "
    "or when there are {number} places more.",
    "next": "Number 1 in the queue: there is a place when one of those with a place signs off, "
    "or when there is one place more.",
    "everyone": "everyone",
    "at_most": "at most {number}",
    "per_group": "{number} per group",
    "only_groups_with": "only groups with {kind}",
    "and": " and ",
    "left_out": "Not in the line: taken out by hand by the organiser. There is a place only if the organiser "
    "changes that.",
}


def explanation(
    standing: Standing, plan: Plan, rank: Rank, capacity: int, language: Language, queue_number: int | None = None
) -> str:
    """Why somebody stands where they do, and what would have to happen for a place: some sentences, one line.

    `plan`, `rank` and `capacity` are those of the line. When it has moved since the draw, give a standing with
    `has_place` as it is now, and the number in the queue as `queue_number`; else it is reckoned from the position.
    """
    words = _words(language)
    parts = [words["in_line"].format(position=standing.position)]
    parts += _reason(standing, complete(plan), rank, language)
    parts.append(_outlook(standing, capacity, queue_number, words))
    return " ".join(parts)


def left_out(language: Language) -> str:
    """What is said to somebody whom a hand has put out of the line."""
    return _words(language)["left_out"]


def step_in_words(step: Step, language: Language) -> str:
    """Whom a step takes.

    >>> step_in_words(Step(who=("Gruppfadder",), per_group=1, only_groups_with="Nolla"), "en")
    'Gruppfadder, 1 per group, only groups with Nolla'
    """
    words = _words(language)
    parts = [words["everyone"] if step.who is None else words["and"].join(step.who)]
    if step.at_most is not None:
        parts.append(words["at_most"].format(number=step.at_most))
    if step.per_group is not None:
        parts.append(words["per_group"].format(number=step.per_group))
    if step.only_groups_with is not None:
        parts.append(words["only_groups_with"].format(kind=step.only_groups_with))
    return ", ".join(parts)


def _words(language: Language) -> Words:
    return SV if language == "sv" else EN


def _reason(standing: Standing, plan: Plan, rank: Rank, language: Language) -> list[str]:
    words = _words(language)
    if standing.step is None:
        return [words["by_hand"].format(rank=standing.rank)]
    kind = standing.signup.kind
    passed = [
        words["passed"].format(step=number, what=step_in_words(step, language), kind=kind)
        for number, step in enumerate(plan[: standing.step - 1], start=1)
        if step.who is None or kind in step.who
    ]
    what = step_in_words(plan[standing.step - 1], language)
    why = _why(standing.signup, rank, words)
    step = words["by_step"].format(step=standing.step, steps=len(plan), what=what, rank=standing.rank, why=why)
    return [step, *passed]


def _why(signup: SignUp, rank: Rank, words: Words) -> str:
    if rank.draws(signup):
        return words["ticket"].format(ticket=signup.ticket[:12])
    moment = local(signup.moment).isoformat(" ", "microseconds")[:26]
    return words["moment"].format(moment=moment)


def _outlook(standing: Standing, capacity: int, queue_number: int | None, words: Words) -> str:
    if not capacity:
        return words["unlimited"]
    if standing.has_place:
        return words["place" if standing.position <= capacity else "moved_up"].format(capacity=capacity)
    number = max(1, standing.position - capacity) if queue_number is None else queue_number
    return words["next"] if number == 1 else words["queue"].format(number=number)
