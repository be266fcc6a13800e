"""A mail as it arrives: its headers, its two forms, and addresses and subjects with letters beyond ASCII."""

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from sqlalchemy import update

from guildhall.core.settings import settings
from guildhall.platform.mail import service as mail
from guildhall.platform.mail.models import Mail
from tests.guild import Guild, configured
from tests.platform.deliveries import ANNA, VERIFY, mails, work_off, write
from tests.sinks import Received, Sink

WELCOME = "shared/auth/mails/welcome.txt"
ONE_CLICK = "https://api.example.org/notifications/unsubscribe?token=" + "eyJhbGciOi.JIUzI1NiJ9_-" * 12


async def arrived(guild: Guild, sink: Sink, to: str = ANNA, **wishes: str) -> Received:
    """A mail as the relay got it."""
    async with guild.session() as session:
        await mail.write(session, to, WELCOME, **{"name": "Åsa"} | wishes)  # pyright: ignore[reportArgumentType]
    await work_off(guild)
    return sink.received[-1]


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    return found.get_content().replace("\r\n", "\n")


async def test_the_headers_say_what_it_is(guild: Guild, sink: Sink) -> None:
    message = (await arrived(guild, sink)).message
    (written,) = await mails(guild)
    assert message["From"] == "F-sektionen <no-reply@fsektionen.se>"
    assert message["To"] == ANNA
    assert message["Subject"] == "Välkommen till F-sektionen / Welcome to the F-Guild"
    assert message["Message-ID"] == written.message_id
    assert written.message_id.endswith("@fsektionen.se>")
    assert message["Date"].datetime == written.created_at.replace(microsecond=0)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "sv, en"
    assert "List-Unsubscribe" not in message
    assert [name for name in message if message.get_all(name) != [message[name]]] == []


async def test_text_and_html_arrive_as_they_were_written(guild: Guild, sink: Sink) -> None:
    message = (await arrived(guild, sink, name="Åsa 🚗 " + "x" * 300)).message
    (written,) = await mails(guild)
    assert message.get_content_type() == "multipart/alternative"
    assert [each.get_content_type() for each in message.iter_parts()] == ["text/plain", "text/html"]
    assert part(message, "plain") == written.text
    assert part(message, "html").rstrip("\n") == written.html.rstrip("\n")


async def test_every_line_fits_the_old_rules_of_mail(guild: Guild, sink: Sink) -> None:
    received = await arrived(guild, sink, name="Å" * 2000)
    assert received.content.isascii()
    assert max(len(line) for line in received.content.split(b"\r\n")) <= 78
    assert b"\n" not in received.content.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    ("language", "subject"), [("sv", "Välkommen till F-sektionen"), ("en", "Welcome to the F-Guild")]
)
async def test_a_mail_in_one_language_is_in_that_alone(guild: Guild, sink: Sink, language: str, subject: str) -> None:
    message = (await arrived(guild, sink, language=language)).message
    assert (message["Subject"], message["Content-Language"]) == (subject, language)
    greeting, other = ("Hej Åsa!", "Hi Åsa!") if language == "sv" else ("Hi Åsa!", "Hej Åsa!")
    assert greeting in part(message, "plain")
    assert greeting in part(message, "html")
    assert other not in message.as_string()
    assert f'<html lang="{language}">' in part(message, "html")


async def test_who_wants_no_more_gets_out_with_one_click(guild: Guild, sink: Sink) -> None:
    """The library broke a long address into encoded words, which no mail program puts together."""
    received = await arrived(guild, sink, unsubscribe=ONE_CLICK)
    head = received.content.partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert f"List-Unsubscribe: <{ONE_CLICK}>".encode() in head
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in head


@pytest.mark.parametrize(
    "address", ["mailto:a@b.se", "https://a b", "https://a>", "https://a\r\nBcc: b@c.se", "https://å", 'https://a"b']
)
async def test_a_way_out_that_is_no_address_is_no_mail(guild: Guild, address: str) -> None:
    async with guild.session() as session:
        with pytest.raises(ValueError, match="on the web"):
            await mail.write(session, ANNA, WELCOME, unsubscribe=address, name="Anna")
    assert list(await mails(guild)) == []


async def test_a_domain_with_letters_beyond_ascii_is_written_as_the_wire_wants_it(guild: Guild, sink: Sink) -> None:
    received = await arrived(guild, sink, "anna@räksmörgås.se")
    assert received.recipients == ["anna@xn--rksmrgs-5wao1o.se"]
    assert received.message["To"] == "anna@xn--rksmrgs-5wao1o.se"
    assert received.options == [f"SIZE={len(received.content)}"]


async def test_a_name_with_letters_beyond_ascii_goes_to_a_server_that_knows_them(guild: Guild, sink: Sink) -> None:
    received = await arrived(guild, sink, "åsa@räksmörgås.se")
    assert received.recipients == ["åsa@räksmörgås.se"]
    assert "SMTPUTF8" in received.options
    assert "To: åsa@räksmörgås.se\r\n".encode() in received.content


async def test_and_is_a_dead_letter_for_one_that_does_not(guild: Guild) -> None:
    with Sink(smtputf8=False) as old, configured(smtp_url=old.url):
        await write(guild, "åsa@example.com", ANNA)
        await work_off(guild)
    dead, sent = await mails(guild)
    assert (dead.status, sent.status) == ("dead", "sent")
    assert "SMTPUTF8" in str(dead.error)


async def test_a_guild_with_any_name_writes_a_good_header(
    guild: Guild, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "guild_name_sv", 'Åäö "E", <x@y>\r\nBcc: all@example.com')
    message = (await arrived(guild, sink)).message
    (sender,) = message["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (
        'Åäö "E", <x@y> Bcc: all@example.com',
        "no-reply@fsektionen.se",
    )
    assert "Bcc" not in message


async def test_a_mail_keeps_its_name_and_date_however_often_it_is_tried(guild: Guild, sink: Sink) -> None:
    sink.says(ANNA, "450 4.2.0 Not now")
    (mail_id,) = await write(guild, ANNA)
    written = datetime(2026, 11, 1, 12, tzinfo=UTC)
    async with guild.session() as session:
        await session.execute(update(Mail).where(Mail.id == mail_id).values(created_at=written, message_id="<a@b>"))
    await work_off(guild)
    await work_off(guild)
    (received,) = sink.received
    assert (received.message["Message-ID"], received.message["Date"].datetime) == ("<a@b>", written)


async def test_no_two_mails_have_one_name(guild: Guild) -> None:
    await write(guild, *[ANNA] * 20)
    assert len({each.message_id for each in await mails(guild)}) == 20
    assert VERIFY in {each.template for each in await mails(guild)}
