"""Who may enter: the five words that guard every route.

`public`, `signed_in`, `verified`, `member` and `may(action, target)` stand in `dependencies=[...]` of a router.
Who is asking is answered by whoever fills the hook `identify`; rights are read fresh with every request.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal

import structlog
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.routing import RouteContext, iter_route_contexts
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.routing import BaseRoute

from guildhall.core.database import Database, Session
from guildhall.core.errors import Forbidden, NotSignedIn
from guildhall.core.hooks import Hook
from guildhall.core.limits import RateLimit

Action = Literal["view", "manage", "super"]
ABOUT_THE_API = {"/openapi.json", "/docs", "/docs/oauth2-redirect", "/redoc"}
LADDER: tuple[Action, ...] = ("view", "manage", "super")


class NotMember(Forbidden):
    code = "not_member"
    en, sv = "Only members of the guild may do this", "Bara medlemmar i sektionen får göra detta"


class MissingPermission(Forbidden):
    code = "missing_permission"
    en, sv = "This needs the permission {permission}", "Detta kräver behörigheten {permission}"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking, as of this request. `rights` are held permissions, `action:target`."""

    id: int
    session_id: int
    is_verified: bool
    is_member: bool
    rights: frozenset[str]

    def may(self, action: Action, target: str) -> bool:
        """Whether they hold this step of the ladder for the target, or a higher one."""
        return f"{action}:{target}" in self.rights

    def require(self, action: Action, target: str) -> None:
        """Raises MissingPermission unless they may."""
        if not self.may(action, target):
            raise MissingPermission(permission=f"{action}:{target}")


def steps(held: Iterable[str]) -> frozenset[str]:
    """Every step that the held permissions give: `super:Car` gives `manage:Car` and `view:Car` too."""
    return frozenset(
        f"{step}:{target}"
        for action, _, target in (permission.partition(":") for permission in held)
        for step in LADDER[: LADDER.index(action) + 1 if action in LADDER else 0]
    )


identify: Hook[[AsyncSession, str], Actor | None] = Hook("identify")
"""Who holds this bearer token; None for a token that is not good. Filled by accounts."""


async def who(request: Request, db: Session) -> Actor | None:
    """Who is asking, as the database knows them now; None for nobody, and for a token that is not good."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    actor = await identify.ask(db, token.strip()) if scheme.lower() == "bearer" and token else None
    if actor:
        request.state.user_id = actor.id
        structlog.contextvars.bind_contextvars(user_id=actor.id)
    return actor


Who = Annotated[Actor | None, Depends(who)]


@dataclass(frozen=True)
class Access:
    """A word that guards routes. `needs` is what a visitor of `docs/access.md` reads."""

    needs: str
    rights: tuple[tuple[Action, str], ...] = ()

    async def __call__(self, actor: Who) -> None:
        """Raises what `admit` raises."""
        self.admit(actor)

    def admit(self, actor: Actor | None) -> None:
        """Raises NotSignedIn (nobody, or not verified), NotMember or MissingPermission."""
        if actor is None or not (actor.is_verified or self.needs == "signed in"):
            raise NotSignedIn
        if self.needs == "member" and not actor.is_member:
            raise NotMember
        if self.rights and not any(actor.may(action, target) for action, target in self.rights):
            raise MissingPermission(permission=self.needs)


@dataclass(frozen=True)
class Public(Access):
    """The word for routes that anybody may enter; it does not even ask who it is."""

    async def __call__(self) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Let everybody in."""


public = Public("public")
signed_in = Access("signed in")
verified = Access("verified")
member = Access("member")


@cache
def may(action: Action, target: str) -> Access:
    """The word for routes that need a permission; membership is not asked for besides it."""
    return Access(f"{action}:{target}", ((action, target),))


def either(one: Access, other: Access) -> Access:
    """The word for routes that need one permission or another."""
    return Access(f"{one.needs} or {other.needs}", one.rights + other.rights)


async def _me(actor: Who) -> Actor:
    if actor is None:
        raise NotSignedIn
    return actor


Me = Annotated[Actor, Depends(_me)]


async def ask_first(request: Request, guards: Iterable[object]) -> None:
    """Ask the guards of a route before its body is read: the words, in a transaction of its own, and rate limits.

    Raises what they raise.
    """
    asked = list(guards)
    needs_actor = any(isinstance(guard, Access) and guard is not public for guard in asked)
    actor = await _who_now(request) if needs_actor else None
    for guard in asked:
        if isinstance(guard, RateLimit):
            await guard(request)
        elif isinstance(guard, Access) and guard is not public:
            guard.admit(actor)


async def _who_now(request: Request) -> Actor | None:
    database: Database = request.app.state.database
    async with database.transaction() as session:
        return await who(request, session)


def access_of(route: RouteContext) -> list[Access]:
    """The words that guard a route: those of its router and its own."""
    return [d.dependency for d in route.dependencies if isinstance(d.dependency, Access)]


def guarded_routes(routes: Iterable[BaseRoute]) -> Iterator[tuple[str, str, list[Access]]]:
    """Every route as (method, path, words); the framework's own pages about the API are public."""
    for route in iter_route_contexts(list(routes)):
        theirs: list[Access] = [public] if route.path in ABOUT_THE_API else []
        words = access_of(route) if hasattr(route, "dependencies") else theirs
        for method in sorted((route.methods or {"GET"}) - {"HEAD"} or {"HEAD"}):
            yield method, route.path or "", words


def refuse_unguarded(app: FastAPI | APIRouter) -> None:
    """Raises RuntimeError naming the routes that say nothing about who may enter."""
    open_doors = [f"{method} {path}" for method, path, words in guarded_routes(app.routes) if not words]
    if open_doors:
        raise RuntimeError(f"no word of access on: {', '.join(open_doors)}")
