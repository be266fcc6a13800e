"""Showing pictures. There is no router here: owners have paths of their own, and say who may look.

>>> PICTURE = with_rendition(select(AlbumPicture.id.label("shown_id")).where(...), AlbumPicture.picture_id)
>>> looking = seeing(member, PICTURE, lambda request: wanted(request, img_id=number(request, "img_id")))
>>> async def get_image(request: Request, img_id: Id, size: Size) -> Response: return await show(request)
"""

import re
from typing import Any

from fastapi import Request
from sqlalchemy import bindparam, select
from starlette.responses import Response

from guildhall.core.database import Database
from guildhall.core.glances import Glance
from guildhall.core.looking import sight
from guildhall.core.types import INT32
from guildhall.platform.storage.serving import Sent, answer, described
from guildhall.shared.pictures.errors import PictureNotFound
from guildhall.shared.pictures.models import Picture, Size
from guildhall.shared.pictures.service.demand import Demand
from guildhall.shared.pictures.service.sights import with_rendition

__all__ = ["PICTURE", "Size", "number", "show", "wanted"]

PICTURE = described("The picture", "image/*")

ORIGINAL: Size = "original"
_NUMBER = re.compile(r"[0-9]{1,10}", re.ASCII)
_WEBP = re.compile(r"image/webp\s*(;|,|$)(?!\s*q=0(\.0*)?\s*(,|$))")
_shown = Glance(
    with_rendition(select(Picture.id.label("shown_id")).where(Picture.id == bindparam("shown")), Picture.id)
)


def wanted(request: Request, **more: Any) -> dict[str, Any]:
    """The parameters for `with_rendition`, and those of the owner's own statement.

    The size is that of the path, or the original; WebP is for clients that name it. `raw=True` is for the original
    as it was uploaded.
    """
    webp = _WEBP.search(request.headers.get("accept", "")) is not None
    return {"size": request.path_params.get("size", ORIGINAL), "webp": webp, "raw": False} | more


def number(request: Request, name: str) -> int:
    """A number of the path; -1 when it is none: nothing is found then, and the framework says what is wrong."""
    written = str(request.path_params.get(name))
    value = int(written) if _NUMBER.fullmatch(written) else -1
    return value if value <= INT32 else -1


async def show(request: Request, *, cache_control: str = "private, no-cache") -> Response:
    """Send the rendition that the word of the route has found; made now, if it is the first time anybody asks.

    Raises PictureNotFound when there is no such picture, also for one that could not be developed.
    """
    row = sight(request).row
    if row is None or row.picture_id is None:
        raise PictureNotFound
    found = row if row.kind is not None else await _developed(request, row.picture_id)
    sent = Sent(found.kind, found.sha256, found.size, found.content_type)
    return await answer(request, sent, cache_control=cache_control, vary="Accept")


async def _developed(request: Request, picture_id: int) -> Any:
    database: Database = request.app.state.database
    demand: Demand = request.app.state.demand
    await demand.develop(database, picture_id)
    found = await database.glances.first(_shown, wanted(request, shown=picture_id))
    row: Any = found and _shown.row._make(found)
    if row is None or row.kind is None:
        raise PictureNotFound
    return row
