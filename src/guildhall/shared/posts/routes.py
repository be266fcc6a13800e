"""Paths of posts and permissions."""

from collections.abc import Sequence
from typing import get_args

from fastapi import Depends, Request, Response
from sqlalchemy import Integer, bindparam, select

from guildhall.core.access import Me, may, member, public
from guildhall.core.database import Session
from guildhall.core.limits import RateLimit
from guildhall.core.looking import Shown, seeing
from guildhall.core.routing import Router
from guildhall.core.types import Id
from guildhall.core.uploads import Upload
from guildhall.shared.pictures.routes import PICTURE, Size, number, show, wanted
from guildhall.shared.pictures.service.sights import with_rendition
from guildhall.shared.posts.models import Permission, Post
from guildhall.shared.posts.schemas import (
    Door,
    PermissionCreate,
    PermissionRead,
    PermissionRemove,
    PostCreate,
    PostRead,
    PostUpdate,
    UpdatePermission,
    UpdatePermissions,
)
from guildhall.shared.posts.service import permissions, posts, reading
from guildhall.shared.users.schemas import SimpleUserRead

everybody = Router(prefix="/posts", tags=["posts"], dependencies=[Depends(public)])
members = Router(prefix="/posts", tags=["posts"], dependencies=[Depends(member)])
keepers = Router(prefix="/posts", tags=["posts"], dependencies=[Depends(may("manage", "Post"))])
_seen = with_rendition(
    select(Post.id.label("post_id")).where(Post.id == bindparam("post_id", type_=Integer)), Post.picture_id
)
_looks = seeing(may("manage", "Post"), _seen, lambda request: wanted(request, post_id=number(request, "post_id")))
_seldom = RateLimit("rate_limit_pictures")
viewers = Router(prefix="/posts", tags=["posts"], dependencies=[Depends(_looks)], route_class=Shown)
readers = Router(prefix="/permissions", tags=["permissions"], dependencies=[Depends(may("view", "Permission"))])
givers = Router(prefix="/permissions", tags=["permissions"], dependencies=[Depends(may("manage", "Permission"))])


@keepers.get("/door_accesses")
async def get_all_doors() -> list[str]:
    return list(get_args(Door))


@members.get("/")
async def get_all_posts(db: Session) -> list[PostRead]:
    return await reading.all_posts(db)


@keepers.post("/")
async def create_post(db: Session, wish: PostCreate) -> PostRead:
    return await reading.get(db, (await posts.create(db, wish)).id)


@keepers.get("/{post_id}")
async def get_post(db: Session, post_id: Id) -> PostRead:
    return await reading.get(db, post_id)


@keepers.patch("/{post_id}")
async def update_post(db: Session, post_id: Id, wish: PostUpdate) -> PostRead:
    await posts.update(db, post_id, wish)
    return await reading.get(db, post_id)


@keepers.delete("/{post_id}", status_code=204)
async def delete_post(db: Session, post_id: Id) -> None:
    await posts.delete(db, post_id)


@keepers.post("/{post_id}/image", dependencies=[Depends(_seldom)])
async def post_post_image(db: Session, post_id: Id, image: Upload) -> None:
    await posts.set_picture(db, post_id, image.received)


@keepers.delete("/{post_id}/image", status_code=204)
async def remove_post_image(db: Session, post_id: Id) -> None:
    """Leave a post without a picture."""
    await posts.remove_picture(db, post_id)


@viewers.head("/{post_id}/image/stream", include_in_schema=False)
@viewers.get("/{post_id}/image/stream", responses=PICTURE)
async def get_post_image_stream(request: Request, post_id: Id) -> Response:
    return await show(request)


@viewers.head("/{post_id}/image/{size}", include_in_schema=False)
@viewers.get("/{post_id}/image/{size}", responses=PICTURE)
async def get_post_image(request: Request, post_id: Id, size: Size) -> Response:
    return await show(request)


@everybody.get("/users/{post_id}")
async def get_all_users_with_post(db: Session, post_id: Id) -> list[SimpleUserRead]:
    return await reading.holders(db, post_id)


@readers.get("/", response_model=list[PermissionRead])
async def get_all_permissions(db: Session) -> Sequence[Permission]:
    return await permissions.all_permissions(db)


@givers.post("/", response_model=PermissionRead)
async def create_permission(db: Session, wish: PermissionCreate) -> Permission:
    return await permissions.create(db, wish)


@givers.delete("/", response_model=PermissionRead)
async def remove_permission(db: Session, wish: PermissionRemove) -> Permission:
    return await permissions.remove(db, wish)


@givers.post("/update-permission")
async def change_post_permission(db: Session, me: Me, wish: UpdatePermission) -> PostRead:
    await permissions.change_on_post(db, me, wish.post_id, [wish])
    return await reading.get(db, wish.post_id)


@givers.post("/update-permissions")
async def change_post_permissions(db: Session, me: Me, wish: UpdatePermissions) -> PostRead:
    await permissions.change_on_post(db, me, wish.post_id, wish.permissions)
    return await reading.get(db, wish.post_id)
