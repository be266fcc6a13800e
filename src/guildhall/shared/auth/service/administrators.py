"""The first administrator of a guild that has nobody yet."""

from sqlalchemy import func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.shared.auth.errors import RegisterInvalidPassword
from guildhall.shared.auth.rules import password_fault
from guildhall.shared.auth.service import passwords, sessions
from guildhall.shared.councils.models import Council
from guildhall.shared.posts.models import Permission, Post, PostHolder, PostPermission
from guildhall.shared.users.models import User

POST_SV, POST_EN = "Systemansvarig", "System Administrator"


async def create(session: AsyncSession, email: str, password: str, first_name: str, last_name: str) -> User:
    """Make somebody a verified member with a post that carries every permission; an existing account is raised.

    Running it again changes nothing but the password, and ends every session. Raises RegisterInvalidPassword.
    """
    if fault := password_fault(password, email):
        raise RegisterInvalidPassword(reason=fault)
    user = await session.scalar(select(User).where(func.lower(User.email) == func.lower(email)))
    if user is None:
        user = User(
            email=email,
            first_name=first_name,
            last_name=last_name,
            telephone_number="tel:+46-46-222-00-00",
            start_year=clock.local(clock.now()).year,
        )
        session.add(user)
    user.hashed_password = await passwords.hashed(password)
    user.is_active = user.is_verified = user.is_member = True
    await session.flush()
    await sessions.end_all(session, user.id)
    post_id = await _post_with_everything(session)
    await session.execute(insert(PostHolder).values(user_id=user.id, post_id=post_id).on_conflict_do_nothing())
    return user


async def _post_with_everything(session: AsyncSession) -> int:
    post = await session.scalar(select(Post).where(Post.name_sv == POST_SV).order_by(Post.id).limit(1))
    if post is None:
        post = Post(name_sv=POST_SV, name_en=POST_EN, council_id=await _some_council(session))
        post.elected_user_recommended_limit = post.elected_user_max_limit = 5
        session.add(post)
        await session.flush()
    rights = select(literal(post.id), Permission.id)
    await session.execute(
        insert(PostPermission).from_select(["post_id", "permission_id"], rights).on_conflict_do_nothing()
    )
    return post.id


async def _some_council(session: AsyncSession) -> int:
    council = await session.scalar(select(Council).order_by(Council.id).limit(1))
    if council is None:
        council = Council(name_sv="Styrelsen", name_en="The Board")
        session.add(council)
        await session.flush()
    return council.id
