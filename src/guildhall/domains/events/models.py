"""Events, and who signed up for them."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    event,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import DDL

from guildhall.core import clock
from guildhall.core.database import Base
from guildhall.shared.pictures.models import Picture

Moment = DateTime(timezone=True)
SEED_BYTES = 32


def _seed() -> bytes:
    return secrets.token_bytes(SEED_BYTES)


class Event(Base):
    """Something that a council arranges."""

    __tablename__ = "events"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="event_ends_after_it_begins"),
        CheckConstraint("price >= 0 AND max_event_users >= 0", name="event_has_sensible_numbers"),
        CheckConstraint(
            "places_given >= 0 AND (max_event_users = 0 OR places_given <= max_event_users)",
            name="event_is_not_over_booked",
        ),
        CheckConstraint("event_users_confirmed = (published_at IS NOT NULL)", name="event_knows_when_published"),
        CheckConstraint("octet_length(seed) = 32", name="event_seed_has_32_bytes"),
        CheckConstraint("alcohol_event_type IN ('Alcohol', 'Alcohol-Served', 'None')", name="event_alcohol_is_known"),
        CheckConstraint("dot IN ('None', 'Single', 'Double')", name="event_dot_is_known"),
        CheckConstraint(
            "mentor_group_types <@ ARRAY['Mentor', 'Mission', 'Default', 'Committee']::varchar[]",
            name="event_group_types_are_known",
        ),
        Index("events_starts_at_idx", "starts_at", "id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("councils.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    signup_start: Mapped[datetime] = mapped_column(Moment)
    signup_end: Mapped[datetime] = mapped_column(Moment)
    title_sv: Mapped[str] = mapped_column(String(100))
    title_en: Mapped[str] = mapped_column(String(100))
    description_sv: Mapped[str] = mapped_column(String(3000))
    description_en: Mapped[str] = mapped_column(String(3000))
    location: Mapped[str] = mapped_column(String(50))
    dress_code: Mapped[str] = mapped_column(String(50), server_default="", default="")
    price: Mapped[int] = mapped_column(server_default="0", default=0)
    max_event_users: Mapped[int] = mapped_column(server_default="0", default=0)  # 0 is unlimited
    priorities: Mapped[list[str]] = mapped_column(ARRAY(String), server_default="{}", default=list)
    all_day: Mapped[bool] = mapped_column(server_default=false(), default=False)
    recurring: Mapped[bool] = mapped_column(server_default=false(), default=False)
    food: Mapped[bool] = mapped_column(server_default=false(), default=False)
    closed: Mapped[bool] = mapped_column(server_default=false(), default=False)
    can_signup: Mapped[bool] = mapped_column(server_default=false(), default=False)
    drink_package: Mapped[bool] = mapped_column(server_default=false(), default=False)
    is_nollning_event: Mapped[bool] = mapped_column(server_default=false(), default=False)
    mentor_group_types: Mapped[list[str]] = mapped_column(
        ARRAY(String), server_default=text("'{Mentor,Mission,Default,Committee}'")
    )
    allow_other_mentors: Mapped[bool] = mapped_column(server_default=false(), default=False)
    alcohol_event_type: Mapped[str] = mapped_column(String(20), server_default="None", default="None")
    dot: Mapped[str] = mapped_column(String(10), server_default="None", default="None")
    lottery: Mapped[bool] = mapped_column(server_default=false(), default=False)
    picture_id: Mapped[int | None] = mapped_column(ForeignKey(Picture.id), index=True, unique=True)

    # How places are given. `places_given` is kept by a trigger on sign-ups.
    event_users_confirmed: Mapped[bool] = mapped_column(server_default=false(), default=False)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    places_given: Mapped[int] = mapped_column(server_default="0", default=0)
    last_position: Mapped[int] = mapped_column(server_default="0", default=0)  # that anybody has had in the line
    places_at_once: Mapped[bool] = mapped_column(server_default=false(), default=False)
    grace_minutes: Mapped[int | None]  # of a lottery among those who come first
    plan: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))  # null: priorities, everyone
    seed: Mapped[bytes] = mapped_column(LargeBinary, default=_seed)
    signoff_end: Mapped[datetime | None] = mapped_column(Moment)  # after publishing; null: until it starts

    # For those who come.
    reminder_hours: Mapped[int | None] = mapped_column(server_default="3", default=3)
    note_sv: Mapped[str] = mapped_column(String(1000), server_default="", default="")
    note_en: Mapped[str] = mapped_column(String(1000), server_default="", default="")

    # For calendars.
    sequence: Mapped[int] = mapped_column(server_default="0", default=0)
    changed_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)


class EventTag(Base):
    """An event has a tag."""

    __tablename__ = "event_tags"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True, index=True)


class EventSignup(Base):
    """Somebody signed up for an event."""

    __tablename__ = "event_signups"
    __table_args__ = (
        UniqueConstraint(
            "event_id", "position", name="event_signups_stand_in_one_line", deferrable=True, initially="DEFERRED"
        ),
        CheckConstraint("drink_package IN ('None', 'AlcoholFree', 'Alcohol')", name="event_signups_package_is_known"),
        CheckConstraint("hand IN ('in', 'out')", name="event_signups_hand_is_known"),
        CheckConstraint(
            "hand IS DISTINCT FROM 'out' OR NOT confirmed AND position IS NULL", name="event_signups_out_is_out"
        ),
        CheckConstraint("position IS NOT NULL OR NOT confirmed", name="event_signups_places_are_in_the_line"),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True)
    priority: Mapped[str] = mapped_column(String(100))
    group_name: Mapped[str | None] = mapped_column(String(200))
    drink_package: Mapped[str] = mapped_column(String(20), server_default="None", default="None")
    confirmed: Mapped[bool] = mapped_column(server_default=false(), default=False)  # has a place
    position: Mapped[int | None]  # in the line, once there is one; gaps are those who left
    step: Mapped[int | None]  # of the plan, that took it into the line; null by hand, and for who came later
    step_rank: Mapped[int | None]  # among those of its step
    hand: Mapped[str | None] = mapped_column(String(3))  # fixed in front of the line, or out of it
    hand_reason: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    latest_modified: Mapped[datetime] = mapped_column(Moment, default=clock.now, onupdate=clock.now)
    changes: Mapped[int] = mapped_column(server_default="0", onupdate=text("changes + 1"))  # for calendars
    checked_in_at: Mapped[datetime | None] = mapped_column(Moment)  # when the ticket was scanned
    checked_in_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    check_in_scan: Mapped[str | None] = mapped_column(String(64))  # the mark of that scan


class EventDraw(Base):
    """The proof of a draw, as it was when its places were published."""

    __tablename__ = "event_draws"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)


class EventTelling(Base):
    """Something that was told of an event once, and for which moment of it."""

    __tablename__ = "event_tellings"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    what: Mapped[str] = mapped_column(String(20), primary_key=True)
    moment: Mapped[datetime] = mapped_column(Moment)


class EventFollow(Base):
    """Somebody wants to hear of events with a tag, or of a council."""

    __tablename__ = "event_follows"
    __table_args__ = (
        CheckConstraint("num_nonnulls(tag_id, council_id) = 1", name="event_follows_have_one_aim"),
        UniqueConstraint("user_id", "tag_id", name="event_follows_tag_once"),
        UniqueConstraint("user_id", "council_id", name="event_follows_council_once"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    tag_id: Mapped[int | None] = mapped_column(ForeignKey("tags.id", ondelete="CASCADE"), index=True)
    council_id: Mapped[int | None] = mapped_column(ForeignKey("councils.id", ondelete="CASCADE"), index=True)


class CancelledEvent(Base):
    """An event that was removed before it began, so that calendars can say so; without its sign-ups."""

    __tablename__ = "cancelled_events"

    event_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    council_id: Mapped[int]
    title_sv: Mapped[str] = mapped_column(String(100))
    title_en: Mapped[str] = mapped_column(String(100))
    location: Mapped[str] = mapped_column(String(50))
    starts_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    all_day: Mapped[bool]
    sequence: Mapped[int]  # above that of any entry there was of it
    changed_at: Mapped[datetime] = mapped_column(Moment, index=True)
    tag_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    user_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer))  # who had signed up


class EventQuestion(Base):
    """Something that the organiser asks those who sign up."""

    __tablename__ = "event_questions"
    __table_args__ = (
        CheckConstraint("kind IN ('one', 'many', 'text', 'number')", name="event_questions_kind_is_known"),
        CheckConstraint("least <= most", name="event_questions_have_sensible_bounds"),
        UniqueConstraint("event_id", "place", name="event_questions_in_order", deferrable=True, initially="DEFERRED"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    place: Mapped[int]  # among the questions of the event
    kind: Mapped[str] = mapped_column(String(10))
    title_sv: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    options: Mapped[list[dict[str, str]]] = mapped_column(JSONB, server_default="[]", default=list)
    required: Mapped[bool] = mapped_column(server_default=false(), default=False)
    least: Mapped[float | None]
    most: Mapped[float | None]
    answers_until: Mapped[datetime | None] = mapped_column(Moment)  # null: until sign-up ends


class EventAnswer(Base):
    """What somebody who signed up answered to a question."""

    __tablename__ = "event_answers"
    __table_args__ = (
        ForeignKeyConstraint(
            ["event_id", "user_id"], ["event_signups.event_id", "event_signups.user_id"], ondelete="CASCADE"
        ),
        CheckConstraint("jsonb_typeof(answer) IN ('string', 'number', 'array')", name="event_answers_are_answers"),
    )

    event_id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(
        ForeignKey("event_questions.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    answer: Mapped[Any] = mapped_column(JSONB)  # options by their Swedish names


class EventMessage(Base):
    """What an organiser wrote to those who signed up."""

    __tablename__ = "event_messages"
    __table_args__ = (
        CheckConstraint("recipients IN ('places', 'queue', 'everyone')", name="event_messages_recipients_are_known"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    sent_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    recipients: Mapped[str] = mapped_column(String(10))
    title_sv: Mapped[str] = mapped_column(String(100))
    title_en: Mapped[str] = mapped_column(String(100))
    body_sv: Mapped[str] = mapped_column(String(2000))
    body_en: Mapped[str] = mapped_column(String(2000))
    reached: Mapped[int]


# Places are counted where they are given, whoever gives them: once per statement, however many rows it touches, and
# not at all where no place changes hands, so that an ordinary sign-up leaves the event's row alone.
COUNT_PLACES = """
CREATE FUNCTION count_event_places() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE events SET places_given = places_given + change.places
        FROM (SELECT event_id, count(*) AS places FROM after WHERE confirmed GROUP BY event_id) AS change
        WHERE id = change.event_id;
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE events SET places_given = places_given - change.places
        FROM (SELECT event_id, count(*) AS places FROM before WHERE confirmed GROUP BY event_id) AS change
        WHERE id = change.event_id;
    ELSE
        UPDATE events SET places_given = places_given + change.places
        FROM (
            SELECT event_id, sum(place) AS places
            FROM (
                SELECT event_id, 1 AS place FROM after WHERE confirmed
                UNION ALL SELECT event_id, -1 FROM before WHERE confirmed
            ) AS each GROUP BY event_id HAVING sum(place) <> 0
        ) AS change
        WHERE id = change.event_id;
    END IF;
    RETURN NULL;
END $$
"""
COUNTING = {
    "insert": "AFTER INSERT ON event_signups REFERENCING NEW TABLE AS after",
    "update": "AFTER UPDATE ON event_signups REFERENCING OLD TABLE AS before NEW TABLE AS after",
    "delete": "AFTER DELETE ON event_signups REFERENCING OLD TABLE AS before",
}
event.listen(Base.metadata, "after_create", DDL(COUNT_PLACES))
for name, when in COUNTING.items():
    event.listen(
        Base.metadata,
        "after_create",
        DDL(f"CREATE TRIGGER count_places_on_{name} {when} FOR EACH STATEMENT EXECUTE FUNCTION count_event_places()"),
    )
