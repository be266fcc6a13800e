"""Shapes of domains that are not built yet, so that the clients' generators already know them."""

from datetime import datetime
from typing import Literal

from guildhall.core.types import Wire
from guildhall.shared.councils.schemas import SimpleCouncilRead

GroupType = Literal["Mentor", "Mission", "Default", "Committee"]


class SimpleUserAccessRead(Wire):
    door: str
    starttime: datetime
    endtime: datetime


class UserInGroupRead(Wire):
    id: int
    email: str
    first_name: str
    last_name: str
    program: str | None


class GroupUserRead(Wire):
    user: UserInGroupRead
    group_user_type: Literal["Mentor", "Mentee", "Default"]


class GroupRead(Wire):
    id: int
    name: str
    group_type: GroupType
    group_users: list[GroupUserRead]


class Priority_DB(Wire):  # noqa: N801 - the wire's name
    priority: str
    event_id: int


class EventRead(Wire):
    id: int
    council_id: int
    starts_at: datetime
    ends_at: datetime
    signup_start: datetime
    signup_end: datetime
    title_sv: str
    title_en: str
    description_sv: str
    description_en: str
    council: SimpleCouncilRead
    location: str
    max_event_users: int
    priorities: list[Priority_DB]
    all_day: bool
    recurring: bool
    food: bool
    closed: bool
    can_signup: bool
    drink_package: bool
    is_nollning_event: bool
    mentor_group_types: list[GroupType]
    allow_other_mentors: bool
    alcohol_event_type: str
    dress_code: str
    price: int
    signup_count: int
    dot: str
    lottery: bool
    event_users_confirmed: bool
