"""Paths of the organiser's lists and messages."""

from typing import Annotated, Any

from fastapi import Depends, Header, Response

from guildhall.core.access import Me, may
from guildhall.core.database import Session
from guildhall.core.routing import Router
from guildhall.core.types import Id
from guildhall.domains.events.schemas.organising import MessageCreate, MessageRead, Who
from guildhall.domains.events.service import exporting, messaging

managers = Router(prefix="/events", tags=["events"], dependencies=[Depends(may("manage", "Event"))])
CSV, XLSX = "text/csv; charset=utf-8", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {}, XLSX: {}}, "description": "The list, in the form that `Accept` asks for."}
}


@managers.get("/event-signups/confirmed/{event_id}/csv", response_class=Response, responses=FILES)
async def get_event_csv(
    db: Session, event_id: Id, who: Who = "places", accept: Annotated[str, Header()] = ""
) -> Response:
    form = "xlsx" if XLSX in accept.lower() else "csv"
    file = await exporting.export(db, event_id, who, form)
    headers = {
        "Content-Disposition": f"attachment; filename=event.{form}",
        "Cache-Control": "private, no-store",
        "Vary": "Accept",
    }
    return Response(file, headers=headers, media_type=CSV if form == "csv" else XLSX)


@managers.post("/{event_id}/messages", status_code=201)
async def send_event_message(db: Session, me: Me, event_id: Id, wish: MessageCreate) -> MessageRead:
    """Write to those with a place, to the queue, or to everybody who signed up; by every channel that they want."""
    return await messaging.send(db, me, event_id, wish)


@managers.get("/{event_id}/messages")
async def get_event_messages(db: Session, event_id: Id) -> list[MessageRead]:
    """What was written to those who signed up, the newest first."""
    return await messaging.sent(db, event_id)
