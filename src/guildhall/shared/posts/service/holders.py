"""Who holds which post, and the rights that come with it."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy import delete as delete_rows
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.access import LADDER, Action, Actor
from guildhall.core.database import translated
from guildhall.shared.posts.errors import PostIsSuper, PostNotFound
from guildhall.shared.posts.models import Permission, Post, PostHolder, PostPermission
from guildhall.shared.users import service as users
from guildhall.shared.users.errors import LastAdministrator
from guildhall.shared.users.models import User


async def set_posts(session: AsyncSession, actor: Actor, user_id: int, post_ids: Sequence[int]) -> None:
    """Give a user exactly these posts; an empty list takes all away.

    Raises UserNotFound, PostNotFound, PostIsSuper, LastAdministrator.
    """
    await users.get(session, user_id, for_update=True)
    wanted = set(post_ids)
    held = set(await session.scalars(select(PostHolder.post_id).where(PostHolder.user_id == user_id)))
    await _refuse_unknown(session, wanted)
    await _refuse_super(session, actor, wanted ^ held)
    session.add_all(PostHolder(user_id=user_id, post_id=post_id) for post_id in wanted - held)
    await session.flush()
    async with translated({"guild_keeps_an_administrator": LastAdministrator}):
        await session.execute(
            delete_rows(PostHolder).where(PostHolder.user_id == user_id, PostHolder.post_id.not_in(wanted))
        )


async def _refuse_unknown(session: AsyncSession, post_ids: set[int]) -> None:
    statement = select(Post.id).where(Post.id.in_(post_ids)).order_by(Post.id)
    known = await session.scalars(statement.with_for_update(key_share=True))
    if set(known) != post_ids:
        raise PostNotFound


async def _refuse_super(session: AsyncSession, actor: Actor, post_ids: set[int]) -> None:
    if actor.may("super", "UserPost") or actor.may("super", "Permission"):
        return
    carried = select(PostPermission.post_id).join(Permission).where(Permission.action == "super")
    if await session.scalar(carried.where(PostPermission.post_id.in_(post_ids)).limit(1)) is not None:
        raise PostIsSuper


async def post_names(session: AsyncSession, user_id: int) -> list[str]:
    """The Swedish names of the user's posts, by post id."""
    statement = select(Post.name_sv).join(PostHolder).where(PostHolder.user_id == user_id).order_by(Post.id)
    return list(await session.scalars(statement))


def who_may(action: Action, target: str) -> Select[int]:
    """A SELECT of the ids of those who hold this step of the ladder for the target, or a higher one."""
    enough = LADDER[LADDER.index(action) :]
    carrying = select(PostHolder.user_id).join(PostPermission, PostPermission.post_id == PostHolder.post_id)
    holders = carrying.join(Permission).where(Permission.target == target, Permission.action.in_(enough))
    return select(User.id).where(User.id.in_(holders))
