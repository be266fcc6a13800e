"""Paths of councils."""

from fastapi import Depends

from guildhall.app.wide import composing
from guildhall.app.wide.schemas import CouncilRead
from guildhall.core.access import may, member
from guildhall.core.database import Session
from guildhall.core.routing import Router
from guildhall.core.types import Id
from guildhall.shared.councils import service
from guildhall.shared.councils.schemas import CouncilCreate, CouncilUpdate

members = Router(prefix="/councils", tags=["council"], dependencies=[Depends(member)])
managers = Router(prefix="/councils", tags=["council"], dependencies=[Depends(may("manage", "Council"))])


@members.get("/")
async def get_all_councils(db: Session) -> list[CouncilRead]:
    return await composing.all_councils(db)


@members.get("/{council_id}")
async def get_council(db: Session, council_id: Id) -> CouncilRead:
    return await composing.council(db, council_id)


@managers.post("/")
async def create_council(db: Session, wish: CouncilCreate) -> CouncilRead:
    return await composing.council(db, (await service.create(db, wish)).id)


@managers.patch("/update_council/{council_id}")
async def update_council(db: Session, council_id: Id, wish: CouncilUpdate) -> CouncilRead:
    await service.update(db, council_id, wish)
    return await composing.council(db, council_id)


@managers.delete("/{council_id}")
async def delete_council(db: Session, council_id: Id) -> CouncilRead:
    removed = await composing.council(db, council_id)
    await service.delete(db, council_id)
    return removed
