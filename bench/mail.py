"""How fast mail leaves the house, and whether those who cause it notice when the relay is away."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from os import environ
from time import perf_counter

import uvloop
from sqlalchemy.ext.asyncio import AsyncSession

from bench import house, machine
from bench.client import Tally, lasting, load
from bench.routes import bookings
from guildhall.app import starting
from guildhall.platform.embedded_postgres import Server
from guildhall.platform.mail import service
from guildhall.platform.mail.service import Recipient
from tests.sinks import Sink

MAILS, NOTICES, SECONDS, CONNECTIONS, ROUNDS = 1_000, 2_000, 5.0, 16, 3
VERIFY = "shared/auth/mails/verify.txt"
PATIENCE = 300


def run() -> bool:
    """Measure and print; whether every mail came, and every answer was good."""
    with Sink() as sink, house.database() as database, machine.on(machine.OTHERS):
        up, down = {"GUILDHALL_SMTP_URL": sink.url}, {"GUILDHALL_SMTP_URL": "smtp+plain://127.0.0.1:9"}
        environ.update(up)
        starting.settings.cache_clear()
        results = [_deliver(database, sink, up), _notify(database, sink, up)]
        token, _ = house.sign_in(database)
        for name, settings in (("there", up), ("away", down)) * ROUNDS:
            results.append(_cause(token, name, settings))
    return all(results)


def _deliver(database: Server, sink: Sink, settings: dict[str, str]) -> bool:
    async def write(session: AsyncSession) -> None:
        for number in range(MAILS):
            await service.write(session, f"mail{number}@example.org", VERIFY, minutes=60, token="t")

    starting.in_session(database.url(), write)
    return _measure(f"{MAILS} mails, one by one", MAILS, sink, settings)


def _notify(database: Server, sink: Sink, settings: dict[str, str]) -> bool:
    people = [Recipient(f"member{number}@example.org") for number in range(NOTICES)]

    async def write(session: AsyncSession) -> None:
        await service.write_many(session, people, VERIFY, minutes=60, token="t")

    begin = perf_counter()
    starting.in_session(database.url(), write)
    print(f"a letter to {NOTICES}: written in {perf_counter() - begin:.2f} s")
    return _measure(f"a letter to {NOTICES}", NOTICES, sink, settings)


def _measure(what: str, many: int, sink: Sink, settings: dict[str, str]) -> bool:
    before, opened = len(sink.received), sink.connections
    with _worker(settings, machine.SERVER):
        sink.wait_for(before + 1, PATIENCE)  # the worker has begun
        begin, first = perf_counter(), len(sink.received)
        came = sink.wait_for(before + many, PATIENCE)
        seconds = perf_counter() - begin
    rate = (len(sink.received) - first) / seconds
    print(f"{what}: {rate:.0f} mails/s by one worker, over {sink.connections - opened} connections")
    return came and len(sink.received) == before + many


def _cause(token: str, relay: str, settings: dict[str, str]) -> bool:
    with _worker(settings, machine.OTHERS), house.serving(**settings) as process:
        before = process.cpu
        requests = lasting(bookings(token, ""), SECONDS)
        tally: Tally = uvloop.run(load(process.port, requests, CONNECTIONS))
        cpu = (process.cpu - before) / max(len(tally.times), 1) * 1000
    print(
        f"POST /car/, which mails the keeper, relay {relay}: {tally.rate:.0f} requests/s, "
        f"p50 {tally.percentile(0.5):.0f} ms, p99 {tally.percentile(0.99):.0f} ms, {cpu:.1f} ms of CPU each"
    )
    return set(tally.statuses) == {200}


@contextmanager
def _worker(settings: dict[str, str], core: set[int]) -> Iterator[None]:
    with machine.on(core):
        command = [sys.executable, "-m", "guildhall", "worker", "--queues", "mail,bulk"]
        started = subprocess.Popen(command, env=environ | settings, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        started.terminate()
        started.wait()
