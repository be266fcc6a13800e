"""What organisers ask, tell and count, and what members follow, on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, JsonValue, StringConstraints, model_validator

from guildhall.core.types import Id, Line100, OneLine, Storable, Text2000, UtcMoment, Wire
from guildhall.shared.councils.schemas import SimpleCouncilRead
from guildhall.shared.tags.schemas import SimpleTagRead
from guildhall.shared.users.schemas import SimpleUserRead

Who = Literal["places", "queue", "all"]
Recipients = Literal["places", "queue", "everyone"]
Kind = Literal["one", "many", "text", "number"]
Line200 = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), Storable, OneLine]
Body = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), Storable]
Bound = Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)]


class FollowsRead(Wire):
    """What a member follows."""

    tags: list[SimpleTagRead]
    councils: list[SimpleCouncilRead]


class OptionWish(Wire):
    """What can be chosen; `sv` is also what an answer says."""

    sv: Line100
    en: Line100


def _distinct(options: list[OptionWish]) -> list[OptionWish]:
    if len({option.sv for option in options}) < len(options):
        raise ValueError("options must differ in Swedish")
    return options


Options = Annotated[list[OptionWish], Field(max_length=50), AfterValidator(_distinct)]


class QuestionCreate(Wire):
    """A question of the organiser; `options` for `one` and `many`, `least` and `most` for `number`."""

    kind: Kind
    title_sv: Line200
    title_en: Line200
    options: Options = Field(default_factory=list[OptionWish])
    required: bool = False
    least: Bound | None = None
    most: Bound | None = None
    answers_until: Annotated[UtcMoment | None, Field(description="Null: until sign-up ends.")] = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.kind in ("one", "many")) != bool(self.options):
            raise ValueError("a choice has options, and nothing else has")
        if self.kind != "number" and (self.least is not None or self.most is not None):
            raise ValueError("only a number has least and most")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError("least must not be above most")
        return self


class QuestionRead(Wire):
    id: int
    kind: Kind
    title_sv: str
    title_en: str
    options: list[OptionWish]
    required: bool
    least: float | None
    most: float | None
    answers_until: Annotated[datetime, Field(description="When answers can be changed no more.")]


class AnswersWish(Wire):
    """Answers by the question's id: an option's `sv`, a list of them, a text, or a number; null takes one back."""

    answers: Annotated[dict[int, JsonValue], Field(max_length=100)]


class AnswersRead(Wire):
    user: SimpleUserRead
    answers: dict[int, Any]
    missing: Annotated[list[int], Field(description="Questions that must be answered, and are not.")]


class TicketRead(Wire):
    """A ticket; `code` is what its QR code says."""

    code: str
    event_id: int
    title_sv: str
    title_en: str
    starts_at: datetime
    location: str
    user: SimpleUserRead
    checked_in_at: datetime | None


class ScanWish(Wire):
    """A ticket that was scanned, or somebody who was found in the list; `scan_id` is the scanner's own."""

    scan_id: Annotated[str, StringConstraints(min_length=1, max_length=64), Storable] | None = None
    code: Annotated[str, StringConstraints(max_length=200), Storable] | None = None
    user_id: Id | None = None
    scanned_at: UtcMoment

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.code is None) == (self.user_id is None):
            raise ValueError("a scan has a code or a user_id")
        return self


class CheckInWish(Wire):
    scans: Annotated[list[ScanWish], Field(min_length=1, max_length=1000)]


class ScanRead(Wire):
    """What became of a scan, in the order of the request; a duplicate says when, and by whom, the first one was."""

    scan_id: str | None
    result: Literal["ok", "duplicate", "not_this_event", "bad_code", "no_place"]
    user: SimpleUserRead | None = None
    checked_in_at: datetime | None = None
    checked_in_by: SimpleUserRead | None = None


class AttendeeRead(Wire):
    user: SimpleUserRead
    checked_in_at: datetime | None
    checked_in_by: SimpleUserRead | None


class AttendanceRead(Wire):
    """Who has a place, by name; no-shows are null until the event has begun."""

    event_id: int
    places: int
    came: int
    no_shows: int | None
    attendees: list[AttendeeRead]


class MessageCreate(Wire):
    to: Recipients
    title_sv: Line100
    title_en: Line100
    body_sv: Body
    body_en: Body


class MessageRead(Wire):
    id: int
    to: Recipients
    title_sv: str
    title_en: str
    body_sv: Text2000
    body_en: Text2000
    sent_at: datetime
    sent_by: SimpleUserRead | None
    reached: Annotated[int, Field(description="How many it was for.")]
