"""A load client that costs little: keep-alive connections that send ready-made requests and count what comes back."""

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import cast

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
Requests = Iterator[bytes]


@dataclass
class Tally:
    """What came back: how long each answer took (seconds), and how often each status (0: no answer)."""

    times: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0

    def percentile(self, share: float) -> float:
        """The time in milliseconds within which this share of the answers came; 0 without answers."""
        ranked = sorted(self.times)
        return ranked[min(int(len(ranked) * share), len(ranked) - 1)] * 1000 if ranked else 0.0

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.times) / self.seconds if self.seconds else 0.0


class _Connection(asyncio.Protocol):
    """Sends the next request when the last one is answered, until there are no more."""

    def __init__(self, requests: Requests, tally: Tally, done: Callable[[], None]) -> None:
        self._requests, self._tally, self._done = requests, tally, done
        self._head, self._left, self._sent, self._over = b"", 0, 0.0, False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._over:
            self._tally.statuses[0] += 1
        self._done()

    def data_received(self, data: bytes) -> None:
        if self._left:
            self._left -= len(data)
        else:
            self._head += data
            if not self._begin():
                return
        if not self._left:
            self._tally.times.append(perf_counter() - self._sent)
            self._next()

    def _begin(self) -> bool:
        head, end, body = self._head.partition(b"\r\n\r\n")
        if not end:
            return False
        length = _LENGTH.search(head)
        self._left = (int(length[1]) if length else 0) - len(body)
        self._head = b""
        self._tally.statuses[int(head[9:12])] += 1
        return True

    def _next(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self._over = True
            self._transport.close()
        else:
            self._sent = perf_counter()
            self._transport.write(request)


def request(
    method: str, path: str, token: str = "", cookie: str = "", body: bytes = b"", headers: Sequence[str] = ()
) -> bytes:
    """A request of HTTP/1.1, ready to send; `headers` are whole lines."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Accept: application/json"]
    lines += [f"Authorization: Bearer {token}"] * bool(token) + [f"Cookie: {cookie}"] * bool(cookie)
    says_type = any(line.startswith("Content-Type:") for line in headers)
    lines += ["Content-Type: application/json"] * (bool(body) and not says_type) + list(headers)
    lines += [f"Content-Length: {len(body)}"] * (method != "GET")
    return "\r\n".join((*lines, "", "")).encode() + body


def lasting(requests: Requests, seconds: float) -> Requests:
    """These requests, until the time is over."""
    end = perf_counter() + seconds
    while perf_counter() < end:
        yield next(requests)


async def load(port: int, requests: Requests, connections: int) -> Tally:
    """Send the requests over so many connections at once, until they are used up."""
    tally, loop, begin = Tally(), asyncio.get_running_loop(), perf_counter()
    ends = [asyncio.Event() for _ in range(connections)]
    for end in ends:
        await loop.create_connection(lambda end=end: _Connection(requests, tally, end.set), "127.0.0.1", port)
    await asyncio.gather(*(end.wait() for end in ends))
    tally.seconds = perf_counter() - begin
    return tally


async def paced(port: int, asked: bytes, connections: int, rate: float, is_over: Callable[[], bool]) -> Tally:
    """Send one request again and again, `rate` times a second however slow the answers are, until it is over.

    The times run from when a request was due: one that waits for the answer before it is not forgiven.
    """
    tally, begin = Tally(), perf_counter()

    async def ask(first: float) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        due = begin + first
        while not is_over():
            await asyncio.sleep(due - perf_counter())
            writer.write(asked)
            head = await reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(head)
            await reader.readexactly(int(length[1]) if length else 0)
            tally.times.append(perf_counter() - due)
            tally.statuses[int(head[9:12])] += 1
            due += connections / rate
        writer.close()

    await asyncio.gather(*(ask(number / rate) for number in range(connections)))
    tally.seconds = perf_counter() - begin
    return tally


def form(field: str, filename: str, content: bytes) -> tuple[bytes, str]:
    """A multipart body with one file, and the line of its header."""
    edge = "a-boundary-that-no-picture-has"
    disposition = f'Content-Disposition: form-data; name="{field}"; filename="{filename}"'
    head = f"--{edge}\r\n{disposition}\r\nContent-Type: application/octet-stream\r\n\r\n".encode()
    return head + content + f"\r\n--{edge}--\r\n".encode(), f"Content-Type: multipart/form-data; boundary={edge}"
