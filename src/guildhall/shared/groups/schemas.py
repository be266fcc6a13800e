"""Groups on the wire."""

from typing import Literal

from guildhall.core.types import Wire

GroupType = Literal["Mentor", "Mission", "Default", "Committee"]
GroupRole = Literal["Mentor", "Mentee", "Default"]


class UserInGroupRead(Wire):
    id: int
    email: str
    first_name: str
    last_name: str
    program: str | None


class GroupUserRead(Wire):
    user: UserInGroupRead
    group_user_type: GroupRole


class GroupRead(Wire):
    id: int
    name: str
    group_type: GroupType
    group_users: list[GroupUserRead]
