"""What a client says of itself before it is answered: what it has already, and whether it takes gzip."""

import re
from functools import lru_cache

from starlette.requests import Request

_WEIGHT = re.compile(r"q\s*=\s*([01](?:\.[0-9]{0,3})?)", re.ASCII | re.IGNORECASE)


def is_known(request: Request, etag: str) -> bool:
    """Whether the client has what is known by this ETag (with its quotes), so that 304 is the answer."""
    lines = request.headers.getlist("if-none-match")
    return any(one.strip().removeprefix("W/") in (etag, "*") for line in lines for one in line.split(","))


def takes_gzip(request: Request) -> bool:
    """Whether gzip is a good way to send something to the client; not so when it says nothing."""
    said = ",".join(request.headers.getlist("accept-encoding"))
    return _prefers_gzip(said) if len(said) < 200 else False


@lru_cache(maxsize=100)
def _prefers_gzip(said: str) -> bool:
    weights = dict(_weighed(one) for one in said.lower().split(","))
    of_gzip = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    return of_gzip > 0 and of_gzip >= weights.get("identity", 0.0)


def _weighed(one: str) -> tuple[str, float]:
    name, _, parameters = one.partition(";")
    weight = _WEIGHT.search(parameters)
    return name.strip(), float(weight[1]) if weight else 1.0
