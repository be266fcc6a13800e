"""Sending files: the one way their bytes leave.

A file never changes what it holds, so its checksum is its ETag: a client that has it is told so before a byte is read.
What is sent is streamed; small files come from the memory of the process, where the last used ones stay.
"""

import asyncio
import re
from collections import OrderedDict
from collections.abc import AsyncGenerator, Awaitable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any, TypeVar
from urllib.parse import quote

import obstore
import structlog
from obstore.exceptions import BaseError
from obstore.store import S3Store
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from guildhall.core.conditional import is_known
from guildhall.core.errors import Busy
from guildhall.core.settings import settings
from guildhall.platform.storage import reading
from guildhall.platform.storage.errors import FileMissing, RangeUnsatisfiable
from guildhall.platform.storage.models import key_of
from guildhall.platform.storage.probing import explained
from guildhall.platform.storage.stores import store

log = structlog.get_logger(__name__)

SMALL = 65_536  # bytes; pictures of a list are smaller
PATIENCE = 10.0  # seconds until the store has begun to answer
_RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})", re.ASCII | re.IGNORECASE)
T = TypeVar("T")
Part = tuple[int, int]
"""From the first byte up to and without the second."""


def described(what: str, content_type: str) -> dict[int | str, dict[str, Any]]:
    """What such an answer is in the API's document."""
    content = {content_type: {"schema": {"type": "string", "format": "binary"}}}
    return {200: {"description": what, "content": content}, 304: {"description": "The client has it"}}


@dataclass(frozen=True, slots=True)
class Sent:
    """What is to be sent: the facts of a row of `stored_files`."""

    kind: str
    sha256: bytes
    size: int
    content_type: str

    @property
    def key(self) -> str:
        """Where it lies in the store."""
        return key_of(self.kind, self.sha256)


class Streamed(StreamingResponse):
    """Closes the file when the client leaves before its end, and not some time later."""

    def __init__(self, pieces: AsyncGenerator[bytes], status: int, headers: dict[str, str]) -> None:
        super().__init__(pieces, status, headers)
        self._pieces = pieces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._pieces.aclose()


async def answer(
    request: Request,
    file: Sent,
    *,
    cache_control: str,
    filename: str | None = None,
    attachment: bool = False,
    vary: str | None = None,
    modified: datetime | None = None,
) -> Response:
    """The answer to a GET or HEAD for a file: 200, 206 for a part of it, 304 for who has it, or a redirect.

    `filename` is what it is called when it is saved, `modified` when it was changed last, where that is known.
    Raises RangeUnsatisfiable, FileMissing when the store does not have it (whole), and Busy when the store does not
    answer.
    """
    etag = f'"{file.sha256.hex()}"'
    headers = {"ETag": etag, "Cache-Control": cache_control, "X-Content-Type-Options": "nosniff"}
    if vary:
        headers["Vary"] = vary
    if modified:
        headers["Last-Modified"] = format_datetime(modified, usegmt=True)
    if is_known(request, etag):
        return Response(status_code=304, headers=headers)
    headers["Content-Type"] = file.content_type
    if filename is not None:
        headers["Content-Disposition"] = disposition(filename, attachment=attachment)
    return await _elsewhere(request, file, headers) or await _ourselves(request, file, headers)


def disposition(filename: str, *, attachment: bool, plain: str = "") -> str:
    """The header that says what a file is called, and whether it is saved or shown.

    `plain` is what it is called by clients that read no letters beyond ASCII; without it they find a name themselves.
    """
    word, quoted = "attachment" if attachment else "inline", quote(filename, safe="")
    if quoted == filename:
        return f'{word}; filename="{filename}"'
    return f"{word}; " + f'filename="{plain}"; ' * bool(plain) + f"filename*=utf-8''{quoted}"


async def _elsewhere(request: Request, file: Sent, headers: dict[str, str]) -> Response | None:
    """Let the proxy or the bucket send it, where the settings say so; None when we do."""
    now, place = settings(), store()
    if now.storage_accel and place.folder:
        return Response(headers=headers | {"X-Accel-Redirect": now.storage_accel + file.key})
    # The bucket knows the type of a file, and not what it is to be called.
    if now.storage_redirect_seconds and isinstance(place.files, S3Store) and "Content-Disposition" not in headers:
        good_for = timedelta(seconds=now.storage_redirect_seconds)
        method = "HEAD" if request.method == "HEAD" else "GET"
        url = await obstore.sign_async(place.files, method, file.key, good_for)
        return RedirectResponse(url, 307, headers={"Cache-Control": "no-store"})
    return None


async def _ourselves(request: Request, file: Sent, headers: dict[str, str]) -> Response:
    is_wanted = request.method != "HEAD"
    part = _part(request, file.size, headers["ETag"]) if is_wanted else None  # HTTP knows parts of a GET only
    start, end = part or (0, file.size)
    headers |= {"Accept-Ranges": "bytes", "Content-Length": str(end - start)}
    if part:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    status = 206 if part else 200
    if not is_wanted or not file.size:
        return Response(status_code=status, headers=headers)
    if file.size <= SMALL:
        return Response((await _small(file))[start:end], status, headers)
    return Streamed(await _opened(file, part), status, headers)


def _part(request: Request, size: int, etag: str) -> Part | None:
    """The one part that is asked for; None for the whole, which is also the answer to several parts."""
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    if not asked or asked[0] == "bytes=-" or request.headers.get("if-range", etag) != etag:
        return None
    first, last = asked.groups()
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last) + 1, size) if first and last else size
    if first and last and int(last) < int(first):
        return None  # no range at all, by the rules of HTTP
    if start >= end:
        refusal = RangeUnsatisfiable()
        refusal.headers["Content-Range"] = f"bytes */{size}"
        raise refusal
    return start, end


_recent: OrderedDict[str, bytes] = OrderedDict()
_held = 0


async def _small(file: Sent) -> bytes:
    """A small file, from memory if it was sent lately."""
    global _held
    key = file.key
    content = _recent.get(key)
    if content is not None:
        _recent.move_to_end(key)
        return content
    content = await _at_last(file, reading.read(key))
    if len(content) != file.size:
        raise _missing(file, f"{len(content)} bytes, and not {file.size}")
    room = settings().picture_cache_mib * 2**20
    if key not in _recent and len(content) <= room:
        _recent[key] = content
        _held += len(content)
        while _held > room:
            _held -= len(_recent.popitem(last=False)[1])
    return content


async def _opened(file: Sent, part: Part | None) -> AsyncGenerator[bytes]:
    """The file in pieces. It is looked for now, while the answer can still be another."""
    found = await _at_last(file, reading.opened(file.key, part))
    if found.meta["size"] != file.size:
        raise _missing(file, f"{found.meta['size']} bytes, and not {file.size}")
    return reading.pieces(found)


async def _at_last(file: Sent, answer: Awaitable[T]) -> T:
    """What the store answers, if it does; the refusals are logged, because somebody has to look after it."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await answer
    except FileNotFoundError as error:
        raise _missing(file, "it is not there") from error
    except (BaseError, OSError) as error:  # also when it takes too long
        log.error("a file cannot be read", key=file.key, reason=explained(error))
        raise Busy from error


def _missing(file: Sent, reason: str) -> FileMissing:
    log.error("a file is not in the store", key=file.key, reason=reason)
    return FileMissing()
