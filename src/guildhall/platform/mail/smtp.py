"""Handing one mail over to the relay, and what its answer means."""

from dataclasses import dataclass

from aiosmtplib import SMTP, SMTPResponseException, SMTPSenderRefused

from guildhall.core.relay import Relay
from guildhall.platform.mail import connections

DATA_PATIENCE = 120.0  # seconds; a relay may look a mail through before it answers
NOT_SIGNED_IN = {530, 534, 535, 538}
TOO_LARGE = 552
HINT = "For a relay on this machine that needs none, GUILDHALL_SMTP_URL begins with smtp+plain://"


class Later(Exception):
    """It could not be handed over now; another time it may."""


class Undeliverable(Exception):
    """This mail will never be taken."""


@dataclass(frozen=True)
class Envelope:
    """A mail ready for the wire: from one address, to one address."""

    sender: str
    to: str
    content: bytes

    @property
    def needs_utf8(self) -> bool:
        """Whether the address has letters that older servers do not know."""
        return not self.to.isascii()


async def send(relay: Relay, envelope: Envelope) -> None:
    """Hand a mail over; returns when the relay has taken it upon itself. Raises Later, Undeliverable."""
    try:
        client = await connections.take(relay)
    except connections.FAILURES as error:  # whatever is answered here is about us, not about this mail
        raise Later(_in_words(error)) from error
    is_usable = False
    try:
        await _hand_over(client, envelope)
        is_usable = True
    except Undeliverable:
        is_usable = True
        raise
    except SMTPResponseException as answer:
        is_usable = answer.code >= 400
        raise _meant(answer) from answer
    except connections.FAILURES as error:
        raise Later(_in_words(error)) from error
    finally:
        if is_usable and client.is_connected:
            connections.give_back(client, relay)
        else:
            client.close()


async def _hand_over(client: SMTP, envelope: Envelope) -> None:
    if envelope.needs_utf8 and not client.supports_extension("smtputf8"):
        raise Undeliverable("the mail server does not take addresses with such letters (SMTPUTF8)")
    options = ["SMTPUTF8", "BODY=8BITMIME"] if envelope.needs_utf8 else []
    if client.supports_extension("size"):
        options.append(f"SIZE={len(envelope.content)}")
    await client.mail(envelope.sender, options=options)
    await client.rcpt(envelope.to, encoding="utf-8")
    await client.data(envelope.content, timeout=DATA_PATIENCE)


def _meant(answer: SMTPResponseException) -> Later | Undeliverable:
    # All mails have the same sender, and we sign in once for all: a no to that is no fault of this mail.
    is_ours = answer.code in NOT_SIGNED_IN or (isinstance(answer, SMTPSenderRefused) and answer.code != TOO_LARGE)
    kind = Undeliverable if answer.code >= 500 and not is_ours else Later
    return kind(_in_words(answer))


def _in_words(error: Exception) -> str:
    if isinstance(error, SMTPResponseException):
        return f"{error.code} {' '.join(error.message.split())}"[:1000]
    words = str(error)[:1000] or type(error).__name__
    return f"{words} {HINT}" if "STARTTLS extension not supported" in words else words
