"""What the tests of push have in common: a key, a message, and services that the settings lead to."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from webpush.vapid import VAPID

from guildhall.platform import push
from guildhall.platform.push import AppTarget, Message, Outcome, Target, VapidKey
from tests.guild import configured
from tests.push_services import Firebase, PushService


def new_key() -> VapidKey:
    """A VAPID key that is in no database."""
    private, _, public = VAPID.generate_keys()
    pem = load_pem_private_key(private, None).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return VapidKey(public, pem, private)


KEY = new_key()


def message(**parts: Any) -> Message:
    """A message; `parts` are what the test is about."""
    usual = {
        "title": "Bilen är din",
        "body": "Hämta nyckeln",
        "data": {"link": "/car"},
        "badge": 3,
        "tag": "car_booking:7",
    }
    return Message(**usual | parts)


@contextmanager
def firebase(folder: Path, **more: str) -> Iterator[Firebase]:
    """A Firebase that the settings lead to."""
    with Firebase() as made, configured(**made.settings(folder) | more):
        yield made


@contextmanager
def push_service(**more: str) -> Iterator[PushService]:
    """A push service that the settings allow."""
    with PushService() as made, configured(**made.settings() | more):
        yield made


async def send(*targets: Target, **parts: Any) -> list[Outcome]:
    """Send one message to each target."""
    return await push.send(KEY, [(target, message(**parts)) for target in targets])


async def send_to_app(token: str = "phone", **parts: Any) -> Outcome:
    """Send one message to a phone."""
    (outcome,) = await send(AppTarget(token), **parts)
    return outcome
