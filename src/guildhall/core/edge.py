"""The edge of the house: what every request passes, whatever its route.

It gives the request an id, holds the body to its limit, repeats once what the database asked to repeat, and
turns whatever escapes into the one form of an error, inside CORS, so that a browser can read a 500 too.
What was found out is in `scope["state"]`, for whoever stands outside: `request_id`, `route` (the template of the path,
None for a path that is nobody's) and `user_id`.
"""

import re
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from guildhall.core import errors
from guildhall.core.database import CommitUnknown, sqlstate
from guildhall.core.hushing import hushed
from guildhall.core.language import preferred

log = structlog.get_logger(__name__)

REPEATABLE = {"40001", "40P01"}  # serialisation failure, deadlock: PostgreSQL undid it and asks to try again
LOCK_TIMEOUT = "55P03"
REPLAY_LIMIT = 65_536
_GOOD_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
FRAMEWORKS = {  # what the framework itself refuses: code, English, Swedish
    400: ("malformed", "The request cannot be read", "Begäran går inte att läsa"),
    404: ("not_found", "There is nothing here", "Här finns ingenting"),
    405: ("method_not_allowed", "That cannot be done here", "Så kan man inte göra här"),
}


@dataclass(frozen=True)
class Limits:
    """How large a body may be, in bytes: of a request, of an upload (multipart), and of one of many files at once.

    `bulky` are the paths that take many files, as routes are written: `/albums/{album_id}/pictures`.
    """

    body: int
    upload: int
    bulk: int
    bulky: Sequence[str] = ()

    @cached_property
    def _bulky(self) -> list[re.Pattern[str]]:
        return [compile_path(path)[0] for path in self.bulky]

    def of(self, scope: Scope) -> int:
        """The limit of one request."""
        if not Headers(scope=scope).get("content-type", "").startswith("multipart/"):
            return self.body
        is_bulky = any(path.match(scope["path"]) for path in self._bulky)
        return self.bulk if is_bulky else self.upload


class Edge:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self.app, self.limits = app, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        exchange = _Exchange(scope, receive, send, self.limits.of(scope), _request_id(headers))
        with structlog.contextvars.bound_contextvars(request_id=exchange.id):
            try:
                await exchange.run(self.app)
            finally:
                structlog.contextvars.unbind_contextvars("user_id")  # bound by whoever found out who is asking


def _request_id(headers: Headers) -> str:
    sent = headers.get("x-request-id", "")
    return sent if _GOOD_ID.fullmatch(sent) else secrets.token_hex(8)


def _template(scope: Scope) -> str | None:
    # A route that was included with a prefix is known by its context; `route` alone does not have the prefix.
    route = scope.get("fastapi", {}).get("effective_route_context") or scope.get("route")
    return getattr(route, "path", None)


class _Exchange:
    """One request on its way through: what was read, and whether an answer has begun."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, limit: int, request_id: str) -> None:
        self.scope, self._receive, self._send = scope, receive, send
        self.limit, self.id = limit, request_id
        self.read: list[Message] = []
        self.size = 0
        self.answered = False
        scope.setdefault("state", {})["request_id"] = request_id

    async def run(self, app: ASGIApp) -> None:
        try:
            if int(Headers(scope=self.scope).get("content-length", "0")) > self.limit:
                raise errors.TooLarge
            await self._pass(app, self.receive)
        except Exception as error:
            if self.answered:
                raise
            if self._may_repeat(error):
                await self._repeat(app)
            else:
                await self._apologise(error)

    async def _repeat(self, app: ASGIApp) -> None:
        messages, self.size = self.read, 0
        replay = iter(messages)

        async def receive() -> Message:
            return next(replay, None) or await self._receive()

        try:
            await self._pass(app, receive)
        except Exception as error:
            if self.answered:
                raise
            await self._apologise(error)

    async def _pass(self, app: ASGIApp, receive: Receive) -> None:
        scope = dict(self.scope)  # a repetition begins with what came in
        try:
            await app(scope, receive, self.send)
        finally:
            self.scope["state"]["route"] = _template(scope)

    def _may_repeat(self, error: Exception) -> bool:
        if self.size > REPLAY_LIMIT:
            return False
        if isinstance(error, CommitUnknown):
            return self.scope["method"] in ("GET", "HEAD")  # reading again harms nobody
        undone = isinstance(error, DBAPIError) and error.connection_invalidated
        return undone or sqlstate(error) in REPEATABLE

    async def _apologise(self, error: Exception) -> None:
        response = await answer_to(Request(self.scope), error)
        await response(self.scope, self._receive, self.send)

    async def receive(self) -> Message:
        message = await self._receive()
        self.size += len(message.get("body", b""))
        if self.size > self.limit:
            raise HTTPException(413)  # the framework lets only its own kind through while it reads a body
        if self.size <= REPLAY_LIMIT:
            self.read.append(message)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.answered = True
            MutableHeaders(scope=message)["X-Request-ID"] = self.id
        await self._send(message)


async def answer_to(request: Request, error: Exception) -> Response:
    """The one handler: any exception as `application/problem+json`."""
    language = preferred(request.headers.get("accept-language"))
    if refusal := _refusal(error):
        return errors.refused(refusal, language)
    match error:
        case RequestValidationError():
            return _misfit(error)
        case HTTPException():
            code, english, swedish = FRAMEWORKS.get(error.status_code, ("http_error", error.detail, error.detail))
            detail = swedish if language == "sv" else english
            return errors.problem(error.status_code, code, detail, dict(error.headers or {}))
        case _:
            log.error("request failed", path=hushed(request.url.path), method=request.method, exc_info=error)
            sentence = "Något gick fel hos oss" if language == "sv" else "Something went wrong on our side"
            return errors.problem(500, "internal_error", sentence)


def _refusal(error: Exception) -> errors.Refusal | None:
    # No SQLSTATE at all: nobody answered.
    is_out_of_reach = isinstance(error, OperationalError) and sqlstate(error) in ("", LOCK_TIMEOUT)
    match error:
        case errors.Refusal():
            return error
        case HTTPException(status_code=413):
            return errors.TooLarge()
        case DataError() | UnicodeEncodeError():
            return errors.Unstorable()
        case _:
            return errors.Busy() if is_out_of_reach or isinstance(error, NoConnectionFree) else None


def _misfit(error: RequestValidationError) -> Response:
    # Without `input`: it would send a mistyped password back, and into every log on the way.
    details = [{"type": e["type"], "loc": list(e["loc"]), "msg": e["msg"]} for e in error.errors()]
    return errors.problem(422, "invalid_input", details, errors=[_in_words(e) for e in error.errors()])


def _in_words(fault: dict[str, Any]) -> str:
    place: list[str | int] = (
        [] if fault["type"] == "json_invalid" else fault["loc"][1:]
    )  # there it is a place in the text
    return f"{'.'.join(map(str, place)) or fault['loc'][0]}: {fault['msg']}"


def install(app: FastAPI) -> None:
    """Let the one handler answer for everything that the framework catches itself."""
    handler: Callable[[Request, Exception], Awaitable[Response]] = answer_to
    for kind in (errors.Refusal, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, handler)
