"""Paths of the gallery.

The routers that show pictures find out who looks and what is there in one statement. Those that take pictures in ask
who may before they read what was sent.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from starlette.responses import Response

from guildhall.core.access import Me, may, member, verified, who
from guildhall.core.database import Database, Session, release
from guildhall.core.event_streams import STILL_HERE, EventStream, described
from guildhall.core.language import preferred
from guildhall.core.looking import Shown, seeing, sight
from guildhall.core.paging import Limit, Offset
from guildhall.core.routing import Router
from guildhall.core.types import Id, Storable
from guildhall.core.uploads import Upload, files_of
from guildhall.domains.gallery.rules import MOST_FILES
from guildhall.domains.gallery.schemas import (
    AlbumCreate,
    AlbumPatch,
    AlbumPhotographerAdd,
    AlbumPicturesRead,
    AlbumRead,
    HideWishCreate,
    HideWishDecide,
    HideWishRead,
    PhotoConsentsRead,
    ProgressRead,
    UploadRead,
)
from guildhall.domains.gallery.service import (
    albums,
    bulk,
    hiding,
    packing,
    photographers,
    progress,
    reading,
    uploading,
)
from guildhall.domains.gallery.service import seeing as sights
from guildhall.platform.live import Live
from guildhall.platform.storage.serving import disposition
from guildhall.shared.pictures.routes import PICTURE, Size, number, show, wanted

PICTURES = "/albums/{album_id}/pictures"
IMG: list[Any] = ["img"]
ALBUMS: list[Any] = ["albums"]


def _picture(request: Request) -> dict[str, Any]:
    return wanted(request, img_id=number(request, "img_id"))


def _raw_picture(request: Request) -> dict[str, Any]:
    return _picture(request) | {"raw": True}


def _album(request: Request) -> dict[str, Any]:
    return {"album_id": number(request, "album_id")}


shown = Router(
    prefix="/img", tags=IMG, dependencies=[Depends(seeing(member, sights.PICTURE, _picture))], route_class=Shown
)
raw = Router(
    prefix="/img", tags=IMG, dependencies=[Depends(seeing(member, sights.PICTURE, _raw_picture))], route_class=Shown
)
listed = Router(prefix="/img", tags=IMG, dependencies=[Depends(seeing(member, sights.IMAGES, _album))])
wishers = Router(prefix="/img", tags=IMG, dependencies=[Depends(member)])
uploaders = Router(prefix="/img", tags=IMG, dependencies=[Depends(may("manage", "Gallery"))])
fillers = Router(prefix="/albums", tags=ALBUMS, dependencies=[Depends(verified)])
keepers = Router(prefix="/albums", tags=ALBUMS, dependencies=[Depends(may("manage", "Gallery"))])
members = Router(prefix="/albums", tags=ALBUMS, dependencies=[Depends(member)])


@shown.head("/images/{img_id}/{size}", include_in_schema=False)
@shown.get("/images/{img_id}/{size}", response_class=Response, responses=PICTURE)
async def get_image(request: Request, img_id: Id, size: Size) -> Response:
    """A picture in a size; as WebP for clients that name it in `Accept`. The original is without metadata."""
    sights.refuse_hidden(sight(request))
    return await show(request)


@shown.head("/stream/{img_id}", include_in_schema=False)
@shown.get("/stream/{img_id}", response_class=Response, responses=PICTURE)
async def get_image_stream(request: Request, img_id: Id) -> Response:
    """The original of a picture, without metadata."""
    sights.refuse_hidden(sight(request))
    return await show(request)


@listed.get("/album/{album_id}")
async def get_album_images(request: Request, album_id: Id) -> list[int]:
    """The ids of an album's pictures, in the order they came."""
    return sights.images(sight(request))


@raw.head("/{img_id}/raw", include_in_schema=False)
@raw.get("/{img_id}/raw", response_class=Response, responses=PICTURE)
async def get_raw_image(request: Request, img_id: Id) -> Response:
    """The file as it was uploaded, with all that the camera wrote; for the album's photographers and keepers."""
    sights.refuse_raw(sight(request))
    return await show(request)


@wishers.post("/{img_id}/hide-wishes", status_code=201)
async def create_hide_wish(db: Session, me: Me, img_id: Id, wish: HideWishCreate) -> HideWishRead:
    """Ask for a picture to be hidden. It is hidden at once, until a keeper decides."""
    return await hiding.get(db, (await hiding.wish(db, me, img_id, wish.reason)).id)


@uploaders.post("/")
async def upload_image(db: Session, me: Me, album_id: Id, file: Upload) -> dict[str, str]:
    """Put one picture into an album."""
    await uploading.add(db, me, album_id, file.received, file.filename)
    return {"message": "File saved successfully"}


@uploaders.delete("/{id}")
async def delete_image(db: Session, id: Id) -> dict[str, str]:
    """Take a picture out of its album."""
    await uploading.remove(db, id)
    return {"message": "File removed successfully"}


FILES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}}},
                }
            }
        },
    }
}


@fillers.post("/{album_id}/pictures", openapi_extra=FILES)
async def upload_pictures(
    request: Request, db: Session, me: Me, album_id: Id, photographer_id: Id | None = None
) -> list[UploadRead]:
    """Put many pictures into an album, each for itself: what became of each stands in the answer, in their order."""
    await bulk.refuse(db, me, album_id, photographer_id)
    await release(db)  # the files may take minutes to come
    language = preferred(request.headers.get("accept-language"))
    database: Database = request.app.state.database
    async with files_of(request, "files", MOST_FILES) as files:
        sent = [(file.filename, file.received) for file in files]
        return await bulk.add_all(database, me, album_id, sent, photographer_id, language)


EVENTS = """event: progress
data: {"total": 120, "ready": 117, "broken": 1}

event: end
retry: 60000
data: {}
"""


@fillers.get("/{album_id}/pictures/progress", response_class=StreamingResponse, responses=described(EVENTS))
async def follow_album_progress(request: Request, db: Session, me: Me, album_id: Id) -> StreamingResponse:
    """How far the renditions of an album's pictures are, until all are made; for its photographers and keepers."""
    news: Live = request.app.state.live
    progress.refuse_when_over(news)
    await photographers.refuse_others(db, me, album_id)
    return EventStream(_progress(request, news, album_id))


async def _progress(request: Request, news: Live, album_id: int) -> AsyncGenerator[bytes]:
    database: Database = request.app.state.database

    async def may_stay() -> bool:
        async with database.transaction() as session:
            return await photographers.is_still_trusted(session, await who(request, session), album_id)

    async with aclosing(progress.follow(database, news, album_id, may_stay)) as counts:
        async for now in counts:
            yield _written(now)
            if now and now.is_over:
                yield format_sse_event(data_str="{}", event="end", retry=60_000)


def _written(now: ProgressRead | None) -> bytes:
    if now is None:
        return STILL_HERE
    return format_sse_event(data_str=now.model_dump_json(), event="progress")


@fillers.get("/photo-consents")
async def get_photo_consents(
    db: Session,
    me: Me,
    name: Annotated[str | None, Query(max_length=200), Storable] = None,
    limit: Limit = 20,
    offset: Offset = 0,
) -> PhotoConsentsRead:
    """Members who do not want to be photographed; for photographers and keepers."""
    return await photographers.refusals_of_consent(db, me, name=name, limit=limit, offset=offset)


@keepers.get("/hide-wishes")
async def get_hide_wishes(db: Session, limit: Limit = 20, offset: Offset = 0) -> list[HideWishRead]:
    """Wishes to have a picture hidden that wait for a decision, the oldest first."""
    return await hiding.open_wishes(db, limit=limit, offset=offset)


@keepers.patch("/hide-wishes/{wish_id}")
async def decide_hide_wish(db: Session, me: Me, wish_id: Id, wish: HideWishDecide) -> HideWishRead:
    """Decide that a picture stays hidden, or is shown."""
    await hiding.decide(db, me, wish_id, wish.decision)
    return await hiding.get(db, wish_id)


@keepers.post("/")
async def create_album(db: Session, wish: AlbumCreate) -> AlbumRead:
    return await reading.album(db, (await albums.create(db, wish)).id)


@keepers.patch("/add_photographer")
async def add_album_photographer(db: Session, wish: AlbumPhotographerAdd) -> AlbumRead:
    await photographers.add(db, wish)
    return await reading.album(db, wish.album_id)


@keepers.patch("/remove_photographer")
async def remove_album_photographer(db: Session, wish: AlbumPhotographerAdd) -> AlbumRead:
    await photographers.remove(db, wish)
    return await reading.album(db, wish.album_id)


@keepers.delete("/year/{year}")
async def delete_album_year(db: Session, year: Id) -> dict[str, str]:
    await albums.delete_year(db, year)
    return {"message": "Year successfully deleted"}


@keepers.delete("/{album_id}")
async def delete_one_album(db: Session, album_id: Id) -> AlbumRead:
    removed = await reading.album(db, album_id)
    await albums.delete(db, album_id)
    return removed


@keepers.patch("/{album_id}")
async def patch_album(db: Session, album_id: Id, wish: AlbumPatch) -> AlbumRead:
    await albums.change(db, album_id, wish)
    return await reading.album(db, album_id)


@members.get("/all")
async def get_albums(db: Session) -> list[AlbumRead]:
    return await reading.all_albums(db)


@members.get("/{album_id}/pictures")
async def get_album_pictures(
    db: Session, me: Me, album_id: Id, limit: Limit = 100, offset: Offset = 0
) -> AlbumPicturesRead:
    """The pictures of an album with what is needed to draw their places, in the order they came."""
    return await reading.pictures(db, me, album_id, limit=limit, offset=offset)


ZIP: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The pictures",
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@members.get("/{album_id}/zip", response_class=StreamingResponse, responses=ZIP)
async def get_album_zip(
    request: Request, db: Session, album_id: Id, size: packing.PackedSize = "original"
) -> StreamingResponse:
    """All pictures of an album that members see, as one ZIP."""
    album = await albums.get(db, album_id)
    pictures = await packing.to_pack(db, album_id, size)
    database: Database = request.app.state.database

    async def develop(picture_id: int) -> None:
        await request.app.state.demand.develop(database, picture_id)

    named = disposition(f"{album.title_sv}.zip", attachment=True, plain=f"{album.folder}.zip")
    headers = {"Cache-Control": "private, no-store", "Content-Disposition": named}
    pieces = packing.packed(database, pictures, size, develop)
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)


@members.get("/{album_id}")
async def get_one_album(db: Session, album_id: Id) -> AlbumRead:
    return await reading.album(db, album_id)
