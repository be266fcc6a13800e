"""The routes that are measured, and what was promised for some of them."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count, repeat

from bench.client import Requests, request
from guildhall.core import clock

PICTURE = "/img/images/1/small"  # the first of the demo guild


@dataclass(frozen=True)
class Route:
    """A kind of request. `requests(token, cookie)` makes them; `target` is the promise in requests per second.

    `status` is that of a good answer.
    """

    label: str
    requests: Callable[[str, str], Requests]
    target: int = 0
    status: int = 200


def _get(path: str, target: int = 0) -> Route:
    label = f"GET {path}"
    return Route(label, lambda token, _cookie: repeat(request("GET", path, token)), target)


def _known(token: str, _cookie: str) -> Requests:
    return repeat(request("GET", PICTURE, token, headers=["If-None-Match: *"]))


def _known_events(_token: str, _cookie: str) -> Requests:
    return repeat(request("GET", "/events/", headers=["If-None-Match: *"]))


def _packed_events(_token: str, _cookie: str) -> Requests:
    return repeat(request("GET", "/events/", headers=["Accept-Encoding: gzip"]))


def _events_anew(_token: str, _cookie: str) -> Iterator[bytes]:
    """All events, each time by another filter, so that nothing is kept of them."""
    for second in count():
        path = f"/events/?from=2001-01-01T00:00:00.{second % 1_000_000:06}Z"
        yield request("GET", path, headers=["Accept-Encoding: gzip"])


def _refresh(_token: str, cookie: str) -> Requests:
    return repeat(request("POST", "/auth/refresh", cookie=cookie))


_hours = count(1_000)  # from now; every booking of a run has a slot of its own


def bookings(token: str, _cookie: str) -> Iterator[bytes]:
    """Bookings of the car, one after the other, for ever."""
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    for hour in _hours:
        start = now + timedelta(hours=hour)
        yield request("POST", "/car/", token, body=booking(start.isoformat(), (start + timedelta(hours=1)).isoformat()))


def booking(start: str, end: str) -> bytes:
    """A wish for the car, from when until when."""
    return json.dumps({"description": "bench", "start_time": start, "end_time": end, "personal": True}).encode()


# What writes stands last, so that it does not change what is read.
ROUTES = (
    _get("/users/me", target=400),
    _get("/car/", target=80),
    _get("/users/admin/all/"),
    _get(PICTURE, target=1500),
    Route(f"GET {PICTURE}, which the client has", _known, target=3000, status=304),
    Route("GET /events/, 300 of them, made anew", _events_anew, target=120),
    Route("GET /events/, packed", _packed_events, target=2500),
    Route("GET /events/, which the client has", _known_events, target=2500, status=304),
    _get("/users/search/?name=alva"),
    _get("/posts/"),
    _get("/"),
    Route("POST /auth/refresh", _refresh),
    Route("POST /car/", bookings),
)


def chosen(words: Sequence[str]) -> list[Route]:
    """The routes whose label contains one of the words; all without words."""
    return [route for route in ROUTES if not words or any(word in route.label for word in words)]
