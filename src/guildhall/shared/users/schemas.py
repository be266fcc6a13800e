"""Users on the wire. Answers that embed other nouns are in `posts` (UserRead) and `app/wide` (AdminUserRead)."""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from guildhall.core.language import Language
from guildhall.core.types import Id, Line100, Note100, PhoneNumber, Text1000, Wire

Program = Literal["Oklart", "F", "Pi", "N"]
FOODS = ("Vegetarian", "Vegan", "Pescetarian", "Milk", "Gluten")
StartYear = Annotated[int, Field(ge=1900, le=2200)]

_STIL_ID = re.compile(r"[a-z]{2}\d{4}[a-z]{2}-s", re.ASCII)


def _stil_id(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    trimmed = value.strip().lower()
    if trimmed and not _STIL_ID.fullmatch(trimmed):
        raise ValueError("Invalid stil-id")
    return trimmed or None


StilId = Annotated[str | None, BeforeValidator(_stil_id)]
"""`ab1234cd-s`; blank or null means none."""


class SimpleUserRead(Wire):
    id: int
    first_name: str
    last_name: str


class UserUpdate(Wire):
    """What members change about themselves, and administrators about anybody; everything is optional and sparse."""

    stil_id: StilId = None
    first_name: Line100 | None = None
    last_name: Line100 | None = None
    start_year: StartYear | None = None
    program: Program | None = None
    notifications: bool | None = None
    standard_food_preferences: Annotated[list[str], Field(max_length=20)] | None = None
    other_food_preferences: Text1000 | None = None
    telephone_number: PhoneNumber | None = None
    moose_game_name: Note100 | None = None
    language: Annotated[Language | None, Field(description="Of mails and notices; null for both.")] = None
    photo_consent: Annotated[
        bool | None, Field(description="Whether they may be photographed and shown; null for not said.")
    ] = None
    is_active: Annotated[bool | None, Field(description="For administrators; ignored in one's own update.")] = None


class UpdateUserMember(Wire):
    is_member: bool


class UpdateUserMemberMultiple(UpdateUserMember):
    user_id: Id
