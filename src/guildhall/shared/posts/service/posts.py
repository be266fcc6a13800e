"""Making, changing and removing posts."""

from collections.abc import Sequence

from sqlalchemy import delete as delete_rows
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.database import flush, translated
from guildhall.core.patch import patch
from guildhall.core.scratch import Received
from guildhall.shared.councils.errors import CouncilNotFound
from guildhall.shared.pictures.service import intake, owning
from guildhall.shared.posts.errors import LimitsDisagree, PostNotFound
from guildhall.shared.posts.models import Post, PostDoor, PostHolder
from guildhall.shared.posts.schemas import Door, PostCreate, PostUpdate
from guildhall.shared.users.errors import LastAdministrator

_VIOLATIONS = {"posts_council_id_fkey": CouncilNotFound, "posts_limits_agree": LimitsDisagree}


async def find(session: AsyncSession, post_id: int) -> Post:
    """The post, locked until the end of the transaction. Raises PostNotFound."""
    post = await session.get(Post, post_id, with_for_update=True)
    if post is None:
        raise PostNotFound
    return post


async def create(session: AsyncSession, wish: PostCreate) -> Post:
    """A new post without permissions and doors. Raises CouncilNotFound, LimitsDisagree."""
    post = Post(**wish.model_dump())
    session.add(post)
    await flush(session, _VIOLATIONS)
    return post


async def update(session: AsyncSession, post_id: int, wish: PostUpdate) -> Post:
    """Change what was sent; `doors` replaces the whole list. Raises PostNotFound, CouncilNotFound, LimitsDisagree."""
    post = await find(session, post_id)
    patch(post, wish)
    await flush(session, _VIOLATIONS)
    if wish.doors is not None:
        await _replace_doors(session, post_id, wish.doors)
    return post


async def _replace_doors(session: AsyncSession, post_id: int, doors: Sequence[Door]) -> None:
    kept = set(await session.scalars(select(PostDoor.door).where(PostDoor.post_id == post_id)))
    await session.execute(delete_rows(PostDoor).where(PostDoor.post_id == post_id, PostDoor.door.not_in(doors)))
    session.add_all(PostDoor(post_id=post_id, door=door) for door in dict.fromkeys(doors) if door not in kept)
    await session.flush()


async def set_picture(session: AsyncSession, post_id: int, file: Received) -> None:
    """Give a post another picture. Raises PostNotFound, and what taking it in raises."""
    await find(session, post_id)
    picture = await intake.take_in(session, file)
    await owning.exchange(session, await find(session, post_id), picture.id)


async def remove_picture(session: AsyncSession, post_id: int) -> None:
    """Leave a post without a picture. Raises PostNotFound."""
    await owning.exchange(session, await find(session, post_id), None)


async def delete(session: AsyncSession, post_id: int) -> None:
    """Remove a post from the guild and from everybody who holds it. Raises PostNotFound, LastAdministrator."""
    post = await find(session, post_id)
    async with translated({"guild_keeps_an_administrator": LastAdministrator}):
        await session.execute(delete_rows(Post).where(Post.id == post_id))
    await intake.remove(session, [post.picture_id] if post.picture_id else [])


async def in_council(session: AsyncSession, user_id: int, council_id: int) -> bool:
    """Whether the user holds a post in the council now."""
    statement = select(Post.id).join(PostHolder).where(PostHolder.user_id == user_id, Post.council_id == council_id)
    return await session.scalar(statement.limit(1)) is not None
