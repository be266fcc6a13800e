"""Paths of games."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Depends, Header

from guildhall.core.access import Me, may, member
from guildhall.core.database import Session
from guildhall.core.routing import Router
from guildhall.core.types import Id, Int32
from guildhall.domains.games import service
from guildhall.domains.games.schemas import MooseGameRead
from guildhall.shared.users.models import User

players = Router(prefix="/moose-game", tags=["moose-game"], dependencies=[Depends(member)])
referees = Router(prefix="/moose-game", tags=["moose-game"], dependencies=[Depends(may("manage", "Moosegame"))])
Token = Annotated[str, Header(alias="moose-game-token", include_in_schema=False)]


@players.get("/", response_model=list[MooseGameRead])
async def get_all_scores(db: Session) -> Sequence[User]:
    return await service.scores(db)


@players.post("/{score}")
async def update_mouse_game_score(db: Session, me: Me, score: Int32, token: Token = "") -> None:
    await service.score(db, me, score, token)


@referees.delete("/{user_id}")
async def remove_mouse_game_score(db: Session, user_id: Id) -> None:
    await service.ban(db, user_id)
