"""The gallery on the wire."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from guildhall.core.types import Id, OneLine, Storable, Text1000, Text2000, UtcMoment, Wire
from guildhall.domains.gallery.models import Decision
from guildhall.shared.users.schemas import SimpleUserRead

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), Storable, OneLine]
Watermarked = Annotated[bool, Field(description="Whether pictures that are added bear the guild's mark.")]
Year = Annotated[int, Field(ge=1900, le=2200)]


class AlbumCreate(Wire):
    title_sv: Title
    title_en: Title
    desc_sv: Text2000
    desc_en: Text2000
    year: Year
    location: Text2000
    date: UtcMoment
    watermarked: Watermarked = False


class AlbumPatch(Wire):
    title_sv: Title | None = None
    title_en: Title | None = None
    desc_sv: Text2000 | None = None
    desc_en: Text2000 | None = None
    location: Text2000 | None = None
    watermarked: Watermarked | None = None
    cover_id: Annotated[Id | None, Field(description="A picture of the album; null for the first that is shown.")] = (
        None
    )


class AlbumPhotographerAdd(Wire):
    user_id: Id
    album_id: Id


class PhotographerInAlbumRead(Wire):
    user: SimpleUserRead


class AlbumRead(Wire):
    id: int
    title_sv: str
    title_en: str
    desc_sv: str
    desc_en: str
    year: int
    date: datetime
    location: str
    photographer: list[PhotographerInAlbumRead]
    cover_id: Annotated[int | None, Field(description="A picture to show the album by.")] = None
    picture_count: Annotated[int, Field(description="How many pictures members see.")] = 0
    watermarked: bool = False


class AlbumPictureRead(Wire):
    """What a client needs to draw the place of a picture before it has the picture."""

    id: int
    width: int
    height: int
    thumbhash: str
    state: Annotated[Literal["new", "ready", "broken"], Field(description="Whether its renditions are made.")]
    file_name: str
    photographer: SimpleUserRead | None
    hidden: bool


class AlbumPicturesRead(Wire):
    total: int
    pictures: list[AlbumPictureRead]


class UploadRead(Wire):
    """What became of one file; `detail` is in the language that was asked for."""

    file_name: str
    status: Literal["created", "duplicate", "refused"]
    id: Annotated[int | None, Field(description="Of the picture in the album, also of a duplicate.")] = None
    code: str | None = None
    detail: str | None = None


class ProgressRead(Wire):
    """How far the pictures of an album are: all, with renditions, and those that cannot be shown."""

    total: int
    ready: int
    broken: int

    @property
    def is_over(self) -> bool:
        """Whether nothing waits any more."""
        return self.ready + self.broken >= self.total


class HideWishCreate(Wire):
    reason: Text1000 = ""


class HideWishDecide(Wire):
    decision: Decision


class HideWishAlbumRead(Wire):
    id: int
    title_sv: str
    title_en: str


class HideWishRead(Wire):
    """A member's wish; `member` is null when they have left."""

    id: int
    img_id: int
    album: HideWishAlbumRead
    member: SimpleUserRead | None
    reason: str
    created_at: datetime
    decision: Decision | None
    decided_at: datetime | None


class PhotoConsentsRead(Wire):
    """Members who have said that they may not be photographed and shown."""

    total: int
    members: list[SimpleUserRead]
