"""Rate limits per client address, in the memory of each process (N processes let N times as much through)."""

from functools import cache
from time import time

from fastapi import Request
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

from guildhall.core.errors import TooOften
from guildhall.core.settings import settings


@cache
def _parsed(limit: str) -> RateLimitItem:
    return parse(limit)


class RateLimit:
    """A dependency that counts requests per client and path. `setting` names the setting with the limit.

    A request counts once, also when it is asked about twice: before its body is read, and after.

    Raises TooOften.
    """

    def __init__(self, setting: str) -> None:
        self._setting = setting
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    async def __call__(self, request: Request) -> None:
        counted: set[RateLimit] = request.scope.setdefault("state", {}).setdefault("counted", set())
        if self in counted:
            return
        counted.add(self)
        limit = _parsed(getattr(settings(), self._setting))
        client = request.client.host if request.client else "unknown"
        if not await self._limiter.hit(limit, client, request.url.path):
            window = await self._limiter.get_window_stats(limit, client, request.url.path)
            raise TooOften(seconds=int(window.reset_time - time()) + 1)
