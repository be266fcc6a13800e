"""Events as they are read: everything that an answer needs, in one statement however many."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Select,
    SQLColumnExpression,
    String,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeEngine

from guildhall.core.database import AnyRow
from guildhall.core.glances import Glances, glance_at
from guildhall.domains.events.errors import EventNotFound
from guildhall.domains.events.models import Event, EventSignup, EventTag, Moment
from guildhall.domains.events.schemas import EventRead
from guildhall.shared.councils.models import Council
from guildhall.shared.groups.rules import OF_NOLLNING
from guildhall.shared.posts.models import Post
from guildhall.shared.tags.models import Tag

# What managers see elsewhere, and what is shown in another form.
_HIDDEN = {"seed", "plan", "picture_id", "note_sv", "note_en", "reminder_hours", "published_at", "places_given"}
_OF_THE_LINE = {"last_position"}
_OF_CALENDARS = {"sequence", "changed_at"}
_event, _council = Event.__table__.c, Council.__table__.c
_signup_count = (
    select(func.count()).where(EventSignup.event_id == _event.id).correlate(Event.__table__).scalar_subquery()
)
_tag = func.jsonb_build_object(literal_column("'id'", String), Tag.id, literal_column("'name'", String), Tag.name)
_tags = (  # of all events at once: to look for those of each takes a tenth of what the whole list takes
    select(EventTag.event_id, func.jsonb_agg(aggregate_order_by(_tag, Tag.id)).label("tags"))
    .join_from(EventTag, Tag)
    .group_by(EventTag.event_id)
    .subquery("tags_of_event")
)
_columns = [column for column in Event.__table__.columns if column.name not in _HIDDEN | _OF_THE_LINE | _OF_CALENDARS]
_names = [column.name for column in _columns]
_more: dict[str, ColumnElement[Any]] = {
    "signup_count": _signup_count,
    "tags": type_coerce(func.coalesce(_tags.c.tags, literal_column("'[]'::jsonb")), JSONB),
    "commitment": func.encode(func.sha256(_event.seed), "hex"),
    "has_image": _event.picture_id.is_not(None),
}
_events: Select[*tuple[Any, ...]] = (
    select(
        *_columns,
        _council.name_sv.label("council_sv"),
        _council.name_en.label("council_en"),
        *(value.label(name) for name, value in _more.items()),
    )
    .join_from(Event.__table__, Council.__table__, _council.id == _event.council_id)
    .outerjoin(_tags, _tags.c.event_id == _event.id)
)


def _object(**fields: SQLColumnExpression[Any]) -> ColumnElement[Any]:
    parts = ((literal_column(f"'{name}'", String), value) for name, value in fields.items())
    return func.json_build_object(*(part for pair in parts for part in pair))


def _on_the_wire(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """A value as JSON writes it; a moment with `Z`, as everywhere on the wire."""
    if not isinstance(value.type, DateTime):
        return value
    return func.replace(func.to_json(value).op("#>>")(literal_column("'{}'")), "+00:00", "Z")


# PostgreSQL writes the whole list as JSON: to carry 300 events through Python takes twice as long as all of the rest.
_priority = func.unnest(_event.priorities).column_valued("priority")
_priorities: ColumnElement[Any] = (
    select(func.json_agg(_object(priority=_priority, event_id=_event.id))).correlate(Event.__table__).scalar_subquery()
)
_shown: dict[str, ColumnElement[Any]] = {
    **{column.name: column for column in _columns},
    "council": _object(id=_council.id, name_sv=_council.name_sv, name_en=_council.name_en),
    "priorities": func.coalesce(_priorities, literal_column("'[]'::json")),
    **_more,
}
_json = _object(**{name: _on_the_wire(_shown[name]) for name in EventRead.model_fields})


def _wanted(name: str, kind: TypeEngine[Any]) -> ColumnElement[Any]:
    return cast(bindparam(name), kind)


_tagged = select(EventTag.event_id).where(EventTag.tag_id == _wanted("tag", Integer()))
_list = (
    _events.with_only_columns(_json.cast(Text).label("event"))
    .where(
        or_(_wanted("start", Moment).is_(None), _event.ends_at > _wanted("start", Moment)),
        or_(_wanted("end", Moment).is_(None), _event.starts_at < _wanted("end", Moment)),
        or_(_wanted("council", Integer()).is_(None), _event.council_id == _wanted("council", Integer())),
        or_(_wanted("tag", Integer()).is_(None), _event.id.in_(_tagged)),
    )
    .order_by(_event.starts_at, _event.id)
)
_one = _events.with_only_columns(_json.cast(Text).label("event")).where(_event.id == _wanted("event_id", Integer()))
Parameters = dict[str, Any]


async def events_as_json(glances: Glances, wanted: Parameters) -> bytes:
    """As `events`, as JSON: what ends after `start`, begins before `end`, is a `council`'s, and has a `tag`.

    What is None in `wanted` is not asked for.
    """
    rows = await glances.all(glance_at(_list), wanted)
    return f"[{','.join(event for (event,) in rows)}]".encode()


async def as_json(glances: Glances, event_id: int) -> bytes:
    """As `get`, as JSON. Raises EventNotFound."""
    row = await glances.first(glance_at(_one), {"event_id": event_id})
    if row is None:
        raise EventNotFound
    return row[0].encode()


async def events(session: AsyncSession, *conditions: ColumnElement[bool]) -> list[EventRead]:
    """The events for which all conditions hold, by start."""
    statement = _events.where(*conditions).order_by(_event.starts_at, _event.id)
    return [_shape(row) for row in await session.execute(statement)]


async def get(session: AsyncSession, event_id: int) -> EventRead:
    """The event. Raises EventNotFound."""
    row = (await session.execute(_events.where(_event.id == event_id))).first()
    if row is None:
        raise EventNotFound
    return _shape(row)


async def find(session: AsyncSession, event_id: int) -> Event:
    """The event's row, as it is kept. Raises EventNotFound."""
    event = await session.get(Event, event_id)
    if event is None:
        raise EventNotFound
    return event


async def of_tag(session: AsyncSession, tag_ids: Sequence[int]) -> dict[int, list[EventRead]]:
    """The events of each tag, by start."""
    links = select(EventTag.tag_id, EventTag.event_id).where(EventTag.tag_id.in_(tag_ids))
    linked = [(tag_id, event_id) for tag_id, event_id in await session.execute(links)]
    found = {event.id: event for event in await events(session, _event.id.in_({event_id for _, event_id in linked}))}
    order = {event_id: place for place, event_id in enumerate(found)}
    by_tag: dict[int, list[EventRead]] = {}
    for tag_id, event_id in sorted(linked, key=lambda link: order[link[1]]):
        by_tag.setdefault(tag_id, []).append(found[event_id])
    return by_tag


async def priorities(session: AsyncSession) -> list[str]:
    """What an event can give priority to: the Swedish names of all posts, and those of nollning."""
    names = await session.scalars(select(Post.name_sv).distinct().order_by(Post.name_sv))
    return [*OF_NOLLNING, *(name for name in names if name not in OF_NOLLNING)]


def _shape(row: AnyRow) -> EventRead:
    facts: dict[str, Any] = dict(zip(_names, row, strict=False))
    council = {"id": row.council_id, "name_sv": row.council_sv, "name_en": row.council_en}
    priorities = [{"priority": priority, "event_id": row.id} for priority in row.priorities]
    return EventRead.model_validate(
        facts
        | {
            "council": council,
            "priorities": priorities,
            **{name: getattr(row, name) for name in _more},
        }
    )
