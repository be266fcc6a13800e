"""Sign-ups as they are read, with the place that each has."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from guildhall.core.database import AnyRow
from guildhall.domains.events.errors import EventNotFound, SignupNotFound
from guildhall.domains.events.models import Event, EventDraw, EventSignup
from guildhall.domains.events.schemas import EventSignupRead, PlaceRead, UserInEventRead
from guildhall.domains.events.service import explaining
from guildhall.shared.users.models import User

_other = aliased(EventSignup)
_before = (_other.event_id == EventSignup.event_id, ~_other.confirmed, _other.position <= EventSignup.position)
NUMBER = select(func.count()).where(*_before).correlate(EventSignup).scalar_subquery()
"""The number in the queue of one sign-up, as a column of a statement about sign-ups."""
_queueing = func.count().filter(~EventSignup.confirmed, EventSignup.position.is_not(None))
NUMBER_IN_LIST = _queueing.over(order_by=EventSignup.position)
"""Likewise for all of an event's, counted once: those who are answered must be all of the queue, or none of it."""
COLUMNS = (
    EventSignup.event_id,
    EventSignup.user_id,
    EventSignup.priority,
    EventSignup.group_name,
    EventSignup.drink_package,
    EventSignup.confirmed,
    EventSignup.position,
    EventSignup.step,
    EventSignup.step_rank,
    EventSignup.hand,
    EventSignup.hand_reason,
    EventSignup.created_at,
    User.first_name,
    User.last_name,
    User.standard_food_preferences,
    User.other_food_preferences,
    User.email,
    Event.event_users_confirmed,
    Event.max_event_users,
    Event.seed,
    EventDraw.document["plan"].label("plan"),
    EventDraw.document["rank"].label("rank"),
)


def _from(number: ColumnElement[int]) -> Select[*tuple[Any, ...]]:
    statement = select(*COLUMNS, number.label("number")).join_from(EventSignup, Event)
    return statement.join(User, User.id == EventSignup.user_id).outerjoin(EventDraw, EventDraw.event_id == Event.id)


_one: Select[*tuple[Any, ...]] = _from(NUMBER)
_all: Select[*tuple[Any, ...]] = _from(NUMBER_IN_LIST)
IN_LINE = (EventSignup.position.nulls_last(), EventSignup.created_at, EventSignup.user_id)


async def find(session: AsyncSession, event_id: int, user_id: int) -> AnyRow:
    """The sign-up, with all that `shape` wants. Raises EventNotFound, SignupNotFound."""
    row = (await session.execute(_one.where(EventSignup.event_id == event_id, EventSignup.user_id == user_id))).first()
    if row is not None:
        return row
    if await session.scalar(select(Event.id).where(Event.id == event_id)) is None:
        raise EventNotFound
    raise SignupNotFound


async def rows(session: AsyncSession, event_id: int, *conditions: SQLColumnExpression[bool]) -> list[AnyRow]:
    """The sign-ups of an event for which the conditions hold, in the order of the line, those outside of it last.

    Numbers in the queue count those who are answered: all of the queue, or none of it.
    """
    found = await session.execute(_all.where(EventSignup.event_id == event_id, *conditions).order_by(*IN_LINE))
    return list(found.all())


def shape(row: AnyRow, now: datetime | None = None) -> EventSignupRead:
    """A sign-up as the wire shows it; with the server's clock when it is one's own that was asked for."""
    return EventSignupRead(
        user=_user(row),
        event_id=row.event_id,
        priority=row.priority,
        group_name=row.group_name,
        drinkPackage=row.drink_package,
        confirmed_status=row.confirmed,
        created_at=row.created_at,
        place=place(row),
        server_time=now,
    )


def fresh(seen: AnyRow, wanted: Mapping[str, Any], now: datetime) -> EventSignupRead:
    """A sign-up that was just written for an event that is not published, from what was seen before and is wanted."""
    return EventSignupRead(
        user=_user(seen),
        event_id=seen.id,
        priority=wanted["priority"],
        group_name=wanted["group_name"],
        drinkPackage=wanted["drink_package"],
        confirmed_status=False,
        created_at=now,
        server_time=now,
    )


def _user(row: AnyRow) -> UserInEventRead:
    return UserInEventRead(
        id=row.user_id,
        first_name=row.first_name,
        last_name=row.last_name,
        standard_food_preferences=row.standard_food_preferences,
        other_food_preferences=row.other_food_preferences,
        email=row.email,
    )


def place(row: AnyRow) -> PlaceRead | None:
    """Where a sign-up stands; None until places are published."""
    if not row.event_users_confirmed:
        return None
    return PlaceRead(
        has_place=row.confirmed,
        number=None if row.confirmed or row.position is None else row.number,
        explanation_sv=explaining.explained(row, "sv"),
        explanation_en=explaining.explained(row, "en"),
    )
