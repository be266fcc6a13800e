"""What happens when many want one thing at once, and when more ask than there are connections to the database."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from itertools import repeat

import uvloop

from bench import house, machine
from bench.client import Tally, lasting, load, request
from bench.routes import booking
from guildhall.core import clock

CLIENTS, ROUNDS = 100, 5
CROWD, POOL, CROWD_SECONDS = 64, "10", 5.0


def run() -> bool:
    """Run both races and print what came of them; whether all went as it should."""
    with house.database() as database, machine.on(machine.OTHERS):
        token, _ = house.sign_in(database)
        return all([_one_slot(token), _a_crowd(token)])


def _one_slot(token: str) -> bool:
    print(f"{CLIENTS} bookings of one slot at once, through two processes:")
    with ExitStack() as stack:
        ports = [stack.enter_context(house.serving()).port for _ in range(2)]
        went_well = [uvloop.run(_race(ports, token, number)) for number in range(ROUNDS)]
    return all(went_well)


async def _race(ports: list[int], token: str, number: int) -> bool:
    wishes, over = _wishes(token, number), asyncio.Event()
    others = [
        asyncio.create_task(load(ports[0], _until(over, request("GET", path, token)), 1))
        for path in ("/health/live", "/users/me")
    ]
    tallies = await asyncio.gather(*(load(port, iter(wishes[::2]), CLIENTS // 2) for port in ports))
    over.set()
    booked, refused = (sum(tally.statuses[status] for tally in tallies) for status in (200, 409))
    slowest = max(tally.percentile(1) for tally in tallies)
    print(f"  {booked} booked, {refused} refused, the slowest in {slowest:.0f} ms. Meanwhile:")
    live, me = [await other for other in others]
    print(f"    /health/live {_told(live)}\n    /users/me    {_told(me)}")
    return (booked, refused) == (1, CLIENTS - 1) and set(live.statuses) == set(me.statuses) == {200}


def _wishes(token: str, number: int) -> list[bytes]:
    start = clock.now() + timedelta(days=100 + number)
    body = booking(start.isoformat(), (start + timedelta(hours=1)).isoformat())
    return [request("POST", "/car/", token, body=body)] * CLIENTS


def _until(over: asyncio.Event, one: bytes) -> Iterator[bytes]:
    yield one
    while not over.is_set():
        yield one


def _told(tally: Tally) -> str:
    return (
        f"{len(tally.times)} answers {dict(tally.statuses)}, p50 {tally.percentile(0.5):.1f} ms, "
        f"slowest {tally.percentile(1):.1f} ms"
    )


def _a_crowd(token: str) -> bool:
    with house.serving(GUILDHALL_DATABASE_POOL=POOL) as process:
        requests = lasting(repeat(request("GET", "/users/me", token)), CROWD_SECONDS)
        tally = uvloop.run(load(process.port, requests, CROWD))
    print(f"{CROWD} clients on /users/me with a pool of {POOL}: {tally.rate:.0f} requests/s, {_told(tally)}")
    return set(tally.statuses) == {200}
