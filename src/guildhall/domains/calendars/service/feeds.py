"""Feeds of members: made, found by their key, and revoked."""

import hashlib
import secrets
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.core.access import Actor
from guildhall.core.language import Language
from guildhall.core.settings import settings
from guildhall.domains.calendars.errors import CalendarNotFound, NoCalendarFeed
from guildhall.domains.calendars.models import CalendarFeed
from guildhall.domains.calendars.schemas import CalendarFeedCreated, CalendarFeedRead
from guildhall.shared.users.models import User

NOTE_USE_AFTER = timedelta(hours=1)


class Owner(NamedTuple):
    """Whose feed it is, and in what language."""

    user_id: int
    language: Language


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


async def read(session: AsyncSession, actor: Actor) -> CalendarFeedRead:
    """Whether the actor has a feed, and what is known of it; never its address."""
    feed = await session.get(CalendarFeed, actor.id)
    if feed is None:
        return CalendarFeedRead(exists=False)
    return CalendarFeedRead(
        exists=True, language=feed.language, created_at=feed.created_at, last_fetched_at=feed.last_fetched_at
    )


async def make(session: AsyncSession, actor: Actor, language: Language) -> CalendarFeedCreated:
    """A new feed with a new address, which is told now and never again. The old one ends, if there was one."""
    token, now = secrets.token_urlsafe(32), clock.now()
    facts = {"token_hash": _hash(token), "language": language, "created_at": now, "last_fetched_at": None}
    statement = insert(CalendarFeed).values(user_id=actor.id, **facts)
    await session.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=facts))
    url = f"{settings().public_url}/calendar/{token}.ics"
    return CalendarFeedCreated(url=url, language=language, created_at=now)


async def revoke(session: AsyncSession, actor: Actor) -> None:
    """End the actor's feed. Raises NoCalendarFeed."""
    gone = delete(CalendarFeed).where(CalendarFeed.user_id == actor.id).returning(CalendarFeed.user_id)
    if await session.scalar(gone) is None:
        raise NoCalendarFeed


async def opened_by(session: AsyncSession, token: str) -> Owner:
    """Whose feed this key opens; notes that it was fetched, at most once an hour.

    Raises CalendarNotFound when no feed has it, and when its owner's account is not active and verified.
    """
    found = (
        select(CalendarFeed.user_id, CalendarFeed.language, CalendarFeed.last_fetched_at)
        .join(User, User.id == CalendarFeed.user_id)
        .where(CalendarFeed.token_hash == _hash(token), User.is_active, User.is_verified)
    )
    feed = (await session.execute(found)).first()
    if feed is None:
        raise CalendarNotFound
    now = clock.now()
    if feed.last_fetched_at is None or feed.last_fetched_at + NOTE_USE_AFTER <= now:
        fetched = update(CalendarFeed).where(CalendarFeed.token_hash == _hash(token))
        await session.execute(fetched.values(last_fetched_at=now))
    return Owner(feed.user_id, feed.language)
