"""Shelves: what a route names, and how what lies there is answered with."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from guildhall.core.conditional import is_known, takes_gzip
from guildhall.core.database import Database
from guildhall.platform.live import Live
from guildhall.platform.shelves.keeping import Build, Keeper
from guildhall.platform.shelves.packing import Packed

MOST = 500  # things on one shelf: filters make many
MOST_BYTES = 16 * 2**20  # of one shelf, in each process
DESCRIBED: dict[int | str, dict[str, Any]] = {304: {"description": "The client has it"}}
"""What such an answer is in the API's document, beside its model."""


@dataclass(frozen=True, eq=False)
class Shelf:
    """A place for answers that change when one of the topics is told about, and that are the same for everybody."""

    name: str
    topics: tuple[str, ...]
    most: int = MOST
    most_bytes: int = MOST_BYTES

    async def answer(self, request: Request, key: Hashable, build: Build) -> Response:
        """The answer to a GET or HEAD: JSON that `build` makes when nothing good lies here; 304 for who has it.

        What differs for two requests stands in the key, and nothing else does: neither who asks nor their language.
        Takes a connection to the database only to build. Raises what `build` raises.
        """
        shelves: Shelves = request.app.state.shelves
        return await _answer(request, await shelves.keeper(self).get(key, build))


class Shelves:
    """What lies on the shelves of one process."""

    def __init__(self, database: Database, live: Live) -> None:
        self._database, self._live = database, live
        self._keepers: dict[Shelf, Keeper] = {}

    def keeper(self, shelf: Shelf) -> Keeper:
        """Who keeps the things of a shelf; from the first time on, changes are listened for."""
        if shelf not in self._keepers:
            made = Keeper(self._database, self._live, shelf.most, shelf.most_bytes)
            self._live.watch(shelf.topics, made.forget)
            self._keepers[shelf] = made
        return self._keepers[shelf]

    def forget(self) -> None:
        """Clear every shelf, for who changes the database behind our back."""
        for keeper in self._keepers.values():
            keeper.forget()


async def _answer(request: Request, packed: Packed) -> Response:
    form = await packed.gzip() if takes_gzip(request) else packed.plain
    headers = {"ETag": form.etag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if is_known(request, form.etag):
        return Response(status_code=304, headers=headers)
    headers["Content-Type"] = "application/json"
    if form is not packed.plain:
        headers["Content-Encoding"] = "gzip"
    if request.method == "HEAD":
        return Response(headers=headers | {"Content-Length": str(len(form.body))})
    return Response(form.body, headers=headers)
