"""A mail server on loopback, for real: it speaks SMTP, may ask for encryption and a password, and keeps what it gets.

>>> with Sink() as sink, configured(smtp_url=sink.url):
...     sink.says("bo@example.com", "450 4.2.0 Not now")    # once; then it takes everything again
...     await sink.until(2)
...     sink.to("anna@example.com")[0].subject
"""

import asyncio
import ssl
import threading
from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.processes import free_port

DROP = "drop"  # instead of an answer: the connection is cut


@dataclass(frozen=True)
class Received:
    """One mail as it came: the envelope, and every byte."""

    sender: str
    recipients: list[str]
    options: list[str]
    content: bytes
    encrypted: bool
    user: str | None

    @property
    def message(self) -> EmailMessage:
        parsed = message_from_bytes(self.content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])


class Sink:
    """The server; `port` to come back where another one was, `delay` seconds before it takes a mail.

    While `gate` is cleared it takes none: `inside` are those that stand before it.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        encryption: Literal["none", "starttls", "tls"] = "none",
        certificate: Path | None = None,
        login: tuple[str, str] | None = None,
        smtputf8: bool = True,
        delay: float = 0,
    ) -> None:
        self.port = port or free_port()
        self.received: list[Received] = []
        self.connections = 0
        self.greetings: list[str] = []
        self.passwords: list[str] = []
        self.delay, self.inside = delay, 0
        self.gate = threading.Event()
        self.gate.set()
        self._open: set[_Server] = set()
        self._news = threading.Condition()
        self._answers: dict[tuple[str, str], deque[str]] = defaultdict(deque)
        self._login, self._smtputf8 = login, smtputf8
        self._context = _server_context(certificate) if certificate else None
        self._encryption = encryption
        self._controller = _Controller(self)

    @property
    def url(self) -> str:
        return f"smtp+plain://127.0.0.1:{self.port}"

    @property
    def open_now(self) -> int:
        """How many connections are open."""
        return len(self._open)

    def __enter__(self) -> Self:
        self._controller.start()
        self.connections = 0  # the first one was the controller's own, to see that it runs
        self.greetings.clear()
        return self

    def __exit__(self, *_: object) -> None:
        self.hang_up()
        self._controller.stop()

    def says(self, to: str, *answers: str, at: Literal["MAIL", "RCPT", "DATA"] = "DATA") -> None:
        """Let it answer so, once each, to mails to this address (for MAIL: from it)."""
        self._answers[at, to].extend(answers)

    def to(self, address: str) -> list[Received]:
        """What came for an address, oldest first."""
        return [mail for mail in self.received if address in mail.recipients]

    def hang_up(self) -> None:
        """Cut every connection, as a relay does that is restarted."""
        cut = threading.Event()

        def close() -> None:
            for server in list(self._open):
                server.cut()
            cut.set()

        self._controller.loop.call_soon_threadsafe(close)
        assert cut.wait(10)

    async def until(self, many: int, patience: float = 20) -> None:
        """Wait until so many mails have come."""
        came = await asyncio.to_thread(self.wait_for, many, patience)
        assert came, f"{len(self.received)} of {many} mails came"

    def wait_for(self, many: int, patience: float = 20) -> bool:
        """Whether so many mails come in time; blocks."""
        with self._news:
            return self._news.wait_for(lambda: len(self.received) >= many, patience)

    # What the server asks

    def options(self) -> dict[str, Any]:
        wanted: dict[str, Any] = {"enable_SMTPUTF8": self._smtputf8, "hostname": "sink", "timeout": 60}
        if self._encryption == "starttls":
            wanted |= {"tls_context": self._context, "require_starttls": True}
        if self._login:
            wanted |= {"authenticator": self._is_known, "auth_require_tls": self._encryption == "starttls"}
        return wanted

    @property
    def context(self) -> ssl.SSLContext | None:
        return self._context if self._encryption == "tls" else None

    def _is_known(self, *details: Any) -> AuthResult:
        given = details[-1]
        self.passwords.append(given.password.decode())
        is_right = (given.login.decode(), given.password.decode()) == self._login
        return AuthResult(success=is_right, handled=False, auth_data=given.login.decode())

    @property
    def wants_login(self) -> bool:
        return self._login is not None

    def answer(self, at: str, to: str) -> str | None:
        waiting = self._answers[at, to]
        return waiting.popleft() if waiting else None

    def take(self, mail: Received) -> None:
        with self._news:
            self.received.append(mail)
            self._news.notify_all()

    async def think(self) -> None:
        self.inside += 1
        while not self.gate.is_set():  # noqa: ASYNC110 - it is opened by another thread
            await asyncio.sleep(0.005)
        await asyncio.sleep(self.delay)
        self.inside -= 1

    def opened(self, server: "_Server") -> None:
        self.connections += 1
        self._open.add(server)

    def closed(self, server: "_Server") -> None:
        self._open.discard(server)


class _Server(SMTP):
    """One connection."""

    def __init__(self, sink: Sink, handler: object, **options: Any) -> None:
        super().__init__(handler, **options)
        self.sink = sink

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self.transport is None:
            self.sink.opened(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.sink.closed(self)
        super().connection_lost(error)

    async def smtp_EHLO(self, hostname: str) -> None:
        self.sink.greetings.append(hostname)
        await super().smtp_EHLO(hostname)

    def cut(self) -> None:
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()


class _Handler:
    def __init__(self, sink: Sink) -> None:
        self.sink = sink

    async def handle_MAIL(
        self, server: _Server, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        must_sign_in = self.sink.wants_login and not session.authenticated
        answer = "530 5.7.0 Sign in" if must_sign_in else self.sink.answer("MAIL", address)
        if answer is None:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer or "250 OK"

    async def handle_RCPT(
        self, server: _Server, _session: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.sink.answer("RCPT", address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: _Server, session: Any, envelope: Envelope) -> str:
        answer = self.sink.answer("DATA", envelope.rcpt_tos[0])
        if answer == DROP:
            server.cut()
            return "451 Gone"
        if answer:
            return answer
        await self.sink.think()
        content = envelope.original_content or b""
        encrypted = session.ssl is not None or self.sink.context is not None
        user = session.auth_data if session.authenticated else None
        self.sink.take(
            Received(str(envelope.mail_from), envelope.rcpt_tos, list(envelope.mail_options), content, encrypted, user)
        )
        return "250 OK"


class _Controller(Controller):
    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        super().__init__(_Handler(sink), hostname="127.0.0.1", port=sink.port, ssl_context=sink.context)

    def factory(self) -> _Server:
        return _Server(self.sink, self.handler, loop=self.loop, **self.sink.options())


def certificate(folder: Path, name: str = "127.0.0.1") -> Path:
    """A file with a key and a certificate for `name`, signed by itself; trusted where SSL_CERT_FILE names it."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sink")])
    try:
        known_as: x509.GeneralName = x509.IPAddress(ip_address(name))
    except ValueError:
        known_as = x509.DNSName(name)
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([known_as]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    as_text = serialization.Encoding.PEM
    private = key.private_bytes(as_text, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = folder / f"{name}.pem"
    file.write_bytes(private + made.public_bytes(as_text))
    return file


def _server_context(file: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    return context
