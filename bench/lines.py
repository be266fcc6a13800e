"""Lines to a server: connections that are opened before they are needed, each asking one thing at a time."""

import asyncio
import re
from dataclasses import dataclass
from typing import cast

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    """What came back; status 0 when the line was cut before an answer was whole."""

    status: int
    body: bytes


CUT = Answer(0, b"")


class Line(asyncio.Protocol):
    """One connection."""

    def __init__(self) -> None:
        self._came, self._answer = b"", None
        self.is_cut = False

    _answer: "asyncio.Future[Answer] | None"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_cut = True
        self._tell(CUT)

    def data_received(self, data: bytes) -> None:
        self._came += data
        head, end, body = self._came.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if end and len(body) >= (int(length[1]) if length else 0):
            self._came = b""
            self._tell(Answer(int(head[9:12]), body))

    def _tell(self, answer: Answer) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_result(answer)

    async def ask(self, request: bytes) -> Answer:
        """Send a request, and wait for what comes back."""
        if self.is_cut:
            return CUT
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        """Hang up."""
        self._transport.close()


async def opened(port: int, many: int) -> list[Line]:
    """So many lines, all open."""
    loop, lines = asyncio.get_running_loop(), list[Line]()
    for _ in range(many):
        _, line = await loop.create_connection(Line, "127.0.0.1", port)
        lines.append(line)
    return lines
