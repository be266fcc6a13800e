"""Forms with files: whoever may not send them is refused before they are read, and others do not notice them.

A body is read in pieces. One thread of the process takes all of them in: it finds the files in them, writes and
measures them. While a piece waits for it, no more is read from that client, so a fast one fills neither the memory nor
the event loop.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, asynccontextmanager
from typing import TypeVar

from fastapi import Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from guildhall.core.errors import Senseless
from guildhall.core.forms import Form, Malformed, TooManyFiles, Upload

__all__ = ["NoFiles", "TooManyFiles", "Upload", "files_of", "form_of", "is_form"]

PIECE = 256 * 1024  # bytes; with less, waking the thread costs more than what it does
FILES = 10  # in a form whose route wants one; those that it does not want are thrown away
taking_in = ThreadPoolExecutor(1, thread_name_prefix="uploads")
"""The thread that takes forms in, one piece after the other: so many uploads at once are no more work at once."""
T = TypeVar("T")


class NoFiles(Senseless):
    code, en, sv = "no_files", "No files were sent", "Inga filer skickades"


def is_form(request: Request) -> bool:
    """Whether the body says that it is a form that may have files."""
    return request.headers.get("content-type", "").lower().startswith("multipart/form-data")


async def form_of(request: Request, most: int = FILES) -> FormData:
    """The form in a body, with its files as `Upload`; whoever closes it removes them.

    Raises TooManyFiles, TooLarge beyond the limit of the route's body, and HTTPException(400) for what is no form.
    """
    try:
        return await _read(request, most)
    except (Malformed, ClientDisconnect) as error:
        raise HTTPException(400) from error  # nobody hears it when the client has left, and it is no fault of ours


async def _read(request: Request, most: int) -> FormData:
    form = Form(request.headers["content-type"], most)
    try:
        async with aclosing(_pieces(request)) as pieces:
            async for piece in pieces:
                await _in_turn(lambda piece=piece: form.read(piece))
        return await _in_turn(form.done)
    except BaseException:
        taking_in.submit(form.remove)  # behind the piece that it may be working on
        raise


async def _pieces(request: Request) -> AsyncGenerator[bytes]:
    chunks, size = list[bytes](), 0
    async for chunk in request.stream():
        chunks.append(chunk)
        size += len(chunk)
        if size >= PIECE:
            yield b"".join(chunks)
            chunks, size = [], 0
    yield b"".join(chunks)


async def _in_turn(work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(taking_in, work)


@asynccontextmanager
async def files_of(request: Request, field: str, most: int) -> AsyncGenerator[list[Upload]]:
    """The files of a form field, in their order, for the length of the `with`.

    Raises NoFiles, and what `form_of` raises.
    """
    if not is_form(request):
        raise NoFiles
    form = await form_of(request, most)
    try:
        files = [part for part in form.getlist(field) if isinstance(part, Upload)]
        if not files:
            raise NoFiles
        yield files
    finally:
        await form.close()
