"""The routes of the house itself: the front page, health, version, and three that only tell what one may."""

from typing import Any

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

import guildhall
from guildhall.app import health
from guildhall.core.access import may, member, public, verified
from guildhall.core.manifest import Domain
from guildhall.core.routing import Router
from guildhall.core.settings import settings

everybody = Router(dependencies=[Depends(public)])
house = Router(tags=["house"], dependencies=[Depends(public)])
users = Router(dependencies=[Depends(verified)])
members = Router(dependencies=[Depends(member)])
managers = Router(dependencies=[Depends(may("manage", "Event"))])

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Guildhall</title>
<body style="font-family:sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem;line-height:1.6">
<h1>Guildhall</h1>
<p>The backend of {guild}. It is running, version {version}.</p>
<ul>{links}</ul>
"""


def wants_page(request: Request) -> bool:
    """Whether a browser asks, for a person, and not a client for data."""
    return "text/html" in request.headers.get("accept", "")


@everybody.get("/", response_model=dict[str, str])
async def hello_route(request: Request) -> Response:
    """That the house stands: a small page for a browser, a message for a client."""
    if not wants_page(request):
        return JSONResponse({"message": "Guildhall is running"})
    now = settings()
    links = {"/health/ready": "Health", "/version": "Version", "/openapi.json": "OpenAPI document"}
    if now.environment != "production":
        links = {"/docs": "API documentation"} | links
    if now.is_development:
        links |= {"/dev/mailbox": "Development mailbox"}
    listed = "".join(f'<li><a href="{path}">{name}</a></li>' for path, name in links.items())
    return HTMLResponse(PAGE.format(guild=now.guild_name_sv, version=guildhall.__version__, links=listed))


@users.get("/user-only")
async def user_only() -> dict[str, str]:
    return {"message": "You are signed in"}


@members.get("/member-only")
async def member_only() -> dict[str, str]:
    return {"message": "You are a member"}


@managers.get("/manage-event-only")
async def permission_route() -> dict[str, str]:
    return {"message": "You may manage events"}


@house.get("/health/live")
async def live() -> dict[str, str]:
    """That the process answers."""
    return {"status": "ok"}


@house.get("/health/ready", responses={503: {"description": "Not ready; says what is wrong"}})
async def ready(request: Request, response: Response) -> dict[str, Any]:
    """That the database answers and is migrated as far as this code is, and that files can be kept."""
    findings = await health.examine(request.app.state.database)
    is_ready = all(finding == "ok" for finding in findings.values())
    response.status_code = 200 if is_ready else 503
    return {"status": "ok" if is_ready else "not ready", **findings}


@house.get("/version")
async def version() -> dict[str, str]:
    """Which Guildhall this is."""
    return {"version": guildhall.__version__, "environment": settings().environment}


domain = Domain(name="front", routers=(everybody, house, users, members, managers))
