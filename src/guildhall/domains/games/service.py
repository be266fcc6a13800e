"""What one can do in the moose game."""

import hmac
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.access import Actor
from guildhall.core.settings import settings
from guildhall.domains.games.errors import BannedFromGame, ImplausibleScore, NotTheApp, NotYourBest
from guildhall.domains.games.rules import BANNED, is_plausible
from guildhall.shared.users import service as users
from guildhall.shared.users.models import User


async def scores(session: AsyncSession) -> Sequence[User]:
    """Everybody who plays under a name and is not banned, the lowest score first."""
    players = select(User).where(User.moose_game_name != "", User.moose_game_score != BANNED, User.is_active)
    return (await session.scalars(players.order_by(User.moose_game_score, User.id))).all()


async def score(session: AsyncSession, actor: Actor, points: int, token: str) -> None:
    """Keep what the actor has scored, if it is their best; as much as before is no news and no harm.

    Raises NotTheApp, ImplausibleScore, BannedFromGame, NotYourBest.
    """
    secret = settings().moose_game_token
    if secret is None or not hmac.compare_digest(token.encode(), secret.get_secret_value().encode()):
        raise NotTheApp
    player = await users.get(session, actor.id, for_update=True)
    if player.moose_game_score == BANNED:
        raise BannedFromGame
    if not is_plausible(points):
        raise ImplausibleScore
    if points < player.moose_game_score:
        raise NotYourBest
    player.moose_game_score = points


async def ban(session: AsyncSession, user_id: int) -> None:
    """Let somebody play no more. Raises UserNotFound."""
    (await users.get(session, user_id, for_update=True)).moose_game_score = BANNED
