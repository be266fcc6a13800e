"""The page on which anybody checks a draw in their own browser. It is one file, and works offline as well."""

import re
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from fastapi import Depends
from fastapi.responses import HTMLResponse

from guildhall.core.access import public
from guildhall.core.routing import Router
from guildhall.core.types import Id

everybody = Router(prefix="/events", tags=["events"], dependencies=[Depends(public)])
TEMPLATE = Path(__file__).parent / "templates/verify_draw.html"


@dataclass(frozen=True)
class Page:
    """A page of ours, and the headers to send it with."""

    text: str
    headers: dict[str, str]


@cache
def verify_draw_page() -> Page:
    """The page, with headers under which its own script and style run, and nothing else does.

    It speaks to nobody but this server, and only when its button is pressed.
    """
    text = TEMPLATE.read_text(encoding="utf-8")
    policy = (
        f"default-src 'none'; script-src {_hash_of('script', text)}; style-src {_hash_of('style', text)}; "
        "connect-src 'self'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-cache",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    return Page(text, headers)


def _hash_of(tag: str, text: str) -> str:
    """The one inline element of this kind, as a policy names it."""
    (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"


@everybody.get("/{event_id}/draw/verify", response_class=HTMLResponse)
async def verify_draw(event_id: Id) -> HTMLResponse:
    """A page that draws again from the proof, in the browser."""
    page = verify_draw_page()
    return HTMLResponse(page.text, headers=page.headers)
