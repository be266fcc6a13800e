"""What others ask about a user's groups."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.hooks import Hook
from guildhall.shared.groups.schemas import GroupRead, GroupRole


@dataclass(frozen=True)
class Membership:
    """That a user is in a group, as what, and whether the group takes part in this year's nollning."""

    group: GroupRead
    role: GroupRole
    in_nollning: bool


priorities_of: Hook[[AsyncSession, int], list[str]] = Hook("priorities_of")
"""The user's priorities at events besides their posts. Filled by nollning."""

groups_of: Hook[[AsyncSession, int], list[Membership]] = Hook("groups_of")
"""The groups that the user is in, by id. Filled by nollning."""


async def priorities(session: AsyncSession, user_id: int) -> list[str]:
    """Every priority that the user's groups give."""
    return [priority for answer in await priorities_of.gather(session, user_id) for priority in answer]


async def memberships(session: AsyncSession, user_id: int) -> list[Membership]:
    """Every group that the user is in."""
    return [membership for answer in await groups_of.gather(session, user_id) for membership in answer]
