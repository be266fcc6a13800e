"""Routes that no guild has: pictures that belong to nobody, for everybody and for members."""

from fastapi import Depends, Request
from sqlalchemy import bindparam, select
from starlette.responses import Response

from guildhall.core.access import Access, member, public
from guildhall.core.looking import seeing
from guildhall.core.routing import Router
from guildhall.core.types import Id
from guildhall.shared.pictures.models import Picture
from guildhall.shared.pictures.routes import Size, number, show, wanted
from guildhall.shared.pictures.service.sights import with_rendition

PICTURE = with_rendition(select(Picture.id.label("shown_id")).where(Picture.id == bindparam("number")), Picture.id)


def rooms(prefix: str, who: Access) -> Router:
    """A room whose walls are full of pictures, for those who may enter."""
    looking = seeing(who, PICTURE, lambda request: wanted(request, number=number(request, "number")))
    room = Router(prefix=prefix, dependencies=[Depends(looking)])

    @room.get("/{number}/{size}")
    async def get_sized(request: Request, number: Id, size: Size) -> Response:  # pyright: ignore[reportUnusedFunction]
        return await show(request)

    @room.get("/{number}")
    async def get_whole(request: Request, number: Id) -> Response:  # pyright: ignore[reportUnusedFunction]
        return await show(request, cache_control="public, max-age=60")

    return room


def kept(prefix: str) -> Router:
    """A room with what was uploaded, as it came."""
    looking = seeing(member, PICTURE, lambda request: wanted(request, raw=True, number=number(request, "number")))
    room = Router(prefix=prefix, dependencies=[Depends(looking)])

    @room.get("/{number}")
    async def get_raw(request: Request, number: Id) -> Response:  # pyright: ignore[reportUnusedFunction]
        return await show(request)

    return room


def house() -> Router:
    """All of them."""
    whole = Router()
    for room in (rooms("/street", public), rooms("/hall", member), kept("/archive")):
        whole.include_router(room)
    return whole
