"""Where mail is handed over, as one address: `smtp://user:password@host:587`, `smtps://...`, `smtp+plain://...`."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit

Encryption = Literal["starttls", "tls", "none"]
_SCHEMES: dict[str, tuple[Encryption, int]] = {
    "smtp": ("starttls", 587),
    "smtps": ("tls", 465),
    "smtp+plain": ("none", 25),
}
_ENCODED = "in a user or password write @ : / ? # % as %40 %3A %2F %3F %23 %25"


@dataclass(frozen=True)
class Relay:
    """A mail server that takes our mails, how it is spoken to, and as whom."""

    host: str
    port: int
    encryption: Encryption
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def relay_at(url: str) -> Relay:
    """The relay at a URL. Raises ValueError with what is wrong, without repeating the URL: it has a password."""
    parts = urlsplit(url.strip())
    if parts.scheme not in _SCHEMES:
        raise ValueError("must begin with smtp://, smtps:// or smtp+plain://")
    encryption, usual = _SCHEMES[parts.scheme]
    if not parts.hostname:
        raise ValueError("names no host")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(f"must end after host and port; {_ENCODED}")
    user, password = (unquote(part) if part else None for part in (parts.username, parts.password))
    if (user is None) != (password is None):
        raise ValueError("needs a user and a password, or neither")
    if password and encryption == "none" and not _is_this_machine(parts.hostname):
        raise ValueError("would send the password unencrypted; use smtp:// or smtps:// for another machine")
    return Relay(parts.hostname, _port(parts) or usual, encryption, user, password)


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError:
        raise ValueError(f"has a port that is no number; {_ENCODED}") from None


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
