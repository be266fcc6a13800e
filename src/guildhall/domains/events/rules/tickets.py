"""Tickets: what chance has given each sign-up, from a seed that nobody knows and nobody can change unseen."""

import hashlib
import hmac

SEED_BYTES = 32


def ticket(seed: bytes, event_id: int, user_id: int) -> str:
    """The ticket of a member at an event: HMAC-SHA256 of `<event id>:<user id>`, as 64 lower-case hex digits.

    `seed` is the event's 32 raw bytes. Lower tickets come first. Raises ValueError for a seed of another length.

    >>> ticket(bytes(range(32)), event_id=7, user_id=43)
    '16dadaafad912807003ed8d4b68a5ee3e1c7a2e588c9cc79d0ad1f9857327951'
    """
    return hmac.new(_whole(seed), f"{event_id}:{user_id}".encode("ascii"), hashlib.sha256).hexdigest()


def commitment(seed: bytes) -> str:
    """What is public of a seed before the draw: the SHA-256 of its 32 raw bytes, as 64 lower-case hex digits.

    Raises ValueError for a seed of another length.
    """
    return hashlib.sha256(_whole(seed)).hexdigest()


def _whole(seed: bytes) -> bytes:
    if len(seed) != SEED_BYTES:
        raise ValueError(f"a seed has {SEED_BYTES} bytes")
    return seed
