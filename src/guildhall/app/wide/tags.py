"""Paths of tags."""

from fastapi import Depends

from guildhall.app.wide import composing
from guildhall.app.wide.schemas import TagRead
from guildhall.core.access import may, public
from guildhall.core.database import Session
from guildhall.core.routing import Router
from guildhall.core.types import Id
from guildhall.shared.tags import service
from guildhall.shared.tags.schemas import TagCreate, TagEdit

everybody = Router(prefix="/tags", tags=["tags"], dependencies=[Depends(public)])
managers = Router(prefix="/tags", tags=["tags"], dependencies=[Depends(may("manage", "Tags"))])


@everybody.get("/")
async def get_tags(db: Session) -> list[TagRead]:
    return await composing.tags(db, await service.all_tags(db))


@managers.post("/")
async def post_tag(db: Session, wish: TagCreate) -> TagRead:
    return await composing.tag(db, await service.create(db, wish))


@managers.patch("/")
async def edit_tag(db: Session, wish: TagEdit) -> TagRead:
    return await composing.tag(db, await service.rename(db, wish))


@managers.delete("/{tag_id}")
async def delete_tag(db: Session, tag_id: Id) -> TagRead:
    removed = await composing.tag(db, await service.get(db, tag_id, for_update=True))
    await service.delete(db, tag_id)
    return removed
