"""Paths of tickets and the door."""

from typing import Any

from fastapi import Depends, Response

from guildhall.core.access import Me, may, member
from guildhall.core.database import Session
from guildhall.core.routing import Router
from guildhall.core.types import Id
from guildhall.domains.events.rules import qr
from guildhall.domains.events.schemas.organising import AttendanceRead, CheckInWish, ScanRead, TicketRead
from guildhall.domains.events.service import admitting

members = Router(prefix="/event-signup", tags=["event signup"], dependencies=[Depends(member)])
managers = Router(prefix="/events", tags=["events"], dependencies=[Depends(may("manage", "Event"))])
HEADERS = {"Cache-Control": "private, no-store"}


def _image(kind: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {kind: {}}, "description": "The ticket's QR code."}}


@members.get("/{event_id}/ticket")
async def get_my_ticket(db: Session, me: Me, event_id: Id) -> TicketRead:
    """My ticket for an event at which I have a place."""
    return await admitting.ticket(db, me, event_id)


@members.get("/{event_id}/ticket.svg", response_class=Response, responses=_image("image/svg+xml"))
async def get_my_ticket_svg(db: Session, me: Me, event_id: Id) -> Response:
    """My ticket as a QR code that can be as large as one likes."""
    ticket = await admitting.ticket(db, me, event_id)
    return Response(qr.svg(ticket.code), headers=HEADERS, media_type="image/svg+xml")


@members.get("/{event_id}/ticket.png", response_class=Response, responses=_image("image/png"))
async def get_my_ticket_png(db: Session, me: Me, event_id: Id) -> Response:
    """My ticket as a QR code."""
    ticket = await admitting.ticket(db, me, event_id)
    return Response(qr.png(ticket.code), headers=HEADERS, media_type="image/png")


@managers.post("/{event_id}/check-in")
async def check_in(db: Session, me: Me, event_id: Id, wish: CheckInWish) -> list[ScanRead]:
    """Check in those whose tickets were scanned, also a while ago by a scanner that was offline; again is the same."""
    return await admitting.check_in(db, me, event_id, wish)


@managers.delete("/{event_id}/check-in/{user_id}", status_code=204)
async def undo_check_in(db: Session, event_id: Id, user_id: Id) -> None:
    """Take a check-in back."""
    await admitting.undo(db, event_id, user_id)


@managers.get("/{event_id}/attendance")
async def get_attendance(db: Session, event_id: Id) -> AttendanceRead:
    """Everybody with a place, and who of them came; a scanner that goes offline can do with this list."""
    return await admitting.attendance(db, event_id)
