"""Paths of users."""

from typing import Annotated, Any

from fastapi import Body, Depends, Query

from guildhall.app.wide import composing
from guildhall.app.wide.schemas import AdminUserRead
from guildhall.core.access import Me, either, may, member, signed_in, verified
from guildhall.core.database import Session
from guildhall.core.paging import Limit, Offset
from guildhall.core.routing import Router
from guildhall.core.types import INT32, Id, Storable
from guildhall.shared.groups import service as groups
from guildhall.shared.posts.schemas import PostRead, UpdateUserPosts, UserRead
from guildhall.shared.posts.service import holders, reading
from guildhall.shared.users import service
from guildhall.shared.users.schemas import UpdateUserMember, UpdateUserMemberMultiple, UserUpdate

gives_posts = either(may("manage", "UserPost"), may("super", "Permission"))
me_first = Router(prefix="/users", tags=["users"], dependencies=[Depends(signed_in)])
oneself = Router(prefix="/users", tags=["users"], dependencies=[Depends(verified)])
members = Router(prefix="/users", tags=["users"], dependencies=[Depends(member)])
viewers = Router(prefix="/users", tags=["users"], dependencies=[Depends(may("view", "User"))])
managers = Router(prefix="/users/admin", tags=["users"], dependencies=[Depends(may("manage", "User"))])
givers = Router(prefix="/users/admin", tags=["users"], dependencies=[Depends(gives_posts)])
deleters = Router(prefix="/users/admin", tags=["users"], dependencies=[Depends(may("super", "User"))])

DELETED: dict[int | str, dict[str, Any]] = {200: {"description": "As 204"}}
Text = Annotated[str, Query(max_length=200), Storable]


@me_first.get("/me")
async def get_me(db: Session, me: Me) -> AdminUserRead:
    return await composing.user(db, me.id)


@oneself.patch("/update/me")
async def update_self(db: Session, me: Me, wish: UserUpdate) -> AdminUserRead:
    await service.update_self(db, me.id, wish)
    return await composing.user(db, me.id)


@members.get("/user_priorities/me")
async def get_my_priorities(db: Session, me: Me) -> list[str]:
    return await holders.post_names(db, me.id) + await groups.priorities(db, me.id)


@viewers.get("/search/")
async def search_users(
    db: Session,
    name: Text | None = None,
    program: Text | None = None,
    start_year: Annotated[int, Query(ge=-INT32, le=INT32)] | None = None,
    exclude_ids: Annotated[list[Id] | None, Query()] = None,
    limit: Limit = 20,
    offset: Offset = 0,
) -> list[UserRead]:
    found = await service.search(
        db,
        name=name,
        program=program,
        start_year=start_year,
        exclude_ids=exclude_ids or [],
        limit=limit,
        offset=offset,
    )
    return await reading.with_posts(db, found)


@viewers.get("/posts/{user_id}")
async def get_user_posts(db: Session, user_id: Id) -> list[PostRead]:
    await service.get(db, user_id)
    return await reading.posts_of(db, user_id)


@viewers.get("/admin/all/")
async def admin_get_all_users(db: Session) -> list[AdminUserRead]:
    return await composing.all_users(db)


@viewers.get("/admin/{user_id}")
async def admin_get_user(db: Session, user_id: Id) -> AdminUserRead:
    return await composing.user(db, user_id)


@viewers.get("/{user_id}")
async def get_user(db: Session, user_id: Id) -> UserRead:
    return (await reading.with_posts(db, [await service.get(db, user_id)]))[0]


@managers.patch("/update/{user_id}")
async def admin_update_user(db: Session, user_id: Id, wish: UserUpdate) -> AdminUserRead:
    await service.update(db, user_id, wish)
    return await composing.user(db, user_id)


@managers.patch("/member-status/{user_id}")
async def update_user_status(db: Session, user_id: Id, wish: UpdateUserMember) -> AdminUserRead:
    await service.set_membership(db, [UpdateUserMemberMultiple(user_id=user_id, is_member=wish.is_member)])
    return await composing.user(db, user_id)


@managers.patch("/member-status")
async def update_multiple_users_status(
    db: Session, wishes: Annotated[list[UpdateUserMemberMultiple], Body(max_length=10_000)]
) -> list[AdminUserRead]:
    await service.set_membership(db, wishes)
    return await composing.users(db, [wish.user_id for wish in wishes])


@givers.patch("/user-posts/{user_id}")
async def update_user_posts(db: Session, me: Me, user_id: Id, wish: UpdateUserPosts) -> AdminUserRead:
    await holders.set_posts(db, me, user_id, wish.post_ids)
    return await composing.user(db, user_id)


@deleters.delete("/{user_id}", status_code=204, responses=DELETED)
async def admin_delete_user(db: Session, user_id: Id) -> None:
    await service.delete(db, user_id)
