"""Finding the router of a path quickly: by the first segment of the path."""

import copy

from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

ANY = "{}"  # a first segment that is a parameter


class Doors:
    """Stands before the application's router: one door for each first segment of a path, as `users` of `/users/me`.

    Behind a door are the routes that begin so, in their order; a path that has no door is for the router itself. So
    what is found is what the router would have found.
    """

    def __init__(self, router: APIRouter) -> None:
        self._router = router
        self._doors: dict[str, APIRouter] = {}
        self._routes = 0  # so many are behind the doors; more may be added

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._routes != len(self._router.routes):
            self._sort()
        is_request = scope["type"] == "http"
        router = self._doors.get(_segment(scope["path"]), self._router) if is_request else self._router
        await router.app(scope, receive, send)

    def _sort(self) -> None:
        routes = [(route, _segments(route)) for route in self._router.routes]
        for segment in set[str]().union(*(theirs for _, theirs in routes)):
            door = copy.copy(self._router)
            door.routes = [route for route, theirs in routes if segment in theirs or ANY in theirs]
            self._doors[segment] = door
        self._routes = len(routes)


def _segments(route: BaseRoute) -> set[str]:
    found = {_segment(context.path or f"/{ANY}") for context in iter_route_contexts([route])}
    return {ANY if "{" in segment else segment for segment in found}


def _segment(path: str) -> str:
    return path.split("/", 2)[1] if path.startswith("/") else path


def open_doors(app: FastAPI) -> None:
    """Let requests go through doors to the application's routes."""
    app.router.middleware_stack = Doors(app.router)
