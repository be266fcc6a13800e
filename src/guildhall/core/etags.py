"""ETags: answers that a client has already need not be sent again."""

from starlette.requests import Request


def is_known(request: Request, etag: str) -> bool:
    """Whether the client says (`If-None-Match`) that it has what this ETag, with its quotes, stands for."""
    lines = request.headers.getlist("if-none-match")
    return any(one.strip().removeprefix("W/") in (etag, "*") for line in lines for one in line.split(","))
