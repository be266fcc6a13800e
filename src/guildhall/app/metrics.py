"""`/metrics`: what all processes have counted and what the database knows, for Prometheus."""

import asyncio
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import Depends, Request, Response

from guildhall.app.figures import Figures
from guildhall.core.access import Access
from guildhall.core.database import Database
from guildhall.core.errors import Forbidden
from guildhall.core.manifest import Domain
from guildhall.core.routing import Router
from guildhall.core.settings import settings
from guildhall.platform.telemetry.exposition import CONTENT_TYPE, exposition

PASSED_ON = ("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "forwarded", "via")


class MetricsNotForYou(Forbidden):
    code = "metrics_not_for_you"
    en, sv = (
        "The figures are read from other addresses, or with a token",
        "Siffrorna läses från andra adresser, eller med en nyckel",
    )


@dataclass(frozen=True)
class Scraper(Access):
    """The word for what machines read: from the addresses of `metrics_from`, or with the token `metrics_token`."""

    async def __call__(self, request: Request) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Raises MetricsNotForYou."""
        if not (_has_token(request) or _comes_from(request, settings().metrics_from)):
            raise MetricsNotForYou


scraper = Scraper("allowed address or token")
router = Router(tags=["house"], dependencies=[Depends(scraper)])


def _has_token(request: Request) -> bool:
    wanted = settings().metrics_token
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if wanted is None or scheme.lower() != "bearer":
        return False
    return hmac.compare_digest(token.strip().encode(), wanted.get_secret_value().encode())


def _comes_from(request: Request, networks: Iterable[str]) -> bool:
    # Behind a proxy that nobody trusts everybody has the proxy's address. A trusted one's word has replaced it.
    client = request.scope.get("client")
    is_passed_on = any(name in request.headers for name in PASSED_ON)
    if client is None or (is_passed_on and client == request.scope["state"].get("peer", client)):
        return False
    try:
        address = ip_address(client[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in ip_network(network) for network in networks)


@cache
def _figures(database: Database) -> Figures:
    return Figures(database)


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request) -> Response:
    """The figures in Prometheus' own form."""
    found = await _figures(request.app.state.database).found()
    return Response(await asyncio.to_thread(exposition, found), media_type=CONTENT_TYPE)


domain = Domain(name="metrics", routers=(router,))
