"""Whether a store can be used, asked of the store itself: before the start, and when somebody asks for our health."""

import asyncio
import re
import tempfile
import time
from pathlib import Path

import obstore
import structlog
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError

from guildhall.core.settings import settings
from guildhall.platform.storage.stores import Store, WrongStorageUrl, store

log = structlog.get_logger(__name__)

OK = "ok"
PATIENCE = 3.0  # seconds
FRESH = 10.0  # seconds; our health may be asked for by anybody, and a bucket's answers cost money
_heard: dict[str, tuple[float, str]] = {}


class UnusableStore(Exception):
    """Nothing can be kept in the store that the settings name."""


def usable() -> Store:
    """The store of the settings, seen before the start to be one. Raises WrongStorageUrl, UnusableStore.

    A bucket is not asked: while it is away for a moment, the rest of the guild still works.
    """
    try:
        place = store()
    except WrongStorageUrl as error:
        raise WrongStorageUrl(f"GUILDHALL_STORAGE_URL: {error}") from error
    if not place.lasts and settings().environment == "production":
        raise UnusableStore("GUILDHALL_STORAGE_URL: memory:// loses every file at the end; not in production")
    if place.folder and (fault := _fault_of_folder(place.folder)):
        raise UnusableStore(f"GUILDHALL_STORAGE_URL: nothing can be kept in {place.folder}: {fault}")
    return place


async def probe(place: Store, patience: float | None = None) -> str:
    """`ok`, or in a few words what is wrong with a store, within `patience` seconds (3); they hold no secret."""
    try:
        async with asyncio.timeout(patience or PATIENCE):
            if place.folder:
                return await asyncio.to_thread(_fault_of_folder, place.folder) or OK
            # Nothing begins so: the answer is short, and tells that the bucket is there and the key is right.
            await obstore.list_with_delimiter_async(place.files, "probe")  # pyright: ignore[reportUnknownMemberType]
    except (BaseError, OSError) as error:  # also when it takes too long
        log.warning("the store cannot be used", store=place.name, reason=explained(error))
        return _in_short(error)
    return OK


async def health() -> str:
    """What `probe` finds of the store of the settings; what a bucket said is believed for some seconds."""
    place = store()
    if place.folder:
        return await probe(place)
    heard, finding = _heard.get(place.url, (-FRESH, ""))
    if time.monotonic() - heard >= FRESH:
        finding = await probe(place)
        _heard[place.url] = time.monotonic(), finding
    return finding


def explained(error: Exception) -> str:
    """What a store says is wrong, in one line for operators, without secrets."""
    code = _code(error)
    said = str(error).partition("\n")[0].partition("<")[0].strip(" :")
    words = f"{said} ({code})" if code else said
    return re.sub(r"//[^/@\s]*@", "//", words) or type(error).__name__


def _fault_of_folder(folder: Path) -> str:
    """What keeps us from writing into a folder, as the system says it; nothing when we can."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"probe")
            file.flush()
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""


def _in_short(error: Exception) -> str:
    if isinstance(error, FileNotFoundError) or _code(error) == "NoSuchBucket":
        return "no such bucket"
    if isinstance(error, PermissionDeniedError | UnauthenticatedError):
        return "refuses our key"
    return "no answer"


def _code(error: Exception) -> str:
    """What S3 calls it."""
    found = re.search(r"<Code>(\w+)</Code>", str(error))
    return found[1] if found else ""
