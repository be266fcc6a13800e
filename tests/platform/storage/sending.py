"""A route that no guild has: it sends the file that lies on the counter."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import obstore
from fastapi import Depends, Request
from starlette.responses import Response

from guildhall.core.access import public
from guildhall.core.routing import Router
from guildhall.platform.storage.serving import Sent, answer
from guildhall.platform.storage.stores import store

Scope = dict[str, Any]
FRESH = "private, no-cache"


class Counter:
    """What lies there, and how it is to be sent."""

    def __init__(self) -> None:
        self.file = facts(b"")
        self.how: dict[str, Any] = {"cache_control": FRESH}

    async def lay(self, content: bytes, content_type: str = "image/webp", **how: Any) -> Sent:
        """Put a file into the store and on the counter."""
        self.file, self.how = facts(content, content_type), {"cache_control": FRESH} | how
        await obstore.put_async(store().files, self.file.key, content, attributes=_type(content_type))
        return self.file

    def router(self) -> Router:
        """`/counter`, for everybody."""
        room = Router(prefix="/counter", dependencies=[Depends(public)])

        @room.get("")
        @room.head("")
        async def get_counter(request: Request) -> Response:  # pyright: ignore[reportUnusedFunction]
            return await answer(request, self.file, **self.how)

        return room


def facts(content: bytes, content_type: str = "image/webp") -> Sent:
    """What a row would say of a file with this content."""
    return Sent("pictures", sha256(content).digest(), len(content), content_type)


def asked(method: str = "GET", headers: Sequence[tuple[str, str]] = ()) -> Request:
    """A request as it comes from the server."""
    lines = [(name.lower().encode(), value.encode()) for name, value in headers]
    scope = {"type": "http", "asgi": {"spec_version": "2.3"}, "method": method, "path": "/", "headers": lines}
    return Request(scope)


def _type(content_type: str) -> dict[str, str] | None:
    return None if store().folder else {"Content-Type": content_type}  # a folder knows no types
