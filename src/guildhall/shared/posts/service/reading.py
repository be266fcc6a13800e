"""Posts as the wire shows them, in one statement however many: permissions and doors come along as JSON."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    String,
    func,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.database import Base, among
from guildhall.shared.posts.errors import PostNotFound
from guildhall.shared.posts.models import Permission, Post, PostDoor, PostHolder, PostPermission
from guildhall.shared.posts.schemas import PostRead, UserRead
from guildhall.shared.users.models import User
from guildhall.shared.users.schemas import SimpleUserRead

Column = SQLColumnExpression[Any]


def _json_list(rows: Select[Any], of: type[Base], order: Column, **fields: Column) -> ScalarSelect[Any]:
    pairs: list[Column] = []
    for name, column in fields.items():
        pairs += [literal_column(f"'{name}'", String), column]
    listed = func.json_agg(aggregate_order_by(func.json_build_object(*pairs), order))
    whole = type_coerce(func.coalesce(listed, literal_column("'[]'::json")), JSON)
    return rows.with_only_columns(whole).correlate(of).scalar_subquery()


_permissions = _json_list(
    select(Permission).join(PostPermission).where(PostPermission.post_id == Post.id),
    Post,
    Permission.id,
    id=Permission.id,
    action=Permission.action,
    target=Permission.target,
)
_doors = _json_list(
    select(PostDoor).where(PostDoor.post_id == Post.id), Post, PostDoor.id, id=PostDoor.id, door=PostDoor.door
)
_post = {
    **Post.__table__.columns,
    "permissions": _permissions,
    "post_door_accesses": _doors,
}
_posts = select(*(column.label(name) for name, column in _post.items())).order_by(Post.id)
posts_of_user = _json_list(select(Post).join(PostHolder).where(PostHolder.user_id == User.id), User, Post.id, **_post)
"""Somebody's posts, as a column of a statement about users."""
_names_held_by = (
    select(PostHolder.user_id, Post.id, Post.name_sv, Post.name_en, Post.council_id)
    .join(Post)
    .where(among(PostHolder.user_id, "user_ids"))
    .order_by(Post.id)
)


async def all_posts(session: AsyncSession) -> list[PostRead]:
    """Every post, by id."""
    return [PostRead.model_validate(row) for row in await session.execute(_posts)]


async def get(session: AsyncSession, post_id: int) -> PostRead:
    """The post. Raises PostNotFound."""
    row = (await session.execute(_posts.where(Post.id == post_id))).first()
    if row is None:
        raise PostNotFound
    return PostRead.model_validate(row)


async def posts_of(session: AsyncSession, user_id: int) -> list[PostRead]:
    """The posts that a user holds."""
    held = await session.execute(_posts.join(PostHolder).where(PostHolder.user_id == user_id))
    return [PostRead.model_validate(row) for row in held]


async def posts_by_council(session: AsyncSession) -> dict[int, list[PostRead]]:
    """Every post, by the id of its council."""
    by_council: dict[int, list[PostRead]] = defaultdict(list)
    for post in await all_posts(session):
        by_council[post.council_id].append(post)
    return by_council


async def with_posts(session: AsyncSession, users: Sequence[User]) -> list[UserRead]:
    """Users with the names of their posts, in the order given; one statement."""
    held: dict[int, list[Any]] = defaultdict(list)
    for row in await session.execute(_names_held_by, {"user_ids": [user.id for user in users]}):
        held[row.user_id].append(row)
    return [
        UserRead(
            id=user.id,
            first_name=user.first_name,
            last_name=user.last_name,
            program=user.program,  # pyright: ignore[reportArgumentType] - a CHECK holds it to the four
            posts=held[user.id],
            start_year=user.start_year,
        )
        for user in users
    ]


async def holders(session: AsyncSession, post_id: int) -> list[SimpleUserRead]:
    """Who holds the post, by last and first name. Raises PostNotFound."""
    if await session.get(Post, post_id) is None:
        raise PostNotFound
    statement = select(User.id, User.first_name, User.last_name).join(PostHolder).order_by(User.sort_key, User.id)
    rows = await session.execute(statement.where(PostHolder.post_id == post_id))
    return [SimpleUserRead.model_validate(row) for row in rows]
