"""Unsubscribing from the mails of a kind, with a link that needs no signing in (RFC 8058)."""

import jwt
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.manifest import NoticeKind, notice_kinds
from guildhall.core.settings import settings
from guildhall.shared.notifications.errors import UnsubscribeBadToken
from guildhall.shared.notifications.service import preferences
from guildhall.shared.users.models import User

PURPOSE = "unsubscribe"


def address(user_id: int, kind: str) -> str:
    """Where the user unsubscribes from the mails of this kind. Good for as long as the secret is."""
    token = jwt.encode({"sub": str(user_id), "kind": kind, "aud": PURPOSE}, settings().key(PURPOSE), "HS256")
    return f"{settings().public_url}/notifications/unsubscribe?token={token}"


def kind_of(token: str) -> NoticeKind:
    """The kind that a token unsubscribes from. Raises UnsubscribeBadToken."""
    return _read(token)[1]


def _read(token: str) -> tuple[int, NoticeKind]:
    try:
        claims = jwt.decode(token, settings().key(PURPOSE), ["HS256"], audience=PURPOSE)
        return int(claims["sub"]), notice_kinds[str(claims["kind"])]
    except (jwt.PyJWTError, KeyError, ValueError, TypeError) as error:
        raise UnsubscribeBadToken from error


async def unsubscribe(session: AsyncSession, token: str) -> NoticeKind:
    """Mail whoever the token names nothing more of its kind. Raises UnsubscribeBadToken."""
    user_id, kind = _read(token)
    held = select(User.id).where(User.id == user_id).with_for_update(read=True, key_share=True)
    if await session.scalar(held) is not None:  # somebody who is gone gets no mail anyway
        await preferences.choose(session, user_id, [(kind.name, "mail", False)])
    return kind
