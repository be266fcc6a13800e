"""The page behind the link in every mail: no more mails of this kind. Reading it changes nothing; its button does."""

from html import escape
from typing import Annotated, Any

from fastapi import Depends, Query
from fastapi.responses import HTMLResponse

from guildhall.core.access import public
from guildhall.core.database import Session
from guildhall.core.manifest import NoticeKind
from guildhall.core.routing import Router
from guildhall.shared.notifications.service import unsubscribing

TAGS: list[Any] = ["notifications"]
letters = Router(prefix="/notifications", tags=TAGS, dependencies=[Depends(public)])
Token = Annotated[str, Query(max_length=1000)]

PAGE = """<!doctype html>
<html lang="sv"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<body style="font-family:sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem;line-height:1.5">
{content}
"""
QUESTION = """<h1>Inga fler mail?</h1>
<p>Mail om <b>{sv}</b> skickas inte längre till dig om du trycker på knappen. I appen och på sajten finns notiserna
kvar.
<p lang="en">Mails about <b>{en}</b> will not be sent to you any more when you press the button. The notifications stay
in the app and on the site.
<form method="post"><button style="font:inherit;padding:.5rem 1rem">Inga fler mail / <span lang="en">No more mails
</span></button></form>"""
ANSWER = """<h1>Klart</h1>
<p>Du får inga fler mail om <b>{sv}</b>. Du kan ändra dig under inställningarna för notiser.
<p lang="en">Done. You get no more mails about <b>{en}</b>. You can change your mind in the settings for
notifications."""
# The address is a key: it is neither kept nor passed on, and nothing but this page's own form uses it.
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
}


def _page(title: str, content: str, kind: NoticeKind) -> HTMLResponse:
    told = content.format(sv=escape(kind.sv), en=escape(kind.en))
    return HTMLResponse(PAGE.format(title=title, content=told), headers=HEADERS)


@letters.get("/unsubscribe", response_class=HTMLResponse)
async def show_unsubscribe(token: Token) -> HTMLResponse:
    """Ask whether no more mails of a kind are wanted."""
    return _page("Inga fler mail?", QUESTION, unsubscribing.kind_of(token))


@letters.post("/unsubscribe", response_class=HTMLResponse)
async def unsubscribe(db: Session, token: Token) -> HTMLResponse:
    """No more mails of a kind; also what a mail program does by itself (RFC 8058)."""
    return _page("Klart", ANSWER, await unsubscribing.unsubscribe(db, token))
