"""Writing mails: they are queued with what causes them, and delivered after its commit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.core.language import Language
from guildhall.core.settings import settings
from guildhall.platform import jobs
from guildhall.platform.jobs.queue import Wish
from guildhall.platform.mail.models import Mail, Status, new_message_id
from guildhall.platform.mail.rendering import Letter, render

DELIVER, DELIVER_BULK = "mail.deliver", "mail.deliver_bulk"
QUEUE, QUEUE_BULK = "mail", "bulk"
Kind = tuple[Language | None, bool]  # of a letter to many: its language, and whether there is a way out
WAY_OUT = "https://unsubscribe.invalid"  # stands in a letter to many where each has an address of their own

_INSERT = text("""
INSERT INTO mails ("to", language, unsubscribe, message_id, subject, text, html, template, status, attempts, queued_at)
SELECT recipient."to", recipient.language, recipient.unsubscribe, recipient.message_id,
    letter.subject, replace(letter.text, :way_out, coalesce(recipient.unsubscribe, '')),
    replace(letter.html, :way_out, replace(coalesce(recipient.unsubscribe, ''), '&', '&amp;')),
    :template, :status, 0, :now
FROM unnest(CAST(:to AS text[]), CAST(:languages AS text[]), CAST(:unsubscribes AS text[]),
    CAST(:message_ids AS text[])) WITH ORDINALITY AS recipient ("to", language, unsubscribe, message_id, number)
JOIN unnest(CAST(:written_in AS text[]), CAST(:have_way_out AS boolean[]), CAST(:subjects AS text[]),
    CAST(:texts AS text[]), CAST(:htmls AS text[])) AS letter (language, has_way_out, subject, text, html)
    ON letter.language IS NOT DISTINCT FROM recipient.language
    AND letter.has_way_out = (recipient.unsubscribe IS NOT NULL)
ORDER BY recipient.number
RETURNING id, "to"
""")


@dataclass(frozen=True)
class Recipient:
    """One of many who get the same letter. `unsubscribe` is an https address that takes them off the list by POST."""

    to: str
    language: Language | None = None
    unsubscribe: str | None = None


async def write(
    session: AsyncSession,
    to: str,
    template: str,
    *,
    language: Language | None = None,
    unsubscribe: str | None = None,
    **facts: object,
) -> Mail:
    """Write a mail to one address, in one language or in both; it is delivered after the commit, or never.

    `template` is a path below the package (`domains/cars/mails/booked.txt`); `facts` fill it, beside `site` (the
    site's address) and the guild's names and support address. Moments pass through the filter `moment`, which
    writes them on the guild's wall clock. Mails to one address are delivered in the order of writing.
    """
    letter = render(template, language, unsubscribe=_safe(unsubscribe), **facts)
    mail = Mail(
        to=to,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        template=template,
        language=language,
        unsubscribe=unsubscribe,
        status=_first_status(),
    )
    session.add(mail)
    await session.flush()
    if mail.status == "queued":
        await enqueue(session, mail)
    return mail


async def enqueue(session: AsyncSession, mail: Mail) -> None:
    """Let a mail be delivered soon, after what was written to the same address before.

    Letters to many that are among those are delivered soon as well: a new password must not wait for a whole queue.
    """
    await jobs.hurry(session, line(mail.to), QUEUE)
    await jobs.enqueue(session, DELIVER, line=line(mail.to), mail_id=mail.id)


async def write_many(session: AsyncSession, recipients: Sequence[Recipient], template: str, **facts: object) -> None:
    """Write one letter to many, each in their language and with a way out of their own: in two statements.

    It is rendered once for each language. The letters have a queue of their own, so that the mails of `write` do not
    wait for them all; to each address both come in the order of writing.
    """
    if not recipients:
        return
    kinds: set[Kind] = {(each.language, each.unsubscribe is not None) for each in recipients}
    letters = {kind: render(template, kind[0], unsubscribe=WAY_OUT if kind[1] else None, **facts) for kind in kinds}
    status = _first_status()
    values = _columns(recipients, letters) | {"template": template, "status": status, "now": clock.now()}
    rows = (await session.execute(_INSERT, values)).all()
    if status == "queued":
        wishes = [Wish({"mail_id": row.id}, line(row.to)) for row in sorted(rows, key=lambda row: row.id)]
        await jobs.enqueue_many(session, DELIVER_BULK, wishes)


def _columns(recipients: Sequence[Recipient], letters: Mapping[Kind, Letter]) -> dict[str, object]:
    return {
        "to": [each.to for each in recipients],
        "languages": [each.language for each in recipients],
        "unsubscribes": [_safe(each.unsubscribe) for each in recipients],
        "message_ids": [new_message_id() for _ in recipients],
        "written_in": [language for language, _ in letters],
        "have_way_out": [has_way_out for _, has_way_out in letters],
        "way_out": WAY_OUT,
        "subjects": [letter.subject for letter in letters.values()],
        "texts": [letter.text for letter in letters.values()],
        "htmls": [letter.html for letter in letters.values()],
    }


def line(to: str) -> str:
    """The line in which mails to one address are delivered one after the other."""
    return f"mail:{to.lower()}"


def _first_status() -> Status:
    return "queued" if settings().relay else "kept"


def _safe(unsubscribe: str | None) -> str | None:
    # It becomes a header as it is.
    is_address = unsubscribe is None or (unsubscribe.isascii() and unsubscribe.startswith(("https://", "http://")))
    if not is_address or any(sign <= " " or sign in '<>"\x7f' for sign in unsubscribe or ""):
        raise ValueError("unsubscribe must be an address on the web")
    return unsubscribe
