"""Many files in one form, read when a route wants them: it asks first who may.

A route that declares files as parameters has them read before any word of access is asked.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import Request, UploadFile
from starlette.datastructures import UploadFile as Part
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from guildhall.core.errors import Senseless, TooLarge

FIELDS = 10  # beside the files, at most


class NoFiles(Senseless):
    code, en, sv = "no_files", "No files were sent", "Inga filer skickades"


class TooManyFiles(TooLarge):
    code = "too_many_files"
    en, sv = "At most {most} files can be sent at once", "Högst {most} filer kan skickas på en gång"


class _Form(MultiPartParser):
    spool_max_size = 64 * 1024  # of each file in memory; the rest of it is on disk


@asynccontextmanager
async def files_of(request: Request, field: str, most: int) -> AsyncGenerator[list[UploadFile]]:
    """The files of a form field, in their order, for the length of the `with`.

    Raises NoFiles, TooManyFiles; and TooLarge beyond the limit of the route's body.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise NoFiles
    parser = _Form(request.headers, request.stream(), max_files=most, max_fields=FIELDS)
    try:
        form = await parser.parse()
    except MultiPartException as error:
        if error.message.startswith("Too many files"):
            raise TooManyFiles(most=most) from error
        raise HTTPException(400) from error
    except ClientDisconnect as error:
        raise HTTPException(400) from error  # nobody hears it, and it is no fault of ours
    try:
        files = [part for part in form.getlist(field) if isinstance(part, Part)]
        if not files:
            raise NoFiles
        yield [UploadFile(part.file, size=part.size, filename=part.filename, headers=part.headers) for part in files]
    finally:
        await form.close()
