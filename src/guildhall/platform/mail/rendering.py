"""A mail's subject, text and HTML, made of one text template."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import css_inline
import jinja2

import guildhall
from guildhall.core import clock
from guildhall.core.language import Language
from guildhall.core.settings import settings

ROOT = Path(guildhall.__file__).parent
BOTH: tuple[Language, ...] = ("sv", "en")
QUESTIONS: dict[Language, str] = {"sv": "Frågor?", "en": "Questions?"}
NO_MORE: dict[Language, str] = {"sv": "Inga fler sådana mejl", "en": "No more mails like this"}


@dataclass(frozen=True)
class Letter:
    """What a mail says; the HTML says the same as the text."""

    subject: str
    text: str
    html: str


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
# Many mail programs throw <style> away, so every element gets its own; nothing is ever fetched for it.
_inliner = css_inline.CSSInliner(load_remote_stylesheets=False)


def blocks(template: str, languages: tuple[Language, ...] = BOTH, **facts: object) -> dict[str, str]:
    """The template's blocks in these languages, filled in: `subject_sv`, `sv` and so on."""
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
    names = [name for language in languages for name in (f"subject_{language}", language)]
    return {name: "".join(source.blocks[name](context)).strip() for name in names}


def render(
    template: str, language: Language | None = None, *, unsubscribe: str | None = None, **facts: object
) -> Letter:
    """A mail in one language, or Swedish above English when none is known; with the way out, if any, at its foot."""
    languages = (language,) if language else BOTH
    filled = blocks(template, languages, **facts)
    subject = " ".join(" / ".join(filled[f"subject_{each}"] for each in languages).split())
    foot, no_more = _foot(languages), _in_all(NO_MORE, languages)
    way_out = f"\n{no_more}: {unsubscribe}" if unsubscribe else ""
    parts = {"subject": subject, "blocks": filled, "languages": languages, "foot": foot}
    return Letter(
        subject=subject,
        text="\n\n---\n\n".join([*(filled[each] for each in languages), foot + way_out]) + "\n",
        html=_as_html(**parts, unsubscribe=unsubscribe, no_more=no_more),
    )


def _foot(languages: tuple[Language, ...]) -> str:
    now = settings()
    return f"{now.guild_name_sv}\n{_in_all(QUESTIONS, languages)} {now.support_email}"


def _in_all(words: dict[Language, str], languages: tuple[Language, ...]) -> str:
    return " / ".join(words[each] for each in languages)


def _as_html(**parts: object) -> str:
    now = settings()
    page = _layout.get_template("layout.html").render(site=now.site_url, guild=now.guild_name_sv, **parts)
    return _inliner.inline(page)
