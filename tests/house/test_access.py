"""Who may enter: the committed table is the truth, and no route is open by oversight."""

from pathlib import Path
from typing import Annotated

import pytest
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from starlette.routing import Route

from guildhall.app.tables import access_table, public_routes
from guildhall.core.access import may, member, refuse_unguarded

ROOT = Path(__file__).parents[2]
REASONS = Path(__file__).with_name("public_routes.txt")


def test_the_access_table_in_the_docs_is_what_the_code_does(closed_app: FastAPI) -> None:
    written = (ROOT / "docs/access.md").read_text()
    assert written == access_table(closed_app), "run: ./guildhall access > docs/access.md"


def test_every_public_route_stands_in_the_list_with_a_reason(closed_app: FastAPI) -> None:
    reasons = dict(line.split(": ", 1) for line in REASONS.read_text().splitlines() if line)
    assert set(reasons) == public_routes(closed_app)
    assert all(len(reason) > 10 for reason in reasons.values())


def test_a_route_without_a_word_of_access_does_not_start() -> None:
    app, router = FastAPI(), APIRouter()

    @router.get("/open")
    async def forgotten() -> None: ...

    app.include_router(router)
    with pytest.raises(RuntimeError, match="GET /open"):
        refuse_unguarded(app)


def test_a_page_of_the_framework_is_no_way_around() -> None:
    async def page(_: Request) -> Response:
        return Response()

    with pytest.raises(RuntimeError, match="GET /page"):
        refuse_unguarded(FastAPI(routes=[Route("/page", page)]))


def test_a_word_in_the_function_instead_of_the_router_does_not_count() -> None:
    router = APIRouter()

    @router.get("/hidden")
    async def hidden(_: Annotated[None, Depends(member)]) -> None: ...

    with pytest.raises(RuntimeError, match="GET /hidden"):
        refuse_unguarded(router)


def test_the_same_permission_is_the_same_word() -> None:
    assert may("manage", "Car") is may("manage", "Car")
