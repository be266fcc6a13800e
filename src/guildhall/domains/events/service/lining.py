"""Putting the sign-ups of an event into their line, and writing it down."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ARRAY, Boolean, Integer, String, column, func, literal, update
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.database import AnyRow, translated
from guildhall.domains.events import rules
from guildhall.domains.events.errors import BadPlan, NoPlaceLeft
from guildhall.domains.events.models import Event, EventSignup
from guildhall.domains.events.schemas import AllocationWish
from guildhall.domains.events.service import explaining

OVER_BOOKED = {"event_is_not_over_booked": NoPlaceLeft}
_COLUMNS: dict[str, Any] = {
    "user_id": Integer,
    "position": Integer,
    "confirmed": Boolean,
    "step": Integer,
    "step_rank": Integer,
    "hand": String,
    "hand_reason": String,
}


@dataclass(frozen=True)
class Draft:
    """How a line is made: the plan, the rank, how many places there are, and reasons of hands by user."""

    plan: rules.Plan
    rank: rules.Rank
    capacity: int
    reasons: dict[int, str | None]
    signups: list[rules.SignUp]

    @cached_property
    def line(self) -> list[rules.Standing]:
        """Everybody in the line. Raises NoPlaceLeft when hands have put more in front than there are places."""
        if self.capacity and sum(signup.hand == "in" for signup in self.signups) > self.capacity:
            raise NoPlaceLeft
        return rules.line(self.signups, self.plan, self.rank, self.capacity)

    @property
    def out(self) -> list[rules.SignUp]:
        """Those whom hands have put out of it."""
        return [signup for signup in self.signups if signup.hand == "out"]


def drafted(event: Event, rows: Sequence[AnyRow], wish: AllocationWish | None = None) -> Draft:
    """The draft that is wished, of these sign-ups of the event; what is not wished is as it is kept with the event.

    Raises BadPlan.
    """
    wish = wish or AllocationWish()
    try:
        plan, rank = _plan(event, wish), _rank(event, wish)
    except ValueError as wrong:
        raise BadPlan(why=str(wrong)) from wrong
    hands: dict[int, Any] = {row.user_id: row.hand for row in rows}
    reasons: dict[int, str | None] = {row.user_id: row.hand_reason for row in rows}
    for hand in wish.hands or ():
        if hand.user_id in hands:
            hands[hand.user_id], reasons[hand.user_id] = hand.hand, hand.reason if hand.hand else None
    signups = [explaining.signup(row, hands[row.user_id]) for row in rows]
    return Draft(plan, rank, event.max_event_users, reasons, signups)


def _plan(event: Event, wish: AllocationWish) -> rules.Plan:
    if wish.plan is not None:
        return rules.plan_from_json([step.model_dump() for step in wish.plan])
    if wish.template is not None:
        return rules.complete(rules.named_plan(wish.template, event.priorities))
    return rules.plan_from_json(event.plan) if event.plan else rules.complete(rules.default_plan(event.priorities))


def _rank(event: Event, wish: AllocationWish) -> rules.Rank:
    minutes = wish.grace_minutes or event.grace_minutes
    kept = "ticket" if event.lottery else "grace" if event.grace_minutes else "moment"
    by = wish.by or kept
    return rules.Rank(by, event.signup_start, minutes) if by == "grace" else rules.Rank(by)


def digest(draft: Draft) -> str:
    """The same for the same line; 16 hex digits."""
    told = [[one.signup.ticket, one.has_place] for one in draft.line], sorted(one.ticket for one in draft.out)
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


async def write(session: AsyncSession, event: Event, draft: Draft) -> None:
    """Write the line of a locked event down: positions, places and hands; one statement. Raises NoPlaceLeft."""
    line = [
        (one.signup.id, one.position, one.has_place, one.step, one.rank, one.signup.hand, draft.reasons[one.signup.id])
        for one in draft.line
    ]
    line += [(one.id, None, False, None, None, "out", draft.reasons[one.id]) for one in draft.out]
    if line:
        given = zip(*line, strict=True)
        arrays = [literal(list(values), ARRAY(kind)) for values, kind in zip(given, _COLUMNS.values(), strict=True)]
        fields = [column(name, kind) for name, kind in _COLUMNS.items()]
        stands = func.unnest(*arrays).table_valued(*fields).render_derived("stands")
        theirs = EventSignup.event_id == event.id, EventSignup.user_id == stands.c.user_id
        facts = {name: stands.c[name] for name in _COLUMNS if name != "user_id"}
        async with translated(OVER_BOOKED):
            await session.execute(
                update(EventSignup).where(*theirs).values(**facts), execution_options={"synchronize_session": False}
            )
    event.last_position = len(draft.line)
    await session.refresh(event, ["places_given"])
