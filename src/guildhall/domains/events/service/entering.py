"""What must be known before somebody may sign up: the event, who they are to it, and what they have signed up for."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, Select, String, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.core.access import Actor
from guildhall.core.database import AnyRow
from guildhall.domains.events.errors import (
    EventClosed,
    EventNotFound,
    GroupNotAllowed,
    NoSignup,
    NotYourSignup,
    PriorityNotAllowed,
    SignoffIsOver,
    SignupIsOver,
    SignupNotOpen,
)
from guildhall.domains.events.models import Event, EventSignup
from guildhall.domains.events.rules.entry import ELSE, Entry, Member
from guildhall.shared.groups import service as groups
from guildhall.shared.posts.models import Post, PostHolder
from guildhall.shared.users.models import User

_user_id = bindparam("user_id", type_=Event.id.type)
_posts = func.array(
    select(Post.name_sv).join(PostHolder).where(PostHolder.user_id == _user_id).scalar_subquery(), type_=ARRAY(String)
)
_seen: Select[*tuple[Any, ...]] = (
    select(
        *(column for column in Event.__table__.columns if not column.name.startswith(("title", "description", "note"))),
        _posts.label("posts"),
        User.id.label("user_id"),
        User.first_name,
        User.last_name,
        User.standard_food_preferences,
        User.other_food_preferences,
        User.email,
        EventSignup.user_id.label("signed_up"),
        EventSignup.priority.label("as_priority"),
        EventSignup.group_name.label("with_group"),
        EventSignup.drink_package.label("with_package"),
    )
    .select_from(Event)
    .outerjoin(User, User.id == _user_id)
    .outerjoin(EventSignup, (EventSignup.event_id == Event.id) & (EventSignup.user_id == _user_id))
    .where(Event.id == bindparam("event_id", type_=Event.id.type))
)


@dataclass(frozen=True)
class Door:
    """An event, as somebody stands before it."""

    event: AnyRow
    user_id: int
    is_manager: bool

    @property
    def is_live(self) -> bool:
        """Whether its line moves with every sign-up."""
        return self.event.event_users_confirmed

    @property
    def is_signed_up(self) -> bool:
        """Whether the user has signed up."""
        return self.event.signed_up is not None

    @property
    def entry(self) -> Entry:
        """Its rules of who may enter as what."""
        event = self.event
        return Entry(event.priorities, event.is_nollning_event, event.mentor_group_types, event.allow_other_mentors)

    def package(self, wanted: str | None) -> str:
        """The drink package that is kept: none where the event has none, whatever is wanted."""
        return (wanted or "None") if self.event.drink_package else "None"

    def refuse_before_and_after(self) -> None:
        """Raises NoSignup, EventClosed, SignupNotOpen, SignupIsOver; organisers are bound by the first only."""
        if not self.event.can_signup:
            raise NoSignup
        if self.is_manager:
            return
        if self.event.closed:
            raise EventClosed
        if clock.now() < self.event.signup_start:
            raise SignupNotOpen
        self.refuse_late()

    def refuse_late(self) -> None:
        """Raises SignupIsOver after the deadline, except for organisers."""
        if not self.is_manager and clock.now() > self.event.signup_end:
            raise SignupIsOver

    def refuse_late_signoff(self) -> None:
        """Raises SignupIsOver between the deadline and publishing, SignoffIsOver when it is too late after that."""
        if self.is_manager:
            return
        if not self.is_live:
            self.refuse_late()
        elif clock.now() > (self.event.signoff_end or self.event.starts_at):
            raise SignoffIsOver

    async def refuse_group(self, session: AsyncSession, group: str | None) -> None:
        """Raises GroupNotAllowed."""
        if self.is_manager or not self.event.is_nollning_event:
            return
        known = [] if group is None else [member_of(one) for one in await groups.memberships(session, self.user_id)]
        if not self.entry.takes_with(group, self.event.posts, known):
            raise GroupNotAllowed

    async def refuse_priority(self, session: AsyncSession, priority: str) -> None:
        """Raises PriorityNotAllowed."""
        if self.is_manager or self.entry.takes_as(priority, self.event.posts):
            return
        if not self.entry.takes_as(priority, await groups.priorities(session, self.user_id)):
            raise PriorityNotAllowed


async def stand_before(session: AsyncSession, actor: Actor, event_id: int, user_id: int) -> Door:
    """The event, as the user stands before it. Raises EventNotFound, NotYourSignup."""
    row = (await session.execute(_seen, {"event_id": event_id, "user_id": user_id})).first()
    if row is None:
        raise EventNotFound
    is_manager = actor.may("manage", "Event")
    if user_id != actor.id and not is_manager:
        raise NotYourSignup
    return Door(row, user_id, is_manager)


def member_of(membership: groups.Membership) -> Member:
    """A membership as the rules of entry know it."""
    group = membership.group
    return Member(group.name, group.group_type, membership.role, membership.in_nollning)


def priority_or_else(wanted: str | None) -> str:
    """The priority that is kept: everybody's when none is wanted."""
    return wanted or ELSE
