"""A mail as it goes over the wire: headers, text and HTML."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from guildhall.core.settings import settings
from guildhall.platform.mail.models import Mail
from guildhall.platform.mail.smtp import Envelope, Undeliverable


def compose(mail: Mail) -> Envelope:
    """The mail for its one recipient. Raises Undeliverable for what is no address."""
    address = _address(mail.to)
    to = address.ascii_email or address.normalized
    policy = SMTP if to.isascii() else SMTPUTF8
    message = EmailMessage(policy=policy)
    message["From"] = Address(" ".join(settings().guild_name_sv.split()), addr_spec=settings().mail_from)
    local, _, domain = to.rpartition("@")
    message["To"] = Address(username=local, domain=domain)
    message["Subject"] = mail.subject
    message["Date"] = mail.created_at
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = mail.language or "sv, en"  # last: it would go with the text alone
    return Envelope(settings().mail_from, to, _way_out(mail) + message.as_bytes(policy=policy))


def _address(to: str) -> ValidatedEmail:
    try:
        return validate_email(to, check_deliverability=False, globally_deliverable=False, test_environment=True)
    except EmailNotValidError as error:
        raise Undeliverable(f"this is no address: {error}") from error


def _way_out(mail: Mail) -> bytes:
    # Written by hand: the library would break a long address into pieces that no mail program puts together.
    if not mail.unsubscribe:
        return b""
    lines = (f"List-Unsubscribe: <{mail.unsubscribe}>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click", "")
    return "\r\n".join(lines).encode("ascii")
