"""Giving places: a dry run, what is kept of it, and the draw of the wire."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.core.database import AnyRow
from guildhall.domains.events import rules
from guildhall.domains.events.errors import PlacesAreDrawn, PlacesAreOut, SignupIsStillOpen
from guildhall.domains.events.models import Event, EventSignup
from guildhall.domains.events.schemas import (
    AllocationRead,
    AllocationWish,
    EventSignupRead,
    PlacedRead,
    StepWish,
    TallyRead,
)
from guildhall.domains.events.service import explaining, lining, queueing, reading, signups
from guildhall.domains.events.service.lining import Draft
from guildhall.shared.users.schemas import SimpleUserRead


async def propose(session: AsyncSession, event_id: int, wish: AllocationWish | None = None) -> AllocationRead:
    """The line that a wish would make, and what it means; nothing is written.

    Raises EventNotFound, BadPlan, NoPlaceLeft.
    """
    event = await reading.find(session, event_id)
    rows = await signups.rows(session, event_id)
    return _shape(event, rows, lining.drafted(event, rows, wish))


async def keep(session: AsyncSession, event_id: int, wish: AllocationWish) -> AllocationRead:
    """Keep a wish with the event, and give places by it; until they are published it may be done again and again.

    Raises EventNotFound, PlacesAreOut, BadPlan, NoPlaceLeft.
    """
    event = await _unpublished(session, event_id)
    rows = await signups.rows(session, event_id)
    draft = lining.drafted(event, rows, wish)
    event.plan = rules.plan_to_json(draft.plan)
    event.lottery, event.grace_minutes = draft.rank.by == "ticket", draft.rank.minutes
    await lining.write(session, event, draft)
    await session.flush()
    await queueing.tell(session, event_id)
    return _shape(event, rows, draft)


async def draw(session: AsyncSession, event_id: int) -> list[EventSignupRead]:
    """Give places as the event says, once sign-up is over, and return those who have one.

    Raises EventNotFound, SignupIsStillOpen, PlacesAreOut, PlacesAreDrawn, NoPlaceLeft.
    """
    event = await queueing.claim(session, event_id)
    if clock.now() <= event.signup_end:
        raise SignupIsStillOpen
    if event.event_users_confirmed:
        raise PlacesAreOut
    if event.places_given:
        raise PlacesAreDrawn
    await lining.write(session, event, lining.drafted(event, await signups.rows(session, event_id)))
    await session.flush()
    await queueing.tell(session, event_id)
    return [signups.shape(row) for row in await signups.rows(session, event_id, EventSignup.confirmed)]


async def places(session: AsyncSession, event_id: int) -> list[PlacedRead]:
    """Everybody who signed up as they stand now, in the order of the line. Raises EventNotFound."""
    await reading.find(session, event_id)
    return [_placed(row) for row in await signups.rows(session, event_id)]


async def _unpublished(session: AsyncSession, event_id: int) -> Event:
    event = await queueing.claim(session, event_id)
    if event.event_users_confirmed:
        raise PlacesAreOut
    return event


def _placed(row: AnyRow) -> PlacedRead:
    return PlacedRead(
        **_facts(row),
        position=row.position,
        has_place=row.confirmed,
        number=None if row.confirmed or row.position is None else row.number,
        hand=row.hand,
        reason=row.hand_reason,
        explanation_sv=explaining.explained(row, "sv") if row.event_users_confirmed else "",
        explanation_en=explaining.explained(row, "en") if row.event_users_confirmed else "",
    )


def _facts(row: AnyRow) -> dict[str, Any]:
    return {
        "user": SimpleUserRead(id=row.user_id, first_name=row.first_name, last_name=row.last_name),
        "priority": row.priority,
        "group_name": row.group_name,
        "ticket": explaining.signup(row).ticket,
        "signed_up_at": row.created_at,
    }


def _shape(event: Event, rows: Sequence[AnyRow], draft: Draft) -> AllocationRead:
    by_user = {row.user_id: row for row in rows}
    line = draft.line
    with_place = {one.signup.id for one in line if one.has_place}
    return AllocationRead(
        event_id=event.id,
        capacity=draft.capacity,
        published=event.event_users_confirmed,
        plan=[StepWish.model_validate(step) for step in rules.plan_to_json(draft.plan)],
        by=draft.rank.by,
        grace_minutes=draft.rank.minutes,
        digest=lining.digest(draft),
        line=[_standing(by_user[one.signup.id], one, draft) for one in line],
        out=[_left_out(by_user[one.id], draft) for one in draft.out],
        priorities=_tally(rows, with_place, lambda row: [row.priority]),
        groups=_tally(rows, with_place, lambda row: [row.group_name] if row.group_name else []),
        drink_packages=_tally(rows, with_place, lambda row: [row.drink_package]),
        food=_tally(rows, with_place, lambda row: row.standard_food_preferences or []),
    )


def _standing(row: AnyRow, one: rules.Standing, draft: Draft) -> PlacedRead:
    sv, en = (rules.explanation(one, draft.plan, draft.rank, draft.capacity, word) for word in ("sv", "en"))
    return PlacedRead(
        **_facts(row),
        position=one.position,
        has_place=one.has_place,
        number=None if one.has_place else one.position - draft.capacity,
        hand=one.signup.hand,
        reason=draft.reasons[one.signup.id],
        explanation_sv=sv,
        explanation_en=en,
    )


def _left_out(row: AnyRow, draft: Draft) -> PlacedRead:
    return PlacedRead(
        **_facts(row),
        position=None,
        has_place=False,
        number=None,
        hand="out",
        reason=draft.reasons[row.user_id],
        explanation_sv=rules.left_out("sv"),
        explanation_en=rules.left_out("en"),
    )


def _tally(rows: Iterable[AnyRow], with_place: set[int], names: Callable[[AnyRow], Iterable[str]]) -> list[TallyRead]:
    places: Counter[str] = Counter()
    without: Counter[str] = Counter()
    for row in rows:
        (places if row.user_id in with_place else without).update(names(row))
    return [TallyRead(name=name, places=places[name], without=without[name]) for name in sorted({*places, *without})]
