"""Hands: an organiser gives a place to somebody, or takes it, whatever the plan says."""

from collections.abc import Sequence

from sqlalchemy import case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.database import one_of, translated
from guildhall.domains.events.models import Event, EventSignup
from guildhall.domains.events.service import notices, queueing
from guildhall.domains.events.service.lining import OVER_BOOKED


async def confirm(session: AsyncSession, event_id: int, user_ids: Sequence[int]) -> None:
    """Give places by hand to these users; who has one or has not signed up is passed over.

    Raises EventNotFound, NoPlaceLeft.
    """
    event = await queueing.claim(session, event_id)
    theirs = EventSignup.event_id == event_id, one_of(EventSignup.user_id, user_ids), ~EventSignup.confirmed
    outside = (
        select(EventSignup.user_id, func.row_number().over(order_by=EventSignup.created_at).label("number"))
        .where(*theirs, EventSignup.position.is_(None))
        .subquery("outside")
    )
    number = select(outside.c.number).where(outside.c.user_id == EventSignup.user_id).scalar_subquery()
    position = case((EventSignup.position.is_(None), event.last_position + number), else_=EventSignup.position)
    by_hand = {"confirmed": True, "hand": "in", "hand_reason": None, "step": None, "step_rank": None}
    given = update(EventSignup).where(*theirs).values(**by_hand, position=position)
    async with translated(OVER_BOOKED):
        found = await session.execute(given.returning(EventSignup.user_id, EventSignup.position), _NO_SYNC)
    placed = found.all()
    event.last_position = max([event.last_position, *(place for _, place in placed if place is not None)])
    await _done(session, event)
    if event.event_users_confirmed:
        await notices.moved_up(session, event, [user_id for user_id, _ in placed])


async def unconfirm(session: AsyncSession, event_id: int, user_ids: Sequence[int]) -> None:
    """Take their places from these users, and put them out of the line; who has none is passed over.

    At a published event the first of the queue move up. Raises EventNotFound.
    """
    event = await queueing.claim(session, event_id)
    theirs = EventSignup.event_id == event_id, one_of(EventSignup.user_id, user_ids), EventSignup.confirmed
    out = {"confirmed": False, "hand": "out", "hand_reason": None, "position": None, "step": None, "step_rank": None}
    taken = update(EventSignup).where(*theirs).values(**out).returning(EventSignup.user_id)
    lost = list(await session.scalars(taken, execution_options=dict(_NO_SYNC)))
    if event.event_users_confirmed:
        moved = await queueing.fill(session, event)
        await notices.lost_place(session, event, lost)
        await notices.moved_up(session, event, moved)
    await _done(session, event)


_NO_SYNC = {"synchronize_session": False}


async def _done(session: AsyncSession, event: Event) -> None:
    await session.flush()
    await queueing.tell(session, event.id)
