"""Paths of events."""

from functools import partial
from typing import Annotated

from fastapi import Depends, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import Integer, bindparam, select

from guildhall.core.access import may, public
from guildhall.core.database import Session
from guildhall.core.event_streams import EventStream, described
from guildhall.core.limits import RateLimit
from guildhall.core.looking import Shown, seeing
from guildhall.core.routing import Router
from guildhall.core.types import Id, UtcMoment
from guildhall.core.uploads import Upload
from guildhall.domains.events.models import Event
from guildhall.domains.events.schemas import AddEventTag, EventCreate, EventRead, EventTagRead, EventUpdate
from guildhall.domains.events.service import arranging, reading, showing
from guildhall.platform.shelves import DESCRIBED
from guildhall.shared.pictures.routes import PICTURE, Size, number, show, wanted
from guildhall.shared.pictures.service.sights import with_rendition

manages = may("manage", "Event")
everybody = Router(prefix="/events", tags=["events"], dependencies=[Depends(public)])
managers = Router(prefix="/events", tags=["events"], dependencies=[Depends(manages)])
_seen = with_rendition(
    select(Event.id.label("event_id")).where(Event.id == bindparam("event_id", type_=Integer)), Event.picture_id
)
_looks = seeing(manages, _seen, lambda request: wanted(request, event_id=number(request, "event_id")))
From = Annotated[UtcMoment | None, Query(alias="from", description="Only what ends after this moment.")]
To = Annotated[UtcMoment | None, Query(alias="to", description="Only what begins before this moment.")]
_seldom = RateLimit("rate_limit_pictures")
viewers = Router(prefix="/events", tags=["events"], dependencies=[Depends(_looks)], route_class=Shown)


@everybody.head("/", include_in_schema=False)
@everybody.get("/", response_model=list[EventRead], responses=DESCRIBED)
async def get_all_events(
    request: Request, start: From = None, end: To = None, tag: Id | None = None, council: Id | None = None
) -> Response:
    wanted = showing.Wanted(start, end, tag, council)
    return await showing.EVENTS.answer(request, wanted, wanted.as_json)


@everybody.get("/priorities")
async def get_event_priorities(db: Session) -> list[str]:
    return await reading.priorities(db)


@everybody.get("/get-event-tags/{event_id}")
async def get_event_tags(db: Session, event_id: Id) -> list[EventTagRead]:
    event = await reading.get(db, event_id)
    return [EventTagRead(event=event) for _ in event.tags]


@everybody.head("/{eventId}", include_in_schema=False)
@everybody.get("/{eventId}", response_model=EventRead, responses=DESCRIBED)
async def get_single_event(request: Request, event_id: Annotated[Id, Path(alias="eventId")]) -> Response:
    return await showing.EVENTS.answer(request, event_id, partial(reading.as_json, event_id=event_id))


SEATS = 'event: seats\ndata: {"signup_count":17,"max_event_users":60,"places_given":null}\n\n'


@everybody.get("/{event_id}/seats", response_class=StreamingResponse, responses=described(SEATS))
async def stream_event_seats(request: Request, event_id: Id) -> StreamingResponse:
    """How full an event is, now and whenever that changes: server-sent events `seats`, and `gone` at its end."""
    watchers: showing.Watchers = request.app.state.watchers
    watchers.refuse_too_many()
    await watchers.seats(event_id)
    return EventStream(watchers.watch(event_id))


@managers.post("/")
async def create_event(db: Session, wish: EventCreate) -> EventRead:
    return await reading.get(db, (await arranging.create(db, wish)).id)


@managers.post("/add-tag")
async def add_tag_to_event(db: Session, wish: AddEventTag) -> AddEventTag:
    await arranging.add_tag(db, wish)
    return wish


@managers.patch("/{event_id}")
async def event_update(db: Session, event_id: Id, wish: EventUpdate) -> EventRead:
    await arranging.change(db, event_id, wish)
    return await reading.get(db, event_id)


@managers.delete("/{event_id}")
async def event_remove(db: Session, event_id: Id) -> EventRead:
    return await arranging.remove(db, event_id)


@managers.delete("/{event_id}/tags/{tag_id}", status_code=204)
async def remove_tag_from_event(db: Session, event_id: Id, tag_id: Id) -> None:
    """Take a tag from an event."""
    await arranging.remove_tag(db, event_id, tag_id)


@managers.post("/{event_id}/image", dependencies=[Depends(_seldom)])
async def post_event_image(db: Session, event_id: Id, image: Upload) -> None:
    await arranging.set_picture(db, event_id, image.received)


@managers.delete("/{event_id}/image", status_code=204)
async def remove_event_image(db: Session, event_id: Id) -> None:
    """Leave an event without a picture."""
    await arranging.remove_picture(db, event_id)


@viewers.head("/{event_id}/image/stream", include_in_schema=False)
@viewers.get("/{event_id}/image/stream", responses=PICTURE)
async def get_event_image_stream(request: Request, event_id: Id) -> Response:
    return await show(request)


@viewers.head("/{event_id}/image/{size}", include_in_schema=False)
@viewers.get("/{event_id}/image/{size}", responses=PICTURE)
async def get_event_image(request: Request, event_id: Id, size: Size) -> Response:
    return await show(request)
