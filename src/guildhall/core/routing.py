"""Routers that are asked quickly whether a path is theirs."""

from fastapi import APIRouter
from starlette.routing import Match
from starlette.types import Scope


class Router(APIRouter):
    """FastAPI's, which looks at its prefix before it tries its routes one by one.

    With a hundred routes, trying them all was two thirds of what the framework did for a request.
    """

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether one of its routes takes this request."""
        return super().matches(scope) if scope["path"].startswith(self.prefix) else (Match.NONE, {})
