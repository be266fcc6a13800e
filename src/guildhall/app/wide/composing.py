"""Putting the wide answers together, in a number of statements that does not grow with the list."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, Integer, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.app.wide.schemas import AdminUserRead, CouncilRead, TagRead
from guildhall.core.database import AnyRow, among
from guildhall.domains.events.models import Event, EventSignup
from guildhall.domains.events.schemas import EventRead, EventTagRead
from guildhall.domains.events.service import reading as events
from guildhall.shared.councils import service as councils
from guildhall.shared.councils.models import Council
from guildhall.shared.posts.schemas import PostRead
from guildhall.shared.posts.service import reading
from guildhall.shared.tags.models import Tag
from guildhall.shared.users.errors import UserNotFound
from guildhall.shared.users.models import User

_HIDDEN = {"hashed_password", "name_key", "sort_key"}
_columns = [column for column in User.__table__.columns if column.name not in _HIDDEN]
_signups = select(EventSignup.event_id).where(EventSignup.user_id == User.id).order_by(EventSignup.event_id)
_joined = func.array(_signups.correlate(User).scalar_subquery(), type_=ARRAY(Integer))
_users: Select[*tuple[Any, ...]] = select(*_columns, reading.posts_of_user, _joined)
_these = _users.where(among(User.__table__.c.id, "ids"))
_names = [*(column.name for column in _columns), "posts", "events"]


async def all_users(session: AsyncSession) -> list[AdminUserRead]:
    """Every user, by id."""
    return [_user(row) for row in await session.execute(_users.order_by(User.id))]


async def users(session: AsyncSession, ids: Sequence[int]) -> list[AdminUserRead]:
    """These users, in the order given. Raises UserNotFound."""
    found = {row.id: row for row in await session.execute(_these, {"ids": list(ids)})}
    if len(found) < len(set(ids)):
        raise UserNotFound
    return [_user(found[user_id]) for user_id in ids]


async def user(session: AsyncSession, user_id: int) -> AdminUserRead:
    """The user. Raises UserNotFound."""
    return (await users(session, [user_id]))[0]


def _user(row: AnyRow) -> AdminUserRead:
    facts: dict[str, Any] = dict(zip(_names, row, strict=True))
    facts["events"] = [{"id": event_id} for event_id in facts["events"]]
    return AdminUserRead.model_validate(facts | {"accesses": [], "groups": []})


async def all_councils(session: AsyncSession) -> list[CouncilRead]:
    """Every council, by id."""
    posts = await reading.posts_by_council(session)
    theirs: dict[int, list[EventRead]] = {}
    for event in await events.events(session):
        theirs.setdefault(event.council_id, []).append(event)
    found = await councils.all_councils(session)
    return [_council(council, posts.get(council.id, []), theirs.get(council.id, [])) for council in found]


async def council(session: AsyncSession, council_id: int) -> CouncilRead:
    """The council. Raises CouncilNotFound."""
    found = await councils.get(session, council_id)
    posts = await reading.posts_by_council(session)
    return _council(found, posts.get(council_id, []), await events.events(session, Event.council_id == council_id))


def _council(found: Council, posts: list[PostRead], theirs: list[EventRead]) -> CouncilRead:
    return CouncilRead(
        id=found.id,
        name_sv=found.name_sv,
        name_en=found.name_en,
        posts=posts,
        events=theirs,
        description_sv=found.description_sv,
        description_en=found.description_en,
    )


async def tags(session: AsyncSession, found: Sequence[Tag]) -> list[TagRead]:
    """These tags, in the order given."""
    theirs = await events.of_tag(session, [tag.id for tag in found])
    return [_tag(tag, theirs.get(tag.id, [])) for tag in found]


async def tag(session: AsyncSession, found: Tag) -> TagRead:
    """This tag."""
    return (await tags(session, [found]))[0]


def _tag(found: Tag, theirs: list[EventRead]) -> TagRead:
    linked = [EventTagRead(event=event) for event in theirs]
    return TagRead(id=found.id, name=found.name, news_tags=[], event_tags=linked)
