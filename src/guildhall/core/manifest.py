"""What a domain brings to the house: the manifest in its `domain.py`."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.hooks import Hook

Work = Callable[..., Awaitable[None]]


@dataclass(frozen=True)
class Job:
    """Later work: `run(session, **ids)` in a transaction of its own. It looks again and may run twice."""

    name: str
    run: Work
    queue: str = "default"
    retries: int = 5


@dataclass(frozen=True)
class Schedule:
    """A job by the clock (UTC), as cron writes it."""

    cron: str
    job: str


Channel = Literal["inbox", "push", "mail"]
CHANNELS: tuple[Channel, ...] = ("inbox", "push", "mail")


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notice, about which members say how they want to be told.

    `on` are the channels by which they are told unless they say otherwise; the names are what they choose from.
    """

    name: str
    en: str
    sv: str
    on: frozenset[Channel]


notice_kinds: dict[str, NoticeKind] = {}
"""Every kind of notice that an installed domain declares, by its name."""


@dataclass(frozen=True)
class Domain:
    """Everything that `app` needs to know of a domain. `bulky` are paths of its routes that take many files."""

    name: str
    routers: Sequence[APIRouter] = ()
    jobs: Sequence[Job] = ()
    schedules: Sequence[Schedule] = ()
    notices: Sequence[NoticeKind] = ()
    bulky: Sequence[str] = ()
    seed: Callable[[AsyncSession], Awaitable[None]] | None = None
    fills: Sequence[tuple[Hook[Any, Any], Callable[..., Awaitable[Any]]]] = field(default=())


def install(domains: Sequence[Domain]) -> None:
    """Let the domains fill the hooks they say they fill, and know their kinds of notices; may be called again."""
    for domain in domains:
        notice_kinds.update({kind.name: kind for kind in domain.notices})
        for hook, answer in domain.fills:
            hook.fill(domain.name, answer)
