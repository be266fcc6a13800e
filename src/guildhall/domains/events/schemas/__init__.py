"""Events and sign-ups on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from guildhall.core.types import INT32, Id, Int32, Line100, OneLine, Storable, Text1000, UtcMoment, Wire
from guildhall.shared.councils.schemas import SimpleCouncilRead
from guildhall.shared.groups.schemas import GroupRead, GroupType
from guildhall.shared.tags.schemas import SimpleTagRead
from guildhall.shared.users.schemas import SimpleUserRead

ALL_GROUPS: tuple[GroupType, ...] = ("Mentor", "Mission", "Default", "Committee")
Alcohol = Literal["Alcohol", "Alcohol-Served", "None"]
Dot = Literal["None", "Single", "Double"]
DrinkPackage = Literal["None", "AlcoholFree", "Alcohol"]
Line50 = Annotated[str, StringConstraints(strip_whitespace=True, max_length=50), Storable, OneLine]
Group200 = Annotated[str, StringConstraints(max_length=200), Storable, OneLine]
Text3000 = Annotated[str, StringConstraints(max_length=3000), Storable]
Priorities = Annotated[list[Line100], Field(max_length=100)]
GroupTypes = Annotated[list[GroupType], Field(max_length=20)]
Hours = Annotated[int, Field(ge=1, le=24 * 14)]
Minutes = Annotated[int, Field(ge=1, le=60 * 24 * 14)]


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
    tags: list[SimpleTagRead] = Field(default_factory=list[SimpleTagRead])
    places_at_once: bool = False
    signoff_end: datetime | None = None
    grace_minutes: int | None = None
    commitment: Annotated[
        str | None, Field(description="The SHA-256 of the seed of its tickets, in hex; known from the beginning.")
    ] = None
    has_image: bool = False


class SeatsRead(Wire):
    """How full an event is."""

    signup_count: int
    max_event_users: int
    places_given: Annotated[int | None, Field(description="Null until places are published.")]
    event_users_confirmed: bool
    counted_at: datetime


class _Beyond(Wire):
    """What both wishes have beyond the original's: how places are given, and what is told to those who come."""

    places_at_once: Annotated[
        bool | None, Field(description="First come: a place, or a number in the queue, with the sign-up.")
    ] = None
    grace_minutes: Annotated[
        Minutes | None, Field(description="A lottery among those who sign up this soon; then by time.")
    ] = None
    signoff_end: Annotated[
        UtcMoment | None, Field(description="Until when one may sign off after publishing; null: until it starts.")
    ] = None
    reminder_hours: Annotated[
        Hours | None, Field(description="How long before the start attendees are reminded; null: never.")
    ] = 3
    note_sv: Annotated[Text1000 | None, Field(description="The organiser's note in the reminder.")] = None
    note_en: Annotated[Text1000 | None, Field(description="The organiser's note in the reminder.")] = None


class EventCreate(_Beyond):
    council_id: Id
    starts_at: UtcMoment
    ends_at: UtcMoment
    signup_start: UtcMoment
    signup_end: UtcMoment
    title_sv: Line100
    title_en: Line100
    description_sv: Text3000
    description_en: Text3000
    location: Line50
    max_event_users: Int32
    priorities: Priorities
    all_day: bool
    recurring: bool
    food: bool
    closed: bool
    can_signup: bool
    drink_package: bool
    is_nollning_event: bool
    mentor_group_types: GroupTypes = Field(default_factory=lambda: list(ALL_GROUPS))
    allow_other_mentors: bool = False
    alcohol_event_type: Alcohol
    dress_code: Line50
    price: Int32
    dot: Dot
    lottery: bool


class EventUpdate(_Beyond):
    council_id: Id | None = None
    starts_at: UtcMoment | None = None
    ends_at: UtcMoment | None = None
    signup_start: UtcMoment | None = None
    signup_end: UtcMoment | None = None
    title_sv: Line100 | None = None
    title_en: Line100 | None = None
    description_sv: Text3000 | None = None
    description_en: Text3000 | None = None
    location: Line50 | None = None
    max_event_users: Int32 | None = None
    priorities: Priorities | None = None
    all_day: bool | None = None
    recurring: bool | None = None
    food: bool | None = None
    closed: bool | None = None
    can_signup: bool | None = None
    drink_package: bool | None = None
    is_nollning_event: bool | None = None
    mentor_group_types: GroupTypes | None = None
    allow_other_mentors: bool | None = None
    alcohol_event_type: Alcohol | None = None
    dress_code: Line50 | None = None
    price: Int32 | None = None
    dot: Dot | None = None
    lottery: bool | None = None
    reminder_hours: Hours | None = None
    to_queue: Annotated[
        list[Id] | None, Field(max_length=10_000, description="Users who give up their places for there to be fewer.")
    ] = None


class AddEventTag(Wire):
    event_id: Id
    tag_id: Id


class EventTagRead(Wire):
    event: EventRead


def _blank_is_none(value: Any) -> Any:
    return None if value == "" else value


class EventSignupCreate(Wire):
    user_id: Id
    priority: Annotated[Line100 | None, BeforeValidator(_blank_is_none)] = None
    group_name: Annotated[Group200 | None, BeforeValidator(_blank_is_none)] = None
    drinkPackage: DrinkPackage | None = "None"  # noqa: N815 - the wire's name


class EventSignupUpdate(Wire):
    user_id: Id | None = None
    priority: Annotated[Line100 | None, BeforeValidator(_blank_is_none)] = None
    group_name: Annotated[Group200 | None, BeforeValidator(_blank_is_none)] = None
    drinkPackage: DrinkPackage | None = None  # noqa: N815 - the wire's name


class UserInEventRead(SimpleUserRead):
    standard_food_preferences: list[str] | None
    other_food_preferences: str | None
    email: str


class PlaceRead(Wire):
    """Where a sign-up stands once places are published."""

    has_place: bool
    number: Annotated[int | None, Field(description="In the queue, from 1; null with a place, or out of the line.")]
    explanation_sv: str = ""
    explanation_en: str = ""


class EventSignupRead(Wire):
    user: UserInEventRead
    event_id: int
    priority: str
    group_name: str | None
    drinkPackage: DrinkPackage  # noqa: N815 - the wire's name
    confirmed_status: bool
    created_at: datetime
    place: Annotated[PlaceRead | None, Field(description="Null until places are published.")] = None
    server_time: Annotated[datetime | None, Field(description="The server's clock, when one's own is asked.")] = None


class UserForEventSignupRead(SimpleUserRead):
    groups: list[GroupRead]
    standard_food_preferences: list[str] | None
    other_food_preferences: str | None


class StepWish(Wire):
    """A step of a plan: whom it takes into the line, and how many (docs/places.md)."""

    who: Annotated[list[Line100] | None, Field(min_length=1, max_length=100)] = None
    at_most: Annotated[int | None, Field(ge=1, le=INT32)] = None
    per_group: Annotated[int | None, Field(ge=1, le=INT32)] = None
    only_groups_with: Line100 | None = None


class HandWish(Wire):
    user_id: Id
    hand: Annotated[Literal["in", "out"] | None, Field(description="In front, out of the line, or let go again.")]
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), Storable] | None = None


class AllocationWish(Wire):
    """How the line is to be made; what is left out is as it is kept with the event."""

    plan: Annotated[list[StepWish] | None, Field(max_length=20)] = None
    template: Annotated[
        Literal["ordinary", "priorities", "nollning"] | None, Field(description="A plan by its name, instead of one.")
    ] = None
    by: Literal["moment", "ticket", "grace"] | None = None
    grace_minutes: Minutes | None = None
    hands: Annotated[list[HandWish] | None, Field(max_length=10_000)] = None


class PublishWish(Wire):
    seen: Annotated[
        str | None, StringConstraints(max_length=64), Field(description="The digest of the line that was looked at.")
    ] = None


class PlacedRead(Wire):
    """Somebody in the line, or put out of it."""

    user: SimpleUserRead
    priority: str
    group_name: str | None
    position: int | None
    has_place: bool
    number: Annotated[int | None, Field(description="In the queue, from 1.")]
    hand: Literal["in", "out"] | None
    reason: str | None
    ticket: str
    signed_up_at: datetime
    explanation_sv: str
    explanation_en: str


class TallyRead(Wire):
    """How many of a kind have a place, and how many do not."""

    name: str
    places: int
    without: int


class AllocationRead(Wire):
    event_id: int
    capacity: int
    published: bool
    plan: list[StepWish]
    by: Literal["moment", "ticket", "grace"]
    grace_minutes: int | None
    digest: Annotated[str, Field(description="Of the line: the same for the same line.")]
    line: list[PlacedRead]
    out: Annotated[list[PlacedRead], Field(description="Put out of the line by hand.")]
    priorities: list[TallyRead]
    groups: list[TallyRead]
    drink_packages: list[TallyRead]
    food: Annotated[list[TallyRead], Field(description="Standard food preferences.")]
