"""Paths of mail aliases."""

from fastapi import Depends

from guildhall.core.access import may
from guildhall.core.database import Session
from guildhall.core.routing import Router
from guildhall.shared.mail_aliases.schemas import Address, AliasAddress, AliasRead, AliasTargets, NamedAlias
from guildhall.shared.mail_aliases.service import aliases, reading, targets

viewers = Router(prefix="/mail-alias", tags=["mail-alias"], dependencies=[Depends(may("view", "MailAlias"))])
keepers = Router(prefix="/mail-alias", tags=["mail-alias"], dependencies=[Depends(may("manage", "MailAlias"))])


@viewers.get("/aliases")
async def list_aliases(db: Session) -> list[AliasRead]:
    return await reading.all_aliases(db)


@viewers.get("/alias/{alias_email}")
async def get_alias(db: Session, alias_email: NamedAlias) -> AliasRead:
    return await reading.get(db, alias_email)


@keepers.post("/alias")
async def create_alias(db: Session, alias: AliasAddress) -> AliasRead:
    return await reading.get(db, (await aliases.create(db, alias)).address)


@keepers.delete("/alias/{alias_email}")
async def delete_alias(db: Session, alias_email: NamedAlias) -> dict[str, str]:
    await aliases.delete(db, alias_email)
    return {"status": "deleted", "alias": alias_email}


@keepers.post("/alias/{alias_email}/add_member")
async def add_member(db: Session, alias_email: NamedAlias, member_email: Address) -> AliasRead:
    await targets.add_member(db, alias_email, member_email)
    return await reading.get(db, alias_email)


@keepers.delete("/alias/{alias_email}/remove_member")
async def remove_member(db: Session, alias_email: NamedAlias, member_email: Address) -> AliasRead:
    await targets.remove_member(db, alias_email, member_email)
    return await reading.get(db, alias_email)


@keepers.put("/alias/{alias_email}/targets")
async def set_alias_targets(db: Session, alias_email: NamedAlias, wish: AliasTargets) -> AliasRead:
    await targets.set_targets(db, alias_email, wish)
    return await reading.get(db, alias_email)
