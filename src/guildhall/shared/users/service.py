"""What one can do with users."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import ARRAY, ColumnElement, Integer, all_, and_, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.database import FOREIGN_KEY, flush
from guildhall.core.hooks import Hook
from guildhall.core.language import folded
from guildhall.core.patch import patch
from guildhall.core.scratch import Received
from guildhall.shared.pictures.service import intake, owning
from guildhall.shared.users.errors import (
    LastAdministrator,
    NamedTwice,
    NoUsersGiven,
    StilIdTaken,
    UnknownFoodPreference,
    UserHasPosts,
    UserIsMember,
    UserNotFound,
    UserStillNamed,
)
from guildhall.shared.users.models import User
from guildhall.shared.users.schemas import FOODS, UpdateUserMemberMultiple, UserUpdate

VIOLATIONS = {
    "users_member_stil_id_key": StilIdTaken,
    "guild_keeps_an_administrator": LastAdministrator,
}


deactivated: Hook[[AsyncSession, int], None] = Hook("deactivated")
"""A user may not sign in any more. Filled by accounts, which end their sessions."""
leaving: Hook[[AsyncSession, int], None] = Hook("user_leaving")
"""A user is about to be deleted. Filled by those whose things go with them and need more than a cascade."""


async def get(session: AsyncSession, user_id: int, *, for_update: bool = False) -> User:
    """The user. Raises UserNotFound."""
    user = await session.get(User, user_id, with_for_update=for_update)
    if user is None:
        raise UserNotFound
    return user


async def update_self(session: AsyncSession, user_id: int, wish: UserUpdate) -> User:
    """Change what a user sent about themselves. Raises UnknownFoodPreference, StilIdTaken."""
    return await update(session, user_id, wish.model_copy(update={"is_active": None}))


async def update(session: AsyncSession, user_id: int, wish: UserUpdate) -> User:
    """Change what an administrator sent. Raises UserNotFound, UnknownFoodPreference, StilIdTaken, LastAdministrator."""
    if unknown := set(wish.standard_food_preferences or ()) - set(FOODS):
        raise UnknownFoodPreference(food=min(unknown))
    user = await get(session, user_id, for_update=True)
    patch(user, wish)
    if wish.is_active is False:
        await deactivated.gather(session, user_id)
    if wish.notifications is not None:
        user.want_notifications = wish.notifications
    await flush(session, VIOLATIONS)
    return user


async def set_membership(session: AsyncSession, wishes: Sequence[UpdateUserMemberMultiple]) -> list[User]:
    """Make users members, or not; all or nothing.

    Raises NoUsersGiven, NamedTwice, UserNotFound, StilIdTaken.
    """
    if not wishes:
        raise NoUsersGiven
    ids = [wish.user_id for wish in wishes]
    user_id, times = Counter(ids).most_common(1)[0]
    if times > 1:
        raise NamedTwice(user_id=user_id)
    found = await session.scalars(select(User).where(User.id.in_(ids)).order_by(User.id).with_for_update())
    users = {user.id: user for user in found}
    if len(users) < len(ids):
        raise UserNotFound
    for is_member in (False, True):  # who leaves gives up a STIL id before somebody enters with it
        for wish in wishes:
            if wish.is_member is is_member:
                users[wish.user_id].is_member = is_member
        await flush(session, VIOLATIONS)
    return [users[user_id] for user_id in ids]


async def set_picture(session: AsyncSession, user_id: int, file: Received) -> None:
    """Give a user another picture. Raises what taking it in raises, and UserNotFound."""
    picture = await intake.take_in(session, file)
    await owning.exchange(session, await get(session, user_id, for_update=True), picture.id)


async def remove_picture(session: AsyncSession, user_id: int) -> None:
    """Leave a user without a picture. Raises UserNotFound."""
    await owning.exchange(session, await get(session, user_id, for_update=True), None)


async def delete(session: AsyncSession, user_id: int) -> None:
    """Delete somebody who is no member any more, with all that goes with them.

    Raises UserNotFound, UserIsMember, UserHasPosts, UserStillNamed.
    """
    user = await get(session, user_id, for_update=True)
    if user.is_member:
        raise UserIsMember
    await leaving.gather(session, user_id)
    await session.delete(user)
    await flush(session, {"post_holders_user_id_fkey": UserHasPosts, FOREIGN_KEY: UserStillNamed})
    await intake.remove(session, [user.picture_id] if user.picture_id else [])


def named(name: str) -> ColumnElement[bool]:
    """The condition for a name: under 3 letters a whole first or last name, else every word within one of them.

    Without regard to case and accents (users sheet, rule 4).
    """
    if len(name.strip()) < 3:
        return _contains(func.chr(10).concat(folded(name.strip())).concat(func.chr(10)))
    return and_(*(_contains(folded(word)) for word in name.split()))


def _contains(part: ColumnElement[str]) -> ColumnElement[bool]:
    escaped = func.regexp_replace(part, r"([\\%_])", r"\\\1", "g")
    return User.name_key.like(literal("%").concat(escaped).concat("%"))


async def search(
    session: AsyncSession,
    *,
    name: str | None,
    program: str | None,
    start_year: int | None,
    exclude_ids: Sequence[int],
    limit: int,
    offset: int,
) -> Sequence[User]:
    """Users that fit all that is given, sorted by last and first name as Swedish sorts."""
    conditions: list[ColumnElement[bool]] = []
    if exclude_ids:
        conditions.append(User.id != all_(literal(exclude_ids, ARRAY(Integer))))
    if name and name.strip():
        conditions.append(named(name))
    if program:
        conditions.append(User.program == program)
    if start_year is not None:
        conditions.append(User.start_year == start_year)
    statement = select(User).where(*conditions).order_by(User.sort_key, User.id).limit(limit).offset(offset)
    return (await session.scalars(statement)).all()
