"""Routes that are found by the first segment of a path, and by the prefix of their router."""

import httpx2
from fastapi import FastAPI

from guildhall.core.doors import open_doors
from guildhall.core.routing import Router


async def answer(path: str, method: str = "GET") -> tuple[int, object]:
    """What three routers answer, two of which share the beginning of their prefix."""
    app = FastAPI()
    open_doors(app)
    for prefix in ("/car", "/car/block", "/cartoons"):
        router = Router(prefix=prefix)
        router.add_api_route("/{name}", lambda name, prefix=prefix: f"{prefix} {name}", response_model=None)
        router.add_api_route("/", lambda prefix=prefix: prefix, response_model=None)
        app.include_router(router)
    app.add_api_route("/{name}/of/{owner}", lambda name, owner: f"{name} of {owner}", response_model=None)
    client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://guild.test")
    async with client:
        got = await client.request(method, path)
    return got.status_code, got.headers.get("location") or got.json()


async def test_a_path_finds_the_router_whose_prefix_it_has() -> None:
    assert await answer("/cartoons/tom") == (200, "/cartoons tom")
    assert await answer("/car/7") == (200, "/car 7")


async def test_a_longer_prefix_is_found_behind_a_shorter_one() -> None:
    assert await answer("/car/block/7") == (200, "/car/block 7")


async def test_a_path_without_its_slash_is_still_sent_on() -> None:
    assert await answer("/cartoons") == (307, "http://guild.test/cartoons/")


async def test_a_path_of_nobody_is_not_there_and_a_wrong_method_is_told() -> None:
    assert (await answer("/bus"))[0] == 404
    assert (await answer("/car/7", "DELETE"))[0] == 405


async def test_a_route_that_begins_with_a_parameter_takes_any_beginning() -> None:
    assert await answer("/car/of/anna") == (200, "car of anna")
    assert await answer("/bike/of/anna") == (200, "bike of anna")


async def test_a_route_that_is_added_later_is_found() -> None:
    app = FastAPI()
    open_doors(app)
    client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://guild.test")
    async with client:
        assert (await client.get("/late")).status_code == 404
        app.add_api_route("/late", lambda: "here", response_model=None)
        assert (await client.get("/late")).json() == "here"
