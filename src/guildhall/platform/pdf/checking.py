"""Having a document read by a child."""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from anyio.lowlevel import RunVar

import guildhall
from guildhall.core.errors import Refusal
from guildhall.platform.pdf import errors

AT_ONCE = 1  # in this process: a document may take a gibibyte
SECONDS = 30
# Nothing else of our environment: what reads strangers' files need not know our secrets.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(guildhall.__file__).parents[1])}
COMMAND = (sys.executable, "-P", "-m", "guildhall.platform.pdf.child")

log = structlog.get_logger(__name__)
_room: RunVar[asyncio.Semaphore] = RunVar("room")


@dataclass(frozen=True)
class Contents:
    """What is known of a document that was found harmless."""

    pages: int
    text: str


async def checked(path: Path, *, seconds: float = SECONDS) -> Contents:
    """What is in the PDF, which is safe to pass on; it may take so many seconds.

    Raises NotAPdf, BrokenPdf, PdfNeedsPassword, PdfHasScripts, PdfReachesOut, PdfHasAttachments, PdfHasMedia,
    PdfIsXfaForm, PdfTooComplex.
    """
    async with _places():
        answer = await _asked(path, seconds)
    if code := answer.get("refused"):
        raise Refusal.catalogue[code]
    return Contents(**answer)


def _places() -> asyncio.Semaphore:
    try:
        return _room.get()
    except LookupError:
        _room.set(places := asyncio.Semaphore(AT_ONCE))
        return places


async def _asked(path: Path, seconds: float) -> dict[str, Any]:
    with path.open("rb") as file:
        child = await asyncio.create_subprocess_exec(
            *COMMAND, stdin=file, stdout=PIPE, stderr=DEVNULL, cwd="/", env=ENVIRONMENT, start_new_session=True
        )
    try:
        async with asyncio.timeout(seconds):
            said, _ = await child.communicate()
    except TimeoutError:
        raise errors.PdfTooComplex from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return _understood(said, child.returncode)


def _understood(said: bytes, status: int | None) -> dict[str, Any]:
    if status == 0:
        return json.loads(said)
    if status is not None and status < 0:
        # It ran into a limit, or a library gave up on what it read.
        log.warning("a document was given up", signal=-status)
        raise errors.PdfTooComplex
    raise RuntimeError(f"the reader of documents ended with {status}")
