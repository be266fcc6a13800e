"""Cancelling: an event that is removed before it is over is told to those who signed up, and kept for calendars."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.domains.events.models import CancelledEvent, Event, EventSignup, EventTag
from guildhall.domains.events.service import notices, telling


async def cancel(session: AsyncSession, event: Event) -> None:
    """Tell what becomes of a locked event that is about to be removed, and keep what calendars must know.

    Nothing is told of one that is over.
    """
    await telling.forget(session, event.id)
    if event.ends_at <= clock.now():
        return
    await notices.event_cancelled(session, event)
    signups = select(EventSignup.user_id, EventSignup.changes).where(EventSignup.event_id == event.id)
    rows = await session.execute(signups.order_by(EventSignup.user_id))
    joined = {row.user_id: row.changes for row in rows}
    tags = select(EventTag.tag_id).where(EventTag.event_id == event.id).order_by(EventTag.tag_id)
    kept = ("council_id", "title_sv", "title_en", "location", "starts_at", "ends_at", "all_day")
    session.add(
        CancelledEvent(
            event_id=event.id,
            sequence=event.sequence + max(joined.values(), default=0) + 1,
            changed_at=clock.now(),
            tag_ids=list(await session.scalars(tags)),
            user_ids=list(joined),
            **{name: getattr(event, name) for name in kept},
        )
    )
