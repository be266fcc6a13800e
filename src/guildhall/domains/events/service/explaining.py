"""Why a sign-up stands where it does, now that the line is live."""

from typing import Any, Literal

from guildhall.core.database import AnyRow
from guildhall.core.language import Language
from guildhall.domains.events import rules

LATE: dict[Language, tuple[str, str]] = {
    "sv": ("Anmäld när platser redan gavs, i turordning.", "Har plats."),
    "en": ("Signed up when places were being given already, in the order of signing up.", "Has a place."),
}
BY_HAND: dict[Language, str] = {"sv": "Har fått plats av arrangören.", "en": "Was given a place by the organiser."}
QUEUE: dict[Language, str] = {
    "sv": "Nummer {number} i kön: det blir plats när {number} av dem som har plats anmäler sig av.",
    "en": "Number {number} in the queue: there is a place when {number} of those with a place sign off.",
}


def explained(row: AnyRow, language: Language) -> str:
    """Some sentences about a row of `signups`: how it came to its position, and what it would take to have a place."""
    if row.hand == "out" or row.position is None:
        return rules.left_out(language)
    number = None if row.confirmed else row.number
    if row.step_rank is None and row.hand == "in":
        return BY_HAND[language]
    if row.plan is None or row.step_rank is None:
        how, has_place = LATE[language]
        return f"{how} {has_place if row.confirmed else QUEUE[language].format(number=number)}"
    plan, rank = rules.plan_from_json(row.plan), rules.rank_from_json(row.rank)
    return rules.explanation(standing(row), plan, rank, row.max_event_users, language, number)


_KEPT: Any = object()


def signup(row: AnyRow, hand: Literal["in", "out"] | None = _KEPT) -> rules.SignUp:
    """A row of `signups` as the rules know it; with another hand where one is given."""
    ticket = rules.ticket(row.seed, row.event_id, row.user_id)
    held = row.hand if hand is _KEPT else hand
    return rules.SignUp(row.user_id, row.created_at, row.priority, row.group_name, ticket, held)


def standing(row: AnyRow) -> rules.Standing:
    """How a row stands in the line as it is now."""
    return rules.Standing(signup(row), row.position, row.confirmed, row.step, row.step_rank)
