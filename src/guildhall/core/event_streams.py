"""Answers that go on: server-sent events."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import Any

from fastapi.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

STILL_HERE = b": still here\n\n"
"""A sign of life: a comment, which clients pass over."""
SECONDS_TO_TAKE = 60.0  # that a client has for what it is sent


def described(events: str) -> dict[int | str, dict[str, Any]]:
    """What such an answer is in the API's document, with events as they are written."""
    return {200: {"description": "Server-sent events", "content": {"text/event-stream": {"example": events}}}}


class _TakesNothing(Exception):
    """The client has taken nothing for too long."""


class EventStream(StreamingResponse):
    """A stream that lets its source go when the client leaves, and does not wait for a client that takes nothing."""

    media_type = "text/event-stream"

    def __init__(self, source: AsyncGenerator[bytes]) -> None:
        # Without the second, nginx would keep what we say until it has 4 KiB of it.
        super().__init__(source, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._source = source

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_soon(message: Message) -> None:
            try:
                async with asyncio.timeout(SECONDS_TO_TAKE):
                    await send(message)
            except TimeoutError as error:
                raise _TakesNothing from error

        async with aclosing(self._source):
            with suppress(_TakesNothing):
                await super().__call__(scope, receive, send_soon)
