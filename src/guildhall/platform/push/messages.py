"""What is pushed, to whom, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal


@dataclass(frozen=True)
class Message:
    """A few words that are shown on a screen, and what an app or a page needs to open the right thing.

    `badge` is the number on the app's icon; a newer message with the same `tag` replaces an older one; after `ttl`
    seconds nobody needs to see it any more.
    """

    title: str
    body: str
    data: Mapping[str, str]
    badge: int
    tag: str
    ttl: int = 86_400


@dataclass(frozen=True)
class AppTarget:
    """The app on one phone, as Firebase knows it. Whoever has the token and our account can write to it."""

    token: str = field(repr=False)


@dataclass(frozen=True)
class BrowserTarget:
    """One browser, as it subscribed: where its push service takes messages, and its keys (base64url)."""

    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)


Target = AppTarget | BrowserTarget


@dataclass(frozen=True)
class Outcome:
    """What became of one message.

    `delivered`: the service took it. `gone`: the device is not there any more; forget it. `later`: try again `after`
    a while, as long as the caller likes where it is None. `refused`: it will never be taken; the device stays. The
    `reason` is for operators and names nobody.
    """

    kind: Literal["delivered", "gone", "later", "refused"]
    after: timedelta | None = None
    reason: str = ""


DELIVERED = Outcome("delivered")
TOO_LARGE = Outcome("refused", reason="the data of the message are too large")
