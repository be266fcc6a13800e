"""The development mailbox: what was mailed, to read in a browser or with curl. Not there elsewhere."""

from collections.abc import Sequence
from datetime import datetime

import jinja2
from fastapi import Depends, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.responses import HTMLResponse, JSONResponse

from guildhall.app.front import wants_page
from guildhall.core.access import public
from guildhall.core.database import Session
from guildhall.core.routing import Router
from guildhall.core.settings import settings
from guildhall.core.types import Note320, Wire
from guildhall.platform.mail import reading
from guildhall.platform.mail.models import Status

router = Router(prefix="/dev", tags=["house"], dependencies=[Depends(public)])

PAGE = jinja2.Environment(autoescape=True).from_string("""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Mailbox</title>
<body style="font-family:sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem">
<h1>Mailbox</h1>
<p>{{ mails|length }} mail{{ "" if mails|length == 1 else "s" }}, newest first. {{ fate }}</p>
{% for mail in mails %}
<details><summary><b>{{ mail.subject }}</b> to {{ mail.to }}, {{ mail.created_at.strftime("%Y-%m-%d %H:%M:%S") }} UTC,
{{ mail.status }}{{ ": " + mail.error if mail.error }}</summary>
<iframe sandbox srcdoc="{{ mail.html }}" style="width:100%;height:24rem;border:1px solid #ccc"></iframe>
</details>
{% else %}<p>No mail yet.</p>{% endfor %}
""")


class MailRead(Wire):
    id: int
    to: str
    subject: str
    text: str
    html: str
    created_at: datetime
    status: Status
    error: str | None


@router.get("/mailbox", response_model=list[MailRead])
async def get_mailbox(db: Session, request: Request, to: Note320 | None = None) -> Response:
    """What was mailed, newest first."""
    mails = _readable(await reading.mailbox(db, to))
    if not wants_page(request):
        return JSONResponse(jsonable_encoder(mails))
    fate = "They are handed over to GUILDHALL_SMTP_URL." if settings().relay else "Nothing leaves this machine."
    return HTMLResponse(PAGE.render(mails=mails, fate=fate))


def _readable(mails: Sequence[object]) -> list[MailRead]:
    return [MailRead.model_validate(written) for written in mails]
