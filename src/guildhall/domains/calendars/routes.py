"""Paths of calendars."""

import hashlib
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response

from guildhall.core.access import Me, public, verified
from guildhall.core.conditional import is_known
from guildhall.core.database import Session
from guildhall.core.errors import PROBLEM
from guildhall.core.language import Language, preferred
from guildhall.core.limits import RateLimit
from guildhall.core.routing import Router
from guildhall.core.types import Id
from guildhall.domains.calendars.schemas import CalendarFeedCreate, CalendarFeedCreated, CalendarFeedRead
from guildhall.domains.calendars.service import feeds, reading
from guildhall.shared.users import service as users

Answers = dict[int | str, dict[str, Any]]
TAGS: list[Any] = ["calendars"]
# Programs fetch all day long, many of them from one address: only a flood is too often. Feeds are not counted, because
# each path would be remembered, and anybody can make up paths. Guessing a key is hopeless anyway.
_flood, _seldom = Depends(RateLimit("rate_limit_refresh")), Depends(RateLimit("rate_limit_auth"))
files = Router(prefix="/calendar", tags=TAGS, dependencies=[Depends(public)])
mine = Router(prefix="/calendar/me", tags=TAGS, dependencies=[Depends(verified)])
Lang = Annotated[Language | None, Query(description="The language of the texts")]
_PROBLEM = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
NOT_THERE: Answers = {404: {"description": "Not there", "content": _PROBLEM}}
TOO_OFTEN: Answers = {429: {"description": "Too often", "content": _PROBLEM}}
FILE: Answers = {
    200: {"description": "The calendar (RFC 5545)", "content": {"text/calendar": {"schema": {"type": "string"}}}},
    304: {"description": "The client has it"},
    **NOT_THERE,
}


@files.get("/public.ics", response_class=Response, responses=FILE | TOO_OFTEN, dependencies=[_flood])
@files.head("/public.ics", include_in_schema=False, dependencies=[_flood])
async def get_public_calendar(
    request: Request, db: Session, lang: Lang = None, council: Id | None = None, tag: Id | None = None
) -> Response:
    """What the guild does, for calendar programs; `council` and `tag` narrow it. Without `lang`, by Accept-Language."""
    language = lang or preferred(request.headers.get("accept-language"))
    answer = _send(request, await reading.public(db, language, council, tag), "public, max-age=300")
    answer.headers["Vary"] = "Accept-Language"
    return answer


@files.get("/{token}.ics", response_class=Response, responses=FILE)
@files.head("/{token}.ics", include_in_schema=False)
async def get_personal_calendar(request: Request, db: Session, token: str, lang: Lang = None) -> Response:
    """A member's own calendar, for calendar programs. The address is the key; `lang` overrides its language."""
    owner = await feeds.opened_by(db, token)
    # To be asked for each time: who has revoked the key means at once.
    answer = _send(request, await reading.personal(db, owner, lang or owner.language), "private, no-cache")
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _send(request: Request, file: bytes, cache_control: str) -> Response:
    etag = f'"{hashlib.sha256(file).hexdigest()}"'
    headers = {"ETag": etag, "Cache-Control": cache_control, "X-Content-Type-Options": "nosniff"}
    if is_known(request, etag):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = 'inline; filename="calendar.ics"'
    return Response(file, headers=headers, media_type="text/calendar; charset=utf-8")


@mine.get("")
async def get_calendar_feed(db: Session, me: Me) -> CalendarFeedRead:
    """Whether I have a calendar feed, since when, and when it was fetched last."""
    return await feeds.read(db, me)


@mine.post("", dependencies=[_seldom], responses=TOO_OFTEN)
async def create_calendar_feed(
    request: Request, db: Session, me: Me, wish: CalendarFeedCreate | None = None
) -> CalendarFeedCreated:
    """Make my calendar feed, or make it anew: then the old address ends. The address is told only now."""
    chosen = (wish and wish.language) or (await users.get(db, me.id)).language
    return await feeds.make(db, me, chosen or preferred(request.headers.get("accept-language")))


@mine.delete("", status_code=204, responses=NOT_THERE)
async def remove_calendar_feed(db: Session, me: Me) -> None:
    """End my calendar feed."""
    await feeds.revoke(db, me)
