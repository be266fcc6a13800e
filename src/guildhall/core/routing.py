"""Routers that are asked quickly whether a path is theirs, and whose routes read no form before they know from whom."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response, params
from fastapi.routing import APIRoute
from starlette.datastructures import FormData
from starlette.routing import Match
from starlette.types import Scope

from guildhall.core import uploads
from guildhall.core.access import ask_first

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Route(APIRoute):
    """FastAPI's, which asks what guards it before it reads a form with files, and lets nobody wait while it does.

    What guards it is asked once more afterwards, as for any other route: the files may have taken minutes to come.
    """

    def get_route_handler(self) -> Handler:
        """What answers a request."""
        answer = super().get_route_handler()
        if self.body_field is None:
            return answer
        takes_form = isinstance(self.body_field.field_info, params.Form)

        async def answer_careful(request: Request) -> Response:
            if not uploads.is_form(request):
                return await answer(request)
            await ask_first(request, [depends.dependency for depends in self.dependencies])
            sending = _Sending(request.scope, request.receive)
            if takes_form:
                await sending.form()  # here, because the framework makes a 400 of every refusal; it will close it
            return await answer(sending)

        return answer_careful


class _Sending(Request):
    """A request with a form, which is read as `core.uploads` does."""

    async def _get_form(self, **_: Any) -> FormData:
        if self._form is None:
            self._form = await uploads.form_of(self)
        return self._form


class Router(APIRouter):
    """FastAPI's, with our routes; it looks at its prefix before it tries them one by one.

    With a hundred routes, trying them all was two thirds of what the framework did for a request.
    """

    def __init__(self, *, route_class: type[APIRoute] = Route, **how: Any) -> None:
        super().__init__(route_class=route_class, **how)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether one of its routes takes this request."""
        return super().matches(scope) if scope["path"].startswith(self.prefix) else (Match.NONE, {})
