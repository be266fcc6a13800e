"""Connections to the relay, kept for a while: opening one costs more than sending a mail on it."""

import asyncio
import contextlib
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from aiosmtplib import SMTP, SMTPException

from guildhall.core.relay import Relay
from guildhall.core.settings import settings

PATIENCE = 20.0  # seconds for each step of opening a connection, and for each command
IDLE = 5.0  # seconds that a connection is kept unused; relays hang up after some minutes
FAILURES = (SMTPException, OSError, ValueError)

Kept = dict[SMTP, tuple[Relay, asyncio.TimerHandle]]
_idle: "WeakKeyDictionary[asyncio.AbstractEventLoop, Kept]" = WeakKeyDictionary()
_partings: set[asyncio.Task[None]] = set()


async def take(relay: Relay) -> SMTP:
    """A connection that is ready for a mail, greeted and signed in: one that is kept, or else a new one.

    Raises SMTPException, OSError or ValueError when there is none to be had.
    """
    kept = _kept()
    for client in [client for client, (to, _) in reversed(kept.items()) if to == relay]:
        if _took_out(client) and await _is_ready(client):
            return client
    return await _opened(relay)


def give_back(client: SMTP, relay: Relay) -> None:
    """Keep a connection for the next mail; it is closed when none comes for a while."""
    closing = asyncio.get_running_loop().call_later(IDLE, _close_unused, client)
    _kept()[client] = (relay, closing)


async def close_all() -> None:
    """Close what is kept, and wait until it is closed."""
    for client in list(_kept()):
        if _took_out(client):
            await _part(client)
    await asyncio.gather(*_partings)


def _kept() -> Kept:
    # A connection belongs to its event loop; the oldest stands first.
    return _idle.setdefault(asyncio.get_running_loop(), {})


def _took_out(client: SMTP) -> bool:
    # False when another mail was faster, or it has been closed meanwhile.
    _, closing = _kept().pop(client, (None, None))
    if closing:
        closing.cancel()
    return closing is not None


def _close_unused(client: SMTP) -> None:
    if _took_out(client):
        parting = asyncio.create_task(_part(client))
        _partings.add(parting)
        parting.add_done_callback(_partings.discard)


async def _is_ready(client: SMTP) -> bool:
    # Also undoes what is left of a mail that was refused.
    try:
        await client.rset()
    except FAILURES:
        client.close()
        return False
    except asyncio.CancelledError:
        client.close()
        raise
    return True


async def _opened(relay: Relay) -> SMTP:
    client = SMTP(
        hostname=relay.host,
        port=relay.port,
        username=relay.user,
        password=relay.password,
        use_tls=relay.encryption == "tls",
        start_tls=relay.encryption == "starttls",  # and then nothing is said before it is encrypted
        local_hostname=_own_name(),
        timeout=PATIENCE,
    )
    try:
        async with asyncio.timeout(3 * PATIENCE):
            await client.connect()
            await client.rset()  # greets a server that wants neither encryption nor a password
    except BaseException:
        client.close()
        raise
    return client


def _own_name() -> str:
    host = urlsplit(settings().public_url).hostname or "localhost"
    if ":" in host:
        return f"[IPv6:{host}]"
    return f"[{host}]" if host.replace(".", "").isdigit() else host.encode("idna").decode()


async def _part(client: SMTP) -> None:
    with contextlib.suppress(*FAILURES):
        await client.quit(timeout=1)
    client.close()
