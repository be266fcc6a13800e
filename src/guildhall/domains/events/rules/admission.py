"""Tickets for the door: a short text that only this guild can write, made for a small QR code.

`GH-7-42-MFRGGZDFMZTWQ2LK` names the event, the user and a signature of both: nothing in it is secret, and nobody can
make one for somebody else. Only signs of QR's alphanumeric mode, so that the code stays small.
"""

import base64
import hashlib
import hmac
import re

SIGNATURE_BYTES = 10
_FORM = re.compile(r"GH-(\d{1,10})-(\d{1,10})-([A-Z2-7]{16})", re.ASCII)


def code(key: str, event_id: int, user_id: int) -> str:
    """The ticket of a user at an event."""
    return f"GH-{event_id}-{user_id}-{_signature(key, event_id, user_id)}"


def read(key: str, text: str) -> tuple[int, int] | None:
    """The event's and the user's id; None when it is not one of our tickets."""
    found = _FORM.fullmatch(text.strip().upper())
    if found is None:
        return None
    event_id, user_id = int(found[1]), int(found[2])
    is_ours = hmac.compare_digest(found[3], _signature(key, event_id, user_id))
    return (event_id, user_id) if is_ours else None


def _signature(key: str, event_id: int, user_id: int) -> str:
    signed = hmac.digest(key.encode(), f"{event_id}:{user_id}".encode(), hashlib.sha256)
    return base64.b32encode(signed[:SIGNATURE_BYTES]).decode()
