"""Firebase and a browser's push service as real servers on loopback, as strict as the real ones.

>>> with Firebase() as firebase, configured(**firebase.settings(tmp_path)):
...     firebase.will("a phone", UNREGISTERED)                # once; without it the message is taken
...     await push.send(key, [(AppTarget("a phone"), message), (AppTarget("another"), message)])
...     assert [got.token for got in firebase.received] == ["another"]

>>> with PushService() as service, configured(**service.settings()):
...     browser = service.browser(key.public)
...     await push.send(key, [(browser.target, message)])
...     assert browser.shown == [{"title": ..., "body": ..., "data": {}, "badge": 1, "tag": "..."}]
"""

import asyncio
import contextlib
import json
import re
import socket
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs

import h11
import jwt
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from guildhall.core import clock
from guildhall.platform.push import BrowserTarget

PROJECT, EMAIL = "guild-app", "guildhall@guild-app.iam.gserviceaccount.com"
SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
DAY = 86_400
POINT = (Encoding.X962, PublicFormat.UncompressedPoint)
_firebase_key = rsa.generate_private_key(65537, 2048)


@dataclass(frozen=True)
class Reply:
    """What a service answers, if it answers."""

    status: int
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    hangs: bool = False


def fault(status: int, word: str, message: str = "", *, code: str = "", field: str = "", **headers: str) -> Reply:
    """An error as Firebase writes it."""
    details: list[Any] = []
    if code:
        details.append({"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code})
    if field:
        details.append({"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [{"field": field}]})
    error = {"code": status, "message": message, "status": word, "details": details}
    return Reply(status, {"error": error}, {name.replace("_", "-"): value for name, value in headers.items()})


UNREGISTERED = fault(404, "NOT_FOUND", "Requested entity was not found.", code="UNREGISTERED")
OTHER_SENDER = fault(403, "PERMISSION_DENIED", "SenderId mismatch", code="SENDER_ID_MISMATCH")
NO_TOKEN = "The registration token is not a valid FCM registration token"
INVALID_TOKEN = fault(400, "INVALID_ARGUMENT", NO_TOKEN, code="INVALID_ARGUMENT")
UNAVAILABLE = fault(503, "UNAVAILABLE", "The service is currently unavailable.", code="UNAVAILABLE")
UNAUTHENTICATED = fault(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
GONE, EXPIRED, HANGS = Reply(410), Reply(404), Reply(0, hangs=True)


@dataclass(frozen=True)
class Request:
    """What somebody asked a service."""

    path: str
    headers: Mapping[str, str]
    body: bytes


class Service:
    """A server on loopback in a thread of its own: `url`, and replies that a test can lay ready."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.pause = 0.0  # seconds before each answer
        self.most_at_once = 0
        self.connections = 0
        self._at_once = 0
        self._replies: dict[str, list[Reply]] = {}
        self._always: dict[str, Reply] = {}
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._loop, self._end = asyncio.new_event_loop(), asyncio.Event()
        self._thread = threading.Thread(target=self._live, daemon=True)

    def will(self, name: str, *replies: Reply) -> None:
        """Let the service answer so to the next messages to `name` (a token, a browser's name, or `token endpoint`)."""
        self._replies.setdefault(name, []).extend(replies)

    def always(self, name: str, reply: Reply) -> None:
        """Let the service answer so to every message to `name`."""
        self._always[name] = reply

    def answer(self, request: Request) -> Reply:
        raise NotImplementedError

    def laid_ready(self, name: str) -> Reply | None:
        replies = self._replies.get(name)
        return replies.pop(0) if replies else self._always.get(name)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(10)

    def _live(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        async with await asyncio.start_server(self._converse, sock=self._socket):
            await self._end.wait()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        connection = h11.Connection(h11.SERVER)
        with contextlib.suppress(ConnectionError, h11.RemoteProtocolError, asyncio.CancelledError):
            while request := await _read(connection, reader):
                self._at_once += 1
                self.most_at_once = max(self.most_at_once, self._at_once)
                reply = self._answer(request)
                await asyncio.sleep(3600 if reply.hangs else self.pause)
                self._at_once -= 1
                writer.write(_written(connection, reply))
                connection.start_next_cycle()
        writer.close()

    def _answer(self, request: Request) -> Reply:
        self.requests.append(request)
        try:
            return self.answer(request)
        except Exception as error:  # what is wrong with the request is read in the answer
            return Reply(400, f"{type(error).__name__}: {error}".encode())


async def _read(connection: h11.Connection, reader: asyncio.StreamReader) -> Request | None:
    """The next request on a connection; None when the other side has closed it."""
    head, body = None, b""
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(65_536))
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage) and head:
            lines = {name.decode(): value.decode() for name, value in head.headers}
            return Request(head.target.decode(), lines, body)
        else:
            return None


def _written(connection: h11.Connection, reply: Reply) -> bytes:
    content = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
    lines = [*reply.headers.items(), ("content-length", str(len(content)))]
    events = (h11.Response(status_code=reply.status, headers=lines), h11.Data(data=content), h11.EndOfMessage())
    return b"".join(connection.send(event) or b"" for event in events)


# Firebase


@dataclass(frozen=True)
class Pushed:
    """A message that Firebase took for a phone."""

    token: str
    message: Mapping[str, Any]

    @property
    def words(self) -> tuple[str, str]:
        notification = self.message["notification"]
        return notification["title"], notification["body"]


class Firebase(Service):
    """The token endpoint and `messages:send`; `received` are the messages it took."""

    def __init__(self) -> None:
        super().__init__()
        self.received: list[Pushed] = []
        self.tokens: list[str] = []
        self.good: set[str] = set()
        self.expires_in = 3600

    def settings(self, folder: Path) -> dict[str, str]:
        """The settings that lead here, with the account's file in `folder`."""
        file = folder / "firebase.json"
        file.write_text(json.dumps(self.account()))
        return {"fcm_credentials": str(file), "fcm_url": self.url}

    def account(self) -> dict[str, str]:
        pem = _firebase_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        return {
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": "a1b2",
            "private_key": pem,
            "client_email": EMAIL,
            "token_uri": f"{self.url}/token",
        }

    def forget_tokens(self) -> None:
        """From now on no token that was given is good."""
        self.good.clear()

    def answer(self, request: Request) -> Reply:
        if request.path == "/token":
            return self.laid_ready("token endpoint") or self._give_token(request)
        if request.path != f"/v1/projects/{PROJECT}/messages:send":
            return Reply(404, b"<!DOCTYPE html><title>Error 404 (Not Found)</title>")
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.good:
            return UNAUTHENTICATED
        message = json.loads(request.body)["message"]
        reply = self.laid_ready(message["token"]) or _wrong_with(message)
        if reply is None:
            self.received.append(Pushed(message["token"], message))
        return reply or Reply(200, {"name": f"projects/{PROJECT}/messages/{len(self.received)}"})

    def _give_token(self, request: Request) -> Reply:
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        try:
            assert form["grant_type"] == GRANT
            self._check(form["assertion"])
        except (jwt.PyJWTError, AssertionError, KeyError) as error:
            return Reply(400, {"error": "invalid_grant", "error_description": repr(error)})
        self.tokens.append(f"ya29.token-{len(self.tokens) + 1}")
        self.good.add(self.tokens[-1])
        given = {"access_token": self.tokens[-1], "expires_in": self.expires_in, "token_type": "Bearer"}
        return Reply(200, given)

    def _check(self, assertion: str) -> None:
        assert jwt.get_unverified_header(assertion) == {"alg": "RS256", "typ": "JWT", "kid": "a1b2"}
        claims = _signed(assertion, _firebase_key.public_key(), "RS256")
        now = clock.now().timestamp()
        assert set(claims) == {"iss", "scope", "aud", "iat", "exp"}
        assert (claims["iss"], claims["scope"], claims["aud"]) == (EMAIL, SCOPE, f"{self.url}/token")
        assert now - 60 <= claims["iat"] <= now + 60, claims
        assert now < claims["exp"] <= claims["iat"] + 3600, claims


def _signed(token: str, key: Any, algorithm: str) -> dict[str, Any]:
    # The times are looked at by the house's clock, which a test may have stopped.
    options: Any = {"verify_exp": False, "verify_iat": False, "verify_aud": False}
    return jwt.decode(token, key, algorithms=[algorithm], options=options)


_MESSAGE = {"token": str, "notification": dict, "data": dict, "android": dict, "apns": dict}
_PARTS = {
    "notification": {"title": str, "body": str},
    "android": {"priority": str, "ttl": str, "notification": dict},
    "android.notification": {"channel_id": str, "tag": str, "sound": str},
    "apns": {"headers": dict, "payload": dict},
    "apns.payload": {"aps": dict},
    "apns.payload.aps": {"badge": int, "sound": str},
}


def _wrong_with(message: dict[str, Any]) -> Reply | None:
    def invalid(field: str, why: str) -> Reply:
        return fault(400, "INVALID_ARGUMENT", f"Invalid value at '{field}': {why}", field=field)

    for path, shape in {"": _MESSAGE, **_PARTS}.items():
        part: Any = message
        for step in path.split(".") if path else ():
            part = part.get(step, {})
        for name, value in part.items():
            if not isinstance(value, shape.get(name, ())):
                return invalid(f"message.{path}.{name}", f"{type(value).__name__}")
    texts = [*message.get("data", {}).items(), *message.get("apns", {}).get("headers", {}).items()]
    if not all(isinstance(text, str) for pair in texts for text in pair):
        return invalid("message.data", "not a string")
    if not re.fullmatch(r"\d+s", message["android"]["ttl"]) or message["android"]["priority"] not in ("normal", "high"):
        return invalid("message.android", "ttl or priority")
    if len(message["apns"]["headers"].get("apns-collapse-id", "").encode()) > 64:
        return invalid("message.apns.headers", "apns-collapse-id")
    sized = json.dumps({"notification": message["notification"], "data": message["data"]}, ensure_ascii=False)
    return invalid("message", "Message too big") if len(sized.encode()) > 4096 else None


# Web Push


def base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Browser:
    """A browser that subscribed with the guild's public key; `shown` is what it decrypted."""

    def __init__(self, service: "PushService", name: str, application_server_key: str) -> None:
        self.name = name
        self.application_server_key = application_server_key
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = name.encode().rjust(16, b".")[-16:]
        self.shown: list[dict[str, Any]] = []
        self.headers: list[Mapping[str, str]] = []
        public = base64url(self.key.public_key().public_bytes(*POINT))
        self.target = BrowserTarget(f"{service.url}/push/{name}", public, base64url(self.secret))


class PushService(Service):
    """A push service with its browsers."""

    def __init__(self) -> None:
        super().__init__()
        self.browsers: dict[str, Browser] = {}

    def settings(self) -> dict[str, str]:
        """The settings that allow this service."""
        return {"webpush_origins": self.url}

    def browser(self, application_server_key: str, name: str = "") -> Browser:
        """A new browser."""
        made = Browser(self, name or f"browser{len(self.browsers) + 1}", application_server_key)
        self.browsers[made.name] = made
        return made

    def answer(self, request: Request) -> Reply:
        browser = self.browsers.get(request.path.removeprefix("/push/"))
        if browser is None:
            return EXPIRED
        if reply := self.laid_ready(browser.name):
            return reply
        if len(request.body) > 4096:
            return Reply(413, b"payload too large")
        if wrong := self._wrong_with(request.headers, browser):
            return wrong
        browser.shown.append(json.loads(decrypted(request.body, browser.key, browser.secret)))
        browser.headers.append(request.headers)
        return Reply(201, headers={"location": f"{self.url}/message/1"})

    def _wrong_with(self, headers: Mapping[str, str], browser: Browser) -> Reply | None:
        if headers["content-encoding"] != "aes128gcm" or not 0 <= int(headers["ttl"]) <= 28 * DAY:
            return Reply(400, b"content-encoding or ttl")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", headers.get("topic", "none")):
            return Reply(400, b'{"reason":"BadWebPushTopic"}')
        if headers["urgency"] not in ("very-low", "low", "normal", "high"):
            return Reply(400, b"urgency")
        header = re.fullmatch(r"vapid t=([\w.-]+), ?k=([\w-]+)", headers["authorization"])
        if header is None or header[2] != browser.application_server_key:
            return Reply(403, b'{"reason":"VapidPkHashMismatch"}')
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_base64url(header[2]))
        claims = _signed(header[1], key, "ES256")
        is_in_time = 0 < claims["exp"] - clock.now().timestamp() <= DAY
        is_ours = claims["aud"] == self.url and re.fullmatch(r"mailto:\S+@\S+", claims["sub"])
        return None if is_in_time and is_ours else Reply(403, b'{"reason":"BadJwtToken"}')


def decrypted(body: bytes, key: ec.EllipticCurvePrivateKey, secret: bytes) -> bytes:
    """What a browser reads (RFC 8291, after RFC 8188): one record, sealed for its key and its secret."""
    salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
    sender, record = body[21 : 21 + length], body[21 + length :]
    assert 18 <= len(record) <= size
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
    context = b"WebPush: info\x00" + key.public_key().public_bytes(*POINT) + sender
    material = HKDF(SHA256(), 32, secret, context).derive(shared)
    content_key = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\x00").derive(material)
    nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\x00").derive(material)
    try:
        padded = AESGCM(content_key).decrypt(nonce, record, None).rstrip(b"\x00")
    except InvalidTag as error:
        raise ValueError("the browser cannot read this") from error
    assert padded.endswith(b"\x02")
    return padded[:-1]
