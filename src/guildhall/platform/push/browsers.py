"""Messages to browsers: Web Push (RFC 8030), encrypted for the browser (RFC 8291) and signed by us (RFC 8292)."""

import hashlib
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from typing import Any

import httpx2
import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from webpush import WebPush, WebPushSubscription  # pyright: ignore[reportMissingTypeStubs]
from webpush.vapid import VAPID  # pyright: ignore[reportMissingTypeStubs]

from guildhall.core import clock
from guildhall.core.settings import settings
from guildhall.platform.push import fitting, origins
from guildhall.platform.push.calling import Answer
from guildhall.platform.push.keys import VapidKey
from guildhall.platform.push.messages import DELIVERED, TOO_LARGE, BrowserTarget, Message, Outcome

ROOM = 4096 - 86 - 17  # what a push service must take, less the header and the seal of the encryption
LONGEST_TTL = 2_419_200
LIFETIME = timedelta(hours=12)  # of a signature; 24 hours at most
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+={0,2}", re.ASCII)
# How Apple, Google and Mozilla say that a browser subscribed to another key than ours. It never will be ours again.
_OTHER_KEY = re.compile(r"VapidPkHashMismatch|do not correspond to the credentials|public key mismatch", re.IGNORECASE)


def has_keys(target: BrowserTarget) -> bool:
    """Whether a message could be encrypted for the browser: its keys are a point on the curve and 16 secret bytes."""
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), _bytes(target.p256dh))
        return len(_bytes(target.p256dh)) == 65 and len(_bytes(target.auth)) == 16
    except ValueError:
        return False


def _bytes(key: str) -> bytes:
    if not _BASE64URL.fullmatch(key):
        raise ValueError("not base64url")
    return urlsafe_b64decode(key.rstrip("=") + "=" * (-len(key.rstrip("=")) % 4))


class Signature(VAPID):
    """Our signature for each push service. The library's leaves out the port, and signs every message anew."""

    def __init__(self, key: VapidKey) -> None:
        super().__init__(key.private_pem, key.public_pem)
        self._key = key
        self._made: dict[str, str] = {}

    def get_authorization_header(self, endpoint: Any, subscriber: str, expiration: int) -> str:
        """The header for an endpoint, the same for all of one origin."""
        scheme, host, port = origins.origin_of(httpx2.URL(str(endpoint)))
        name = f"[{host}]" if ":" in host else host
        audience = f"{scheme}://{name}" + ("" if port == {"https": 443, "http": 80}[scheme] else f":{port}")
        if audience not in self._made:
            claims = {"aud": audience, "exp": clock.now() + LIFETIME, "sub": f"mailto:{subscriber}"}
            signed = jwt.encode(claims, self._key.private_pem, "ES256")
            self._made[audience] = f"vapid t={signed}, k={self._key.public}"
        return self._made[audience]


def sealer(key: VapidKey) -> WebPush:
    """What encrypts and signs with our key."""
    made = WebPush(key.private_pem, key.public_pem, settings().support_email)
    made.vapid = Signature(key)
    return made


def sealed(by: WebPush, target: BrowserTarget, message: Message) -> tuple[bytes, dict[str, str]] | Outcome:
    """The encrypted body and the headers; or what will become of a message that cannot be encrypted."""
    if not has_keys(target):
        return Outcome("gone", reason="the browser's keys are no keys")
    fitted = fitting.fitted(message, _shown, ROOM)
    if fitted is None:
        return TOO_LARGE
    keys = {"p256dh": target.p256dh.rstrip("="), "auth": target.auth.rstrip("=")}
    subscription = WebPushSubscription.model_validate({"endpoint": target.endpoint, "keys": keys})
    made = by.get(_shown(fitted), subscription)
    headers = {"Content-Encoding": "aes128gcm", "Content-Type": "application/octet-stream", "Urgency": "high"}
    headers |= {"TTL": str(min(max(message.ttl, 0), LONGEST_TTL)), "Authorization": made.headers["authorization"]}
    return made.encrypted, headers | ({"Topic": _topic(message.tag)} if message.tag else {})


def _shown(message: Message) -> bytes:
    names = "title", "body", "badge", "tag"
    return fitting.compact({name: getattr(message, name) for name in names} | {"data": dict(message.data)})


def _topic(tag: str) -> str:
    # At most 32 characters of base64url, and none of the push service's business what it is about.
    return urlsafe_b64encode(hashlib.sha256(tag.encode("utf-8", "replace")).digest())[:32].decode()


def outcome(answer: Answer) -> Outcome:
    """What a push service's answer means."""
    reason = f"push service: {answer.status} {answer.words}".strip()
    if answer.status in (200, 201, 202, 204):
        return DELIVERED
    if answer.status in (404, 410) or (answer.status in (400, 401, 403) and _OTHER_KEY.search(answer.words)):
        return Outcome("gone", reason=reason)
    if answer.status == 429 or answer.status >= 500:
        return answer.later(reason)
    return Outcome("refused", reason=reason)
