"""Shapes that embed several domains."""

from datetime import datetime

from guildhall.app.wide.awaited import NewsTagRead, SimpleUserAccessRead
from guildhall.core.language import Language
from guildhall.core.types import Wire, WrittenPhoneNumber
from guildhall.domains.events.schemas import EventRead, EventTagRead
from guildhall.shared.groups.schemas import GroupRead
from guildhall.shared.posts.schemas import PostRead
from guildhall.shared.users.schemas import Program


class _UserEventRead(Wire):
    id: int


class AdminUserRead(Wire):
    """A user with everything the guild knows, except the password's hash."""

    id: int
    email: str
    is_active: bool = True
    is_superuser: bool = False
    is_verified: bool = False
    first_name: str
    last_name: str
    program: Program
    posts: list[PostRead]
    events: list[_UserEventRead]
    telephone_number: WrittenPhoneNumber
    start_year: int
    account_created: datetime
    want_notifications: bool
    language: Language | None = None
    photo_consent: bool | None = None
    stil_id: str | None = None
    standard_food_preferences: list[str] | None
    other_food_preferences: str | None
    accesses: list[SimpleUserAccessRead]
    is_member: bool
    groups: list[GroupRead]
    moose_game_name: str
    moose_game_score: int


class CouncilRead(Wire):
    """A council with its posts and events."""

    id: int
    name_sv: str
    name_en: str
    posts: list[PostRead]
    events: list[EventRead]
    description_sv: str | None
    description_en: str | None


class TagRead(Wire):
    """A tag with its news and events."""

    id: int
    name: str
    news_tags: list[NewsTagRead]
    event_tags: list[EventTagRead]
