"""Paths of what members follow."""

from fastapi import Depends

from guildhall.core.access import Me, member
from guildhall.core.database import Session
from guildhall.core.routing import Router
from guildhall.core.types import Id
from guildhall.domains.events.schemas.organising import FollowsRead
from guildhall.domains.events.service import following

members = Router(prefix="/follows", tags=["follows"], dependencies=[Depends(member)])


@members.get("/me")
async def get_my_follows(db: Session, me: Me) -> FollowsRead:
    """The tags and councils of which I am told when sign-up for an event opens."""
    return await following.read(db, me.id)


@members.put("/tags/{tag_id}", status_code=204)
async def follow_tag(db: Session, me: Me, tag_id: Id) -> None:
    """Tell me when sign-up opens for events with this tag."""
    await following.follow(db, me.id, tag_id=tag_id)


@members.delete("/tags/{tag_id}", status_code=204)
async def unfollow_tag(db: Session, me: Me, tag_id: Id) -> None:
    """Tell me no more of events with this tag."""
    await following.unfollow(db, me.id, tag_id=tag_id)


@members.put("/councils/{council_id}", status_code=204)
async def follow_council(db: Session, me: Me, council_id: Id) -> None:
    """Tell me when sign-up opens for events of this council."""
    await following.follow(db, me.id, council_id=council_id)


@members.delete("/councils/{council_id}", status_code=204)
async def unfollow_council(db: Session, me: Me, council_id: Id) -> None:
    """Tell me no more of events of this council."""
    await following.unfollow(db, me.id, council_id=council_id)
