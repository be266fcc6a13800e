"""Sessions: signing in, refreshing, signing out, and the list of one's devices."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.core.access import Actor
from guildhall.core.database import AnyRow, release
from guildhall.core.settings import settings
from guildhall.shared.auth.errors import LoginBadCredentials, RefreshRefused, SessionNotFound
from guildhall.shared.auth.models import RefreshSession
from guildhall.shared.auth.rules import device_name
from guildhall.shared.auth.service import attempts, identity, passwords
from guildhall.shared.users.models import User

SLIDE_AFTER = timedelta(days=1)
NOTE_USE_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class SignedIn:
    """A session in use. `cookie` is the refresh token when the client must be given it (again), else None."""

    actor: Actor
    cookie: str | None


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _lifetime() -> timedelta:
    return timedelta(days=settings().refresh_token_days)


async def sign_in(session: AsyncSession, email: str, password: str, user_agent: str) -> SignedIn:
    """A new session for whoever knows the password. Raises LoginBadCredentials, TooManyAttempts."""
    user_id = await prove(session, email, password)
    return await open_session(session, user_id, user_agent)


async def prove(session: AsyncSession, email: str, password: str) -> int:
    """The id of the active user with this address and password.

    The attempt is counted, then judged: of a thousand guesses at once no more than the limit are looked at.
    Raises LoginBadCredentials, TooManyAttempts.
    """
    await attempts.check(session, "login", email)
    statement = select(User.id, User.hashed_password).where(func.lower(User.email) == func.lower(email))
    user = (await session.execute(statement)).first()
    await release(session)  # hashing takes long; others need the connection
    right, renewed = await passwords.verify(password, user.hashed_password if user else None)
    is_proven = user is not None and right and await _is_still(session, user.id, user.hashed_password)
    await attempts.count(session, "login", email)
    if not (user and is_proven):
        raise LoginBadCredentials
    await attempts.forget(session, "login", email)
    if renewed:
        await session.execute(update(User).where(User.id == user.id).values(hashed_password=renewed))
    return user.id


async def _is_still(session: AsyncSession, user_id: int, password_hash: str) -> bool:
    # While the hash was compared, the password may have been changed and every session ended. Locked, so that
    # whoever changes it now ends the session that is about to be opened.
    same = select(User.id).where(User.id == user_id, User.hashed_password == password_hash, User.is_active)
    return await session.scalar(same.with_for_update(key_share=True)) is not None


async def open_session(session: AsyncSession, user_id: int, user_agent: str) -> SignedIn:
    """A new session for a user who has proved who they are."""
    token = secrets.token_urlsafe(32)
    opened = RefreshSession(
        user_id=user_id,
        token_hash=_hash(token),
        device=device_name(user_agent),
        expires_at=clock.now() + _lifetime(),
    )
    session.add(opened)
    await session.flush()
    return SignedIn(await identity.by_session(session, user_id, opened.id), token)


async def owner(session: AsyncSession, token: str) -> tuple[Actor, AnyRow]:
    """Who holds a refresh token, and the row of the session. Raises RefreshRefused."""
    found = await identity.by_refresh_token(session, _hash(token)) if token else None
    if found is None:
        raise RefreshRefused
    return found


async def refresh(session: AsyncSession, token: str) -> SignedIn:
    """The session of a refresh token, which stays as it is; its days slide, at most once a day.

    Raises RefreshRefused.
    """
    actor, row = await owner(session, token)
    now = clock.now()
    slides = row.expires_at < now + _lifetime() - SLIDE_AFTER
    if slides or row.last_used_at < now - NOTE_USE_AFTER:
        await _note_use(session, actor.session_id, now, slides)
    return SignedIn(actor, token if slides else None)


async def _note_use(session: AsyncSession, session_id: int, now: datetime, slides: bool) -> None:
    expiry = {"expires_at": now + _lifetime()} if slides else {}
    await session.execute(
        update(RefreshSession).where(RefreshSession.id == session_id).values(last_used_at=now, **expiry)
    )


async def sign_out(session: AsyncSession, token: str) -> None:
    """End the session of a refresh token. Raises RefreshRefused."""
    await end(session, (await owner(session, token))[0])


async def sign_out_everywhere(session: AsyncSession, token: str) -> None:
    """End every session of the user of a refresh token. Raises RefreshRefused."""
    await end_all(session, (await owner(session, token))[0].id)


async def end(session: AsyncSession, actor: Actor, session_id: int | None = None) -> None:
    """End one of the actor's sessions, or the one that asks. Raises SessionNotFound."""
    wanted = actor.session_id if session_id is None else session_id
    ended = await session.scalar(
        delete(RefreshSession)
        .where(RefreshSession.user_id == actor.id, RefreshSession.id == wanted)
        .returning(RefreshSession.id)
    )
    if ended is None and session_id is not None:
        raise SessionNotFound


async def end_all(session: AsyncSession, user_id: int) -> None:
    """End every session of a user."""
    await session.execute(delete(RefreshSession).where(RefreshSession.user_id == user_id))


async def sessions_of(session: AsyncSession, actor: Actor) -> Sequence[RefreshSession]:
    """The actor's living sessions, the one used last first."""
    statement = select(RefreshSession).where(
        RefreshSession.user_id == actor.id, RefreshSession.expires_at > clock.now()
    )
    newest = statement.order_by(RefreshSession.last_used_at.desc(), RefreshSession.id.desc())
    return (await session.scalars(newest)).all()


async def sweep(session: AsyncSession) -> None:
    """Delete sessions that are over."""
    await session.execute(delete(RefreshSession).where(RefreshSession.expires_at < clock.now()))
