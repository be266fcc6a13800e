"""Writing mails, and reading what was written."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import jinja2
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

import guildhall
from guildhall.core import clock
from guildhall.core.settings import settings
from guildhall.platform.mail.models import Mail

ROOT = Path(guildhall.__file__).parent


def _moment(moment: datetime) -> str:
    return clock.local(moment).strftime("%Y-%m-%d %H:%M")


def _in_one_paragraph(fact: object) -> str:
    # A paragraph that is an address becomes a link; only a template may begin one, not what a person typed.
    return "\n".join(line for line in str(fact).splitlines() if line.strip())


def _as_text() -> jinja2.Environment:
    # Nothing is escaped here: this is plain text. The HTML is made of the finished text and escaped there.
    loader = jinja2.FileSystemLoader(ROOT)
    made = jinja2.Environment(
        loader=loader,
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701
        trim_blocks=True,
        finalize=_in_one_paragraph,
    )
    made.filters["moment"] = _moment  # pyright: ignore[reportUnknownMemberType]
    return made


_templates = _as_text()
_layout = jinja2.Environment(loader=jinja2.FileSystemLoader(ROOT / "platform/mail/templates"), autoescape=True)


async def write(session: AsyncSession, to: str, template: str, **facts: object) -> Mail:
    """Write a mail to one address.

    `template` is a path below the package (`domains/cars/mails/booked.txt`); `facts` fill it, beside `site` (the
    site's address) and the guild's names and support address. Moments pass through the filter `moment`, which
    writes them on the guild's wall clock.
    """
    subject, swedish, english = render(template, **facts)
    mail = Mail(
        to=to,
        subject=subject,
        text=f"{swedish}\n\n---\n\n{english}\n",
        html=_layout.get_template("layout.html").render(
            subject=subject, parts={"sv": swedish.split("\n\n"), "en": english.split("\n\n")}, site=settings().site_url
        ),
    )
    session.add(mail)
    await session.flush()
    return mail


def render(template: str, **facts: object) -> tuple[str, str, str]:
    """Subject, Swedish and English text of a mail."""
    now = settings()
    source = _templates.get_template(template)
    context = source.new_context(
        {
            "site": now.site_url,
            "support": now.support_email,
            "guild_sv": now.guild_name_sv,
            "guild_en": now.guild_name_en,
            **facts,
        }
    )
    subject, swedish, english = ("".join(source.blocks[part](context)).strip() for part in ("subject", "sv", "en"))
    return " ".join(subject.split()), swedish, english


async def mailbox(session: AsyncSession, to: str | None = None, limit: int = 200) -> Sequence[Mail]:
    """The mails written, newest first; those to one address (whatever its case) with `to`."""
    statement = select(Mail).order_by(Mail.id.desc()).limit(limit)
    if to:
        statement = statement.where(func.lower(Mail.to) == func.lower(to))
    return (await session.scalars(statement)).all()
