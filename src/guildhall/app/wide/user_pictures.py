"""Paths of users' pictures."""

from fastapi import Depends, Request, Response
from sqlalchemy import Integer, bindparam, select

from guildhall.core.access import Me, member
from guildhall.core.database import Session
from guildhall.core.limits import RateLimit
from guildhall.core.looking import Shown, seeing
from guildhall.core.routing import Router
from guildhall.core.types import Id
from guildhall.core.uploads import Upload
from guildhall.shared.pictures.routes import PICTURE, Size, number, show, wanted
from guildhall.shared.pictures.service.sights import with_rendition
from guildhall.shared.users import service
from guildhall.shared.users.models import User

_seen = with_rendition(
    select(User.id.label("user_id")).where(User.id == bindparam("user_id", type_=Integer)), User.picture_id
)
_looks = seeing(member, _seen, lambda request: wanted(request, user_id=number(request, "user_id")))
_seldom = RateLimit("rate_limit_pictures")
members = Router(prefix="/users", tags=["users"], dependencies=[Depends(member)])
viewers = Router(prefix="/users", tags=["users"], dependencies=[Depends(_looks)], route_class=Shown)


@members.post("/image", dependencies=[Depends(_seldom)])
async def post_user_image(db: Session, me: Me, image: Upload) -> None:
    await service.set_picture(db, me.id, image.received)


@members.delete("/image", status_code=204)
async def remove_user_image(db: Session, me: Me) -> None:
    """Leave me without a picture."""
    await service.remove_picture(db, me.id)


@viewers.head("/{user_id}/image/stream", include_in_schema=False)
@viewers.get("/{user_id}/image/stream", responses=PICTURE)
async def get_user_image_stream(request: Request, user_id: Id) -> Response:
    return await show(request)


@viewers.head("/{user_id}/image/{size}", include_in_schema=False)
@viewers.get("/{user_id}/image/{size}", responses=PICTURE)
async def get_user_image(request: Request, user_id: Id, size: Size) -> Response:
    return await show(request)
