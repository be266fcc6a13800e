"""Who is asking, and the access tokens that say so."""

import jwt
from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.core.access import Actor, steps
from guildhall.core.database import AnyRow
from guildhall.core.settings import settings
from guildhall.shared.auth.models import RefreshSession
from guildhall.shared.posts.models import Permission, PostHolder, PostPermission
from guildhall.shared.users.models import User

AUDIENCE = "fastapi-users:auth"

_rights = (
    select(func.array_agg((Permission.action + ":" + Permission.target).distinct()))
    .join(PostPermission)
    .join(PostHolder, PostHolder.post_id == PostPermission.post_id)
    .where(PostHolder.user_id == User.id)
    .correlate(User)
    .scalar_subquery()
)
_living = (
    select(
        User.id,
        User.is_verified,
        User.is_member,
        _rights.label("rights"),
        RefreshSession.id.label("session_id"),
        RefreshSession.last_used_at,
        RefreshSession.expires_at,
    )
    .join(User, User.id == RefreshSession.user_id)
    .where(User.is_active, RefreshSession.expires_at > bindparam("now"))
)
_by_sid = _living.where(RefreshSession.id == bindparam("sid"), User.id == bindparam("sub"))
_by_token = _living.where(RefreshSession.token_hash == bindparam("token_hash"))


def _actor(row: AnyRow) -> Actor:
    return Actor(row.id, row.session_id, row.is_verified, row.is_member, steps(row.rights or ()))


async def identify(session: AsyncSession, token: str) -> Actor | None:
    """Who holds this access token, with rights as of now, in one statement; None when it is not good.

    Good is a token of ours that is not over, whose session lives and whose user is active.
    """
    claims = _claims(token)
    if claims is None:
        return None
    row = (await session.execute(_by_sid, {**claims, "now": clock.now()})).first()
    return _actor(row) if row else None


def _claims(token: str) -> dict[str, int] | None:
    try:
        claims = jwt.decode(
            token,
            settings().key("access"),
            algorithms=["HS256"],
            audience=AUDIENCE,
            options={"require": ["exp", "sub", "sid"], "verify_exp": False},
        )
        sub, sid, exp = int(claims["sub"]), int(claims["sid"]), int(claims["exp"])
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    return {"sub": sub, "sid": sid} if exp > clock.now().timestamp() else None


def access_token(actor: Actor) -> str:
    """A JWT with the claims of the auth sheet (§2) and `sid`; `exp` is an integer, because the app reads one."""
    claims = {
        "sub": str(actor.id),
        "aud": [AUDIENCE],
        "permissions": sorted(actor.rights),
        "sid": actor.session_id,
        "exp": int(clock.now().timestamp()) + settings().access_token_seconds,
    }
    return jwt.encode(claims, settings().key("access"), algorithm="HS256")


async def by_refresh_token(session: AsyncSession, token_hash: bytes) -> tuple[Actor, AnyRow] | None:
    """Who holds the refresh token with this hash, and the row of the session; None when it does not live."""
    row = (await session.execute(_by_token, {"token_hash": token_hash, "now": clock.now()})).first()
    return (_actor(row), row) if row else None


async def by_session(session: AsyncSession, user_id: int, session_id: int) -> Actor:
    """The actor of a session that was just opened."""
    return _actor((await session.execute(_by_sid, {"sub": user_id, "sid": session_id, "now": clock.now()})).one())
