"""The permission vocabulary, and which permissions posts carry."""

from collections.abc import Sequence

from sqlalchemy import delete as delete_rows
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.access import LADDER, Actor
from guildhall.core.database import flush, translated
from guildhall.shared.posts.errors import (
    NotYoursToGive,
    PermissionAlreadyOnPost,
    PermissionExists,
    PermissionNotFound,
    PermissionNotOnPost,
)
from guildhall.shared.posts.models import TARGETS, Permission, PostPermission
from guildhall.shared.posts.schemas import PermissionCreate, UpdatePermissionPart
from guildhall.shared.posts.service.posts import find
from guildhall.shared.users.errors import LastAdministrator

_LAST = {"guild_keeps_an_administrator": LastAdministrator}


async def all_permissions(session: AsyncSession) -> Sequence[Permission]:
    """The whole vocabulary, by id."""
    return (await session.scalars(select(Permission).order_by(Permission.id))).all()


async def write_vocabulary(session: AsyncSession) -> None:
    """Every action on every target, where it is missing."""
    words = [{"action": action, "target": target} for target in TARGETS for action in LADDER]
    await session.execute(insert(Permission).values(words).on_conflict_do_nothing())


async def create(session: AsyncSession, wish: PermissionCreate) -> Permission:
    """A new word of the vocabulary. Raises PermissionExists."""
    permission = Permission(action=wish.action, target=wish.target)
    session.add(permission)
    await flush(session, {"permissions_action_target_key": PermissionExists})
    return permission


async def remove(session: AsyncSession, wish: PermissionCreate) -> Permission:
    """Take a word out of the vocabulary, and off every post. Raises PermissionNotFound, LastAdministrator."""
    statement = select(Permission).where(Permission.action == wish.action, Permission.target == wish.target)
    permission = await session.scalar(statement.with_for_update())
    if permission is None:
        raise PermissionNotFound
    await session.delete(permission)
    await flush(session, _LAST)
    return permission


async def change_on_post(
    session: AsyncSession, actor: Actor, post_id: int, parts: Sequence[UpdatePermissionPart]
) -> None:
    """Put permissions on a post and take others off, in the order given; all or nothing.

    Raises PostNotFound, PermissionNotFound, NotYoursToGive, PermissionAlreadyOnPost, PermissionNotOnPost,
    LastAdministrator.
    """
    await find(session, post_id)
    wanted = select(Permission).where(Permission.id.in_({part.permission_id for part in parts}))
    known = {permission.id: permission for permission in await session.scalars(wanted)}
    for part in parts:
        permission = known.get(part.permission_id)
        if permission is None:
            raise PermissionNotFound
        await (_add if part.change == "add" else _take)(session, actor, post_id, permission)


async def _add(session: AsyncSession, actor: Actor, post_id: int, permission: Permission) -> None:
    if not (actor.may("super", "Permission") or f"{permission.action}:{permission.target}" in actor.rights):
        raise NotYoursToGive
    statement = insert(PostPermission).values(post_id=post_id, permission_id=permission.id)
    async with translated({"post_permissions_permission_id_fkey": PermissionNotFound}):  # it has just been removed
        put = await session.scalar(statement.on_conflict_do_nothing().returning(PostPermission.post_id))
    if put is None:
        raise PermissionAlreadyOnPost


async def _take(session: AsyncSession, _actor: Actor, post_id: int, permission: Permission) -> None:
    statement = delete_rows(PostPermission).where(
        PostPermission.post_id == post_id, PostPermission.permission_id == permission.id
    )
    async with translated(_LAST):
        taken = await session.scalar(statement.returning(PostPermission.post_id))
    if taken is None:
        raise PermissionNotOnPost
