"""Who may look, and what they look at, found out in one statement: the words of access for pictures.

`seeing(member, statement, parameters)` is a word like `member`, for a router whose routes all show what `statement`
finds. What it found is `sight(request)`.

These routes take an access token for some hours after its end, as long as its session lives: the app's picture loader
keeps the first one it got. Rights are as fresh as everywhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import signature
from typing import Any, NamedTuple, get_type_hints

import structlog
from fastapi import Request
from fastapi.routing import APIRoute
from pydantic import ValidationError, create_model
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

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


class Shown(APIRoute):
    """A route that shows what its word has found, and needs nothing else than the parameters of its path.

    It goes straight to its word and its function, which takes the request and those parameters, and returns a
    response. Whatever is out of the ordinary goes the framework's way, which is three times as long and refuses as
    everywhere: parameters that do not fit, a method that is not there, words beside that of its router.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **more: Any) -> None:
        super().__init__(path, endpoint, **more)
        kinds = get_type_hints(endpoint, include_extras=True)
        taken = [name for name in signature(endpoint).parameters if name != "request"]
        if set(taken) != set(self.param_convertors):
            raise TypeError(f"{self.name} takes more than the parameters of its path")
        fields: dict[str, Any] = {name: (kinds[name], ...) for name in taken}
        self._parameters = create_model("Parameters", **fields)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Raises what the word and the function raise."""
        word, parameters = self._only_word(scope), self._fitting(scope)
        if word is None or parameters is None or scope["method"] not in (self.methods or ()):
            await super().handle(scope, receive, send)
            return
        request = Request(scope, receive, send)
        await word(request)
        answer: Response = await self.endpoint(request, **parameters)
        await answer(scope, receive, send)

    def _only_word(self, scope: Scope) -> Seeing | None:
        # Who includes a router may add words to it; only the framework's context of the route knows them.
        route = scope.get("fastapi", {}).get("effective_route_context", self)
        words = [one.dependency for one in route.dependencies]
        return words[0] if len(words) == 1 and isinstance(words[0], Seeing) else None

    def _fitting(self, scope: Scope) -> Mapping[str, Any] | None:
        try:
            return vars(self._parameters.model_validate(scope["path_params"]))
        except ValidationError:
            return None


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
