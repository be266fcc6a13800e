"""Who may look, and what they look at, found out in one statement: the words of access for pictures.

`seeing(member, statement, parameters)` is a word like `member`, for a router whose routes all show what `statement`
finds. What it found is `sight(request)`.

These routes take an access token for some hours after its end, as long as its session lives: the app's picture loader
keeps the first one it got. Rights are as fresh as everywhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import structlog
from fastapi import Request

from guildhall.core.access import Access, Actor, Public
from guildhall.core.database import Database
from guildhall.core.glances import AnySelect, Glances, glance_at
from guildhall.core.hooks import Hook

Parameters = Callable[[Request], Mapping[str, Any]]


class Sight(NamedTuple):
    """What was found: who looks (None when nobody was asked for), and the row they look at, if it is there."""

    actor: Actor | None
    row: Any


identify_seeing: Hook[[Glances, str, AnySelect, Mapping[str, Any]], Sight] = Hook("identify_seeing")
"""Who holds this bearer token, and the row of the statement, in one statement. Filled by accounts.

The first column of the statement is never null. Parameters named `sid`, `sub` and `now` are taken.
"""


@dataclass(frozen=True)
class Seeing(Access):
    """A word that also finds what the path is about."""

    word: Access | None = None
    statement: AnySelect | None = None
    parameters: Parameters | None = None

    async def __call__(self, request: Request) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Raises what its word raises."""
        assert self.word is not None and self.statement is not None and self.parameters is not None
        database: Database = request.app.state.database
        found = await _look(database.glances, request, self.word, self.statement, self.parameters(request))
        if found.actor:
            request.state.user_id = found.actor.id
            structlog.contextvars.bind_contextvars(user_id=found.actor.id)
        if not isinstance(self.word, Public):
            self.word.admit(found.actor)
        request.state.sight = found


def seeing(word: Access, statement: AnySelect, parameters: Parameters) -> Access:
    """The word `word`, for routes that show the row that `statement` finds with `parameters(request)`."""
    return Seeing(word.needs, word.rights, word, statement, parameters)


def sight(request: Request) -> Sight:
    """What the word of the route has found."""
    found: Sight = request.state.sight
    return found


async def _look(
    glances: Glances, request: Request, word: Access, statement: AnySelect, parameters: Mapping[str, Any]
) -> Sight:
    if isinstance(word, Public):
        glance = glance_at(statement)
        row = await glances.first(glance, parameters)
        return Sight(None, row and glance.row._make(row))
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return Sight(None, None)
    return await identify_seeing.ask(glances, token.strip(), statement, parameters)
