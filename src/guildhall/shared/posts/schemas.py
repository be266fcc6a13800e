"""Posts and permissions on the wire, and a user with their posts."""

from typing import Annotated, Literal

from pydantic import Field

from guildhall.core.access import Action
from guildhall.core.types import Id, Line60, Note320, Text2000, Wire
from guildhall.shared.posts.models import Target
from guildhall.shared.users.schemas import Program

Door = Literal[
    "Ledningscentralen",
    "Ambassaden",
    "Syster Kents",
    "Hilbert Cafe",
    "Cafeförrådet",
    "Pubförrådet",
    "Sopkomprimatorn",
    "Arkivet",
]
Semester = Literal["HT", "VT", "HT and VT", "Other"]
Elector = Literal["Guild", "Board", "Educational Council", "Board Intermediate", "Other"]
Limit = Annotated[int, Field(ge=0, le=100_000)]


class PermissionCreate(Wire):
    action: Action
    target: Target


class PermissionRemove(PermissionCreate):
    pass


class PermissionRead(PermissionCreate):
    id: int


class _PostPermissionRead(Wire):
    id: int
    action: str
    target: str


class PostDoorAccessRead(Wire):
    id: int
    door: Door


class PostRead(Wire):
    id: int
    name_sv: str
    name_en: str
    council_id: int
    permissions: list[_PostPermissionRead]
    description_sv: str
    description_en: str
    email: str
    post_door_accesses: list[PostDoorAccessRead]
    elected_at_semester: Semester | None
    elected_by: Elector | None
    elected_user_recommended_limit: int
    elected_user_max_limit: int


class PostCreate(Wire):
    name_sv: Line60
    name_en: Line60
    council_id: Id
    email: Note320
    description_sv: Text2000
    description_en: Text2000
    elected_at_semester: Semester
    elected_by: Elector
    elected_user_recommended_limit: Limit
    elected_user_max_limit: Limit


class PostUpdate(Wire):
    name_sv: Line60 | None = None
    name_en: Line60 | None = None
    council_id: Id | None = None
    email: Note320 | None = None
    description_sv: Text2000 | None = None
    description_en: Text2000 | None = None
    doors: Annotated[list[Door], Field(max_length=100)] | None = None
    elected_at_semester: Semester | None = None
    elected_by: Elector | None = None
    elected_user_recommended_limit: Limit | None = None
    elected_user_max_limit: Limit | None = None


class UpdatePermissionPart(Wire):
    change: Literal["add", "remove"]
    permission_id: Id


class UpdatePermission(UpdatePermissionPart):
    post_id: Id


class UpdatePermissions(Wire):
    post_id: Id
    permissions: Annotated[list[UpdatePermissionPart], Field(max_length=1000)]


class UpdateUserPosts(Wire):
    post_ids: Annotated[list[Id], Field(max_length=1000)]


class _UserPostRead(Wire):
    id: int
    name_sv: str
    name_en: str
    council_id: int


class UserRead(Wire):
    """A user with the names of their posts."""

    id: int
    first_name: str
    last_name: str
    program: Program
    posts: list[_UserPostRead]
    start_year: int
