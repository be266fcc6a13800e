"""Who is asking, and the access tokens that say so."""

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

import jwt
from sqlalchemy import bindparam, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.core.access import Actor, steps
from guildhall.core.database import AnyRow
from guildhall.core.glances import AnySelect, Glance, Glances, glance_at
from guildhall.core.looking import Sight
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
WHO = len(_living.selected_columns)
_by_sid = _living.where(RefreshSession.id == bindparam("sid"), User.id == bindparam("sub"))
_by_token = _living.where(RefreshSession.token_hash == bindparam("token_hash"))


def _actor(row: Any) -> Actor:
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


async def identify_seeing(glances: Glances, token: str, what: AnySelect, parameters: Mapping[str, Any]) -> Sight:
    """As `identify`, together with the row that `what` finds, and with a grace time for the token."""
    claims = _claims(token, settings().picture_grace_hours * 3600)
    if claims is None:
        return Sight(None, None)
    both, row = _seeing(what)
    found = await glances.first(both, {**claims, "now": clock.now(), **parameters})
    if found is None:
        return Sight(None, None)
    seen = found[WHO:]
    return Sight(_actor(both.row._make(found)), None if seen[0] is None else row._make(seen))


@cache
def _seeing(what: AnySelect) -> tuple[Glance, Any]:
    seen = what.subquery("seen")
    both = _by_sid.outerjoin(seen, true()).add_columns(*(column.label(f"seen_{column.key}") for column in seen.c))
    return Glance(both), glance_at(what).row


def _claims(token: str, grace: int = 0) -> dict[str, int] | None:
    claims = _signed(token, settings().key("access"))
    return claims if claims and claims["exp"] + grace > clock.now().timestamp() else None


@lru_cache(4096)
def _signed(token: str, key: str) -> dict[str, int] | None:
    """The claims of a token that we have signed. Looked at once: a signature does not change."""
    options: Any = {"require": ["exp", "sub", "sid"], "verify_exp": False}
    try:
        claims = jwt.decode(token, key, algorithms=["HS256"], audience=AUDIENCE, options=options)
        return {name: int(claims[name]) for name in ("sub", "sid", "exp")}
    except (jwt.PyJWTError, ValueError, TypeError):
        return None


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
