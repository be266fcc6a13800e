"""Calling the world outside: one client for each event loop, bounded in time and size, and what an answer asks for."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import TypeVar

import httpx2
from pydantic import BaseModel, ValidationError

from guildhall.core import clock
from guildhall.platform.push.messages import Outcome

SECONDS = 15.0  # that one call may take, from looking up the name to the last byte of the answer
SECONDS_TO_CONNECT = 5.0
LARGEST_ANSWER = 65_536
DAY = timedelta(days=1)
LIMITS = httpx2.Limits(max_connections=128, max_keepalive_connections=64, keepalive_expiry=60)

Shape = TypeVar("Shape", bound=BaseModel)

_clients: dict[asyncio.AbstractEventLoop, httpx2.AsyncClient] = {}
_keepers: dict[asyncio.AbstractEventLoop, AsyncGenerator[None]] = {}


class NoAnswer(Exception):
    """Nobody answered, or not in time."""


@dataclass(frozen=True)
class Answer:
    """What a service said."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def parsed(self, shape: type[Shape]) -> Shape | None:
        """The body, where it is JSON of this shape."""
        try:
            return shape.model_validate_json(self.body)
        except ValidationError:
            return None

    @property
    def words(self) -> str:
        """The body in a line, for operators."""
        return " ".join(self.body[:400].decode("utf-8", "replace").split())

    def later(self, reason: str, unless_told: timedelta | None = None) -> Outcome:
        """Again, when the service says (`Retry-After`, in seconds or as a date), else as the caller says."""
        return Outcome("later", _retry_after(self.headers.get("retry-after", "")) or unless_told, reason)


async def client() -> httpx2.AsyncClient:
    """The client of this event loop, whose connections are kept; closed when the loop ends."""
    loop = asyncio.get_running_loop()
    if loop not in _clients:
        _keepers[loop] = _keep(loop)
        await anext(_keepers[loop])
    return _clients[loop]


async def _keep(loop: asyncio.AbstractEventLoop) -> AsyncGenerator[None]:
    # Loops close their generators when they end, and with this one the connections.
    _clients[loop] = made = httpx2.AsyncClient(
        timeout=httpx2.Timeout(None, connect=SECONDS_TO_CONNECT),
        limits=LIMITS,
        follow_redirects=False,
        trust_env=False,
        headers={"User-Agent": "Guildhall", "Accept-Encoding": "identity"},
    )
    made.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=()))  # nobody outside recognises us by them
    try:
        yield
    finally:
        del _keepers[loop]
        await _clients.pop(loop).aclose()


async def post(url: httpx2.URL | str, content: bytes, headers: Mapping[str, str]) -> Answer:
    """POST, and what came back, whatever its status. Raises NoAnswer."""
    calling = await client()
    try:
        async with asyncio.timeout(SECONDS), calling.stream("POST", url, content=content, headers=headers) as response:
            return Answer(response.status_code, response.headers, await _start_of(response))
    except TimeoutError as error:
        raise NoAnswer(f"no answer within {SECONDS:.0f} s") from error
    except httpx2.TransportError as error:
        raise NoAnswer(f"no connection: {error or type(error).__name__}") from error


async def _start_of(response: httpx2.Response) -> bytes:
    body = b""
    async with contextlib.aclosing(response.aiter_raw()) as chunks:
        async for chunk in chunks:
            body += chunk
            if len(body) > LARGEST_ANSWER:
                break
    return body[:LARGEST_ANSWER]


def _retry_after(value: str) -> timedelta | None:
    try:
        wait = timedelta(seconds=int(value)) if value.strip().isdecimal() else _until(value)
    except (ValueError, OverflowError):
        return None
    return min(max(wait, timedelta(seconds=1)), DAY)


def _until(date: str) -> timedelta:
    moment = parsedate_to_datetime(date)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - clock.now()
