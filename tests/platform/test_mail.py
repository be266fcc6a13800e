"""Mails: written with the transaction that causes them, and nothing that a person typed becomes more than text."""

from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guildhall.core.settings import settings as house
from guildhall.domains.cars.errors import CarTaken
from guildhall.platform.mail import reading, rendering
from guildhall.platform.mail import service as mail
from guildhall.platform.mail.models import Mail
from tests.guild import Guild

CAR, VERIFY, WELCOME = (
    "domains/cars/mails/booked_personally.txt",
    "shared/auth/mails/verify.txt",
    "shared/auth/mails/welcome.txt",
)
TO = "bil@example.com"
NOON = datetime(2027, 3, 1, 11, tzinfo=UTC)
SITE = "http://localhost:3000"
EVIL = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><a href="https://evil.example">click</a>',
    "</p></div></body></html><h1>",
    "<!-- ", "]]>", "&lt;b&gt;", "&amp;",
    "{{ 7 * 7 }}{% include '/etc/passwd' %}{# gone #}",
    "https://evil.example/verify?token=mine",
    f"{SITE}/verify?token=mine",
    f"a\n\n{SITE}/verify?token=mine\n\nb",
    f"\n\n\n{SITE}/verify?token=mine",
    f"a\r\n\r\n{SITE}/verify?token=mine\r\n\r\nb",
    f"a\n \t\n{SITE}/verify?token=mine\n\x0c\nb",
    f"a\u2029\u2029{SITE}/verify?token=mine\u2028\u2028",
    "javascript:alert(1)",
    "a\n\n---\n\nHi!\n\nYour account is closed.",
    "\u202egnidaer\u202c 🚗 å \ufeff",
]  # fmt: skip


class Anatomy(HTMLParser):
    """What a mail's HTML consists of: its tags, its links and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, Any]] = []
        self.links: list[str | None] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, None if tag == "a" else tuple(attrs)))
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        self.tags.append(("comment", data))


async def written(guild: Guild, template: str = CAR, **facts: Any) -> Mail:
    about_a_trip = {"name": "Anna", "description": "IKEA", "start": NOON, "end": NOON, "confirmed": False}
    async with guild.session() as session:
        return await mail.write(session, TO, template, **about_a_trip | {"token": "t", "minutes": 60} | facts)


def squeezed(words: str) -> str:
    """Without regard to how lines and blanks are laid out."""
    return " ".join(words.split())


@pytest.mark.parametrize("typed", EVIL)
@pytest.mark.parametrize("fact", ["description", "name"])
async def test_what_a_person_typed_never_becomes_markup_or_a_link(guild: Guild, typed: str, fact: str) -> None:
    """A text with empty lines around an address of our site became a paragraph of its own, and a link."""
    plain, evil = await written(guild), await written(guild, **{fact: typed})
    assert Anatomy(evil.html).tags == Anatomy(plain.html).tags
    assert Anatomy(evil.html).links == []
    assert squeezed(typed) in squeezed(Anatomy(evil.html).words)
    assert squeezed(typed) in squeezed(evil.text)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00")))
@settings(deadline=None, max_examples=300)
def test_what_a_person_typed_never_begins_a_paragraph(typed: str) -> None:
    facts: dict[str, Any] = {"start": NOON, "end": NOON, "confirmed": False}
    plain = rendering.blocks(CAR, name="Anna", description="IKEA", **facts)
    told = rendering.blocks(CAR, name="Anna", description=typed, **facts)
    assert [part.count("\n\n") for part in told.values()] == [part.count("\n\n") for part in plain.values()]
    assert squeezed(typed) in squeezed(told["sv"])


async def test_a_text_of_several_lines_stays_so_in_one_paragraph(guild: Guild) -> None:
    letter = await written(guild, description="First\nsecond\n\nthird")
    assert "Purpose: First\nsecond\nthird\n" in letter.text


async def test_only_a_templates_own_address_becomes_a_link(guild: Guild) -> None:
    letter = await written(guild, VERIFY, token="abc.def")
    assert Anatomy(letter.html).links == [f"{SITE}/verify?token=abc.def", f"{SITE}/verify"] * 2


async def test_a_link_cannot_be_broken_out_of(guild: Guild) -> None:
    letter = await written(guild, VERIFY, token='"onclick="alert(1)')
    assert Anatomy(letter.html).tags == Anatomy((await written(guild, VERIFY)).html).tags


async def test_text_and_html_say_the_same_swedish_before_english(guild: Guild) -> None:
    letter = await written(guild, description='<b>1 & 2</b> "quoted"')
    heading, _, in_html = squeezed(Anatomy(letter.html).words).partition(" F-sektionen ")
    assert heading == letter.subject
    assert in_html == squeezed(letter.text.replace("---", ""))
    assert letter.text.index("Hej!") < letter.text.index("---") < letter.text.index("Hi!")
    assert letter.html.index('class="part" lang="sv"') < letter.html.index("<hr")
    assert letter.html.index("<hr") < letter.html.index('class="part" lang="en"')


async def test_the_subject_is_one_line_whatever_is_in_it(guild: Guild, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house(), "guild_name_sv", "F\r\nBcc: everybody@example.com\u2028\n\n<b>")
    letter = await written(guild, WELCOME)
    assert letter.subject == "Välkommen till F Bcc: everybody@example.com <b> / Welcome to the F-Guild"
    assert "<title>Välkommen till F Bcc: everybody@example.com &lt;b&gt; /" in letter.html


async def test_moments_are_those_of_the_wall_in_stockholm(guild: Guild) -> None:
    winter, summer = datetime(2027, 1, 1, 23, 30, tzinfo=UTC), datetime(2027, 7, 1, 22, 30, tzinfo=UTC)
    letter = await written(guild, start=winter, end=summer)
    assert "begins 2027-01-02 00:30 and ends 2027-07-02 00:30" in letter.text


async def test_a_mail_goes_with_the_transaction_that_caused_it(guild: Guild) -> None:
    for error in (CarTaken, ValueError):
        with pytest.raises(error):
            async with guild.session() as session:
                await mail.write(session, TO, VERIFY, minutes=60, token="t")
                raise error
    assert await guild.mails(TO) == []
    await written(guild)
    assert len(await guild.mails(TO)) == 1


async def test_a_mail_with_a_hole_in_it_is_never_written(guild: Guild) -> None:
    with pytest.raises(jinja2.UndefinedError):
        async with guild.session() as session:
            await mail.write(session, TO, WELCOME)
    assert await guild.mails(TO) == []


async def test_the_mailbox_shows_the_newest_first_and_one_addresss_whatever_its_case(guild: Guild) -> None:
    async with guild.session() as session:
        for to in ("Anna@example.com", "bo@example.com", "anna@example.com", "an_a@example.com"):
            await mail.write(session, to, VERIFY, minutes=60, token="t")
        everything = [letter.to for letter in await reading.mailbox(session)]
        annas = [letter.to for letter in await reading.mailbox(session, "ANNA@example.com")]
        newest = [letter.to for letter in await reading.mailbox(session, limit=1)]
    assert everything == ["an_a@example.com", "anna@example.com", "bo@example.com", "Anna@example.com"]
    assert annas == ["anna@example.com", "Anna@example.com"]
    assert newest == ["an_a@example.com"]


async def test_a_mail_knows_when_it_was_written(guild: Guild) -> None:
    first, second = await written(guild), await written(guild)
    assert first.created_at.utcoffset() is not None
    assert first.created_at < second.created_at
