"""The opening minute: a thousand members sign up within a second, and what becomes of places afterwards.

First all sign up for an event with a hundred places, while the list of events is asked for. Then places are drawn and
published, and fifty lines sign off and on and raise the capacity at random, while a trigger in the database says no to
one place too many. At last the server is killed in the middle of another opening, and everybody asks again.
"""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from time import perf_counter

import psycopg
import uvloop
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bench import house
from bench.client import request
from bench.lines import CUT, Answer, Line, opened
from guildhall.app import starting
from guildhall.core import clock
from guildhall.domains.events.models import Event
from guildhall.platform.embedded_postgres import Server
from guildhall.shared.auth.service import identity, sessions
from guildhall.shared.councils.models import Council
from guildhall.shared.posts.models import Permission, Post, PostHolder, PostPermission
from guildhall.shared.users.models import User
from tests.domains.events.happenings import UNWATCH, WATCH

MEMBERS, PLACES, WITHIN = 1_000, 100, 1.0  # seconds
LISTS_EVERY = 0.05  # seconds
LINES, ROUNDS = 50, 20
SLOWEST, LIST_P99 = 5.0, 0.25  # seconds: what was promised
IN_ORDER = """
SELECT count(*) = count(DISTINCT position) AND coalesce(
    (SELECT min(position) FROM event_signups WHERE event_id = %(id)s AND NOT confirmed)
        > (SELECT max(position) FROM event_signups WHERE event_id = %(id)s AND confirmed), true)
FROM event_signups WHERE event_id = %(id)s
"""
GIVEN = """
SELECT places_given, max_event_users, (SELECT count(*) FROM event_signups WHERE event_id = %(id)s),
    (SELECT count(*) FROM event_signups WHERE event_id = %(id)s AND confirmed) FROM events WHERE id = %(id)s
"""


@dataclass
class People:
    """Who takes part: an organiser's token, and the ids and tokens of members; and the events."""

    organiser: str
    members: dict[int, str]
    events: list[int]


@dataclass
class Times:
    """What came back, and how long it took."""

    statuses: Counter[int] = field(default_factory=Counter[int])
    seconds: list[float] = field(default_factory=list[float])

    async def note(self, asking: Awaitable[Answer]) -> Answer:
        begin = perf_counter()
        answer = await asking
        self.seconds.append(perf_counter() - begin)
        self.statuses[answer.status] += 1
        return answer

    def told(self) -> str:
        ranked = sorted(self.seconds)
        p50, p99 = (ranked[int(len(ranked) * share)] * 1000 for share in (0.5, 0.99))
        return f"{dict(self.statuses)}, p50 {p50:.0f} ms, p99 {p99:.0f} ms, slowest {ranked[-1] * 1000:.0f} ms"


def run() -> bool:
    """Run all three and print what came of them; whether all went as it should."""
    with house.database() as database:
        people = starting.in_session(database.url(), _gather)
        went_well = [_opening(database, people), _killed(database, people)]
    return all(went_well)


async def _gather(session: AsyncSession) -> People:
    members = select(User.id).where(User.is_member).order_by(User.id.desc()).limit(MEMBERS + 1)
    organiser, *others = list(await session.scalars(members))
    post = Post(name_sv="Bänk", name_en="Bench", council_id=(await session.scalars(select(Council.id))).first())
    session.add(post)
    await session.flush()
    manage = select(Permission.id).where(Permission.action == "manage", Permission.target == "Event")
    session.add(PostPermission(post_id=post.id, permission_id=(await session.scalars(manage)).one()))
    session.add(PostHolder(user_id=organiser, post_id=post.id))
    tokens = {user: await _token(session, user) for user in others}
    events = [_event(post.council_id) for _ in range(2)]
    session.add_all(events)
    await session.flush()
    return People(await _token(session, organiser), tokens, [event.id for event in events])


async def _token(session: AsyncSession, user: int) -> str:
    return identity.access_token((await sessions.open_session(session, user, "bench")).actor)


def _event(council_id: int) -> Event:
    now = clock.now()
    return Event(
        council_id=council_id,
        title_sv="Nobelsittning",
        title_en="Nobel sitting",
        description_sv="",
        description_en="",
        location="Gasque",
        starts_at=now + timedelta(days=30),
        ends_at=now + timedelta(days=30, hours=6),
        signup_start=now - timedelta(hours=1),
        signup_end=now + timedelta(hours=1),
        max_event_users=PLACES,
        can_signup=True,
        mentor_group_types=[],
    )


def _opening(database: Server, people: People) -> bool:
    event = people.events[0]
    with house.serving(True) as process:
        went_well = [uvloop.run(_sign_up(process.port, people, event))]
        with psycopg.connect(database.url(), autocommit=True) as connection:
            connection.execute(WATCH)
            went_well += [uvloop.run(_come_and_go(process.port, people, event))]
            went_well += [_is_in_order(connection, event)]
            connection.execute(UNWATCH)
    return all(went_well)


async def _sign_up(port: int, people: People, event: int) -> bool:
    lines, (asker,) = await opened(port, len(people.members)), await opened(port, 1)
    signups, lists, over = Times(), Times(), asyncio.Event()
    await asker.ask(request("GET", "/events/"))  # as everybody has done who waits for the opening
    asking = asyncio.create_task(_ask_for_lists(asker, lists, over))
    dice = random.Random(1)
    await asyncio.gather(
        *(
            _sign_one_up(line, signups, dice.random() * WITHIN, event, user, token)
            for line, (user, token) in zip(lines, people.members.items(), strict=True)
        )
    )
    over.set()
    await asking
    shown = json.loads((await asker.ask(request("GET", f"/events/{event}"))).body)["signup_count"]
    print(f"{len(lines)} members sign up within {WITHIN:.0f} s: {signups.told()}; {shown} are shown")
    print(f"  GET /events/ meanwhile: {lists.told()}")
    list_p99 = sorted(lists.seconds)[int(len(lists.seconds) * 0.99)]
    return (
        signups.statuses == {200: MEMBERS}
        and shown == MEMBERS
        and max(signups.seconds) < SLOWEST
        and set(lists.statuses) == {200}
        and list_p99 < LIST_P99
    )


async def _ask_for_lists(line: Line, lists: Times, over: asyncio.Event) -> None:
    while not over.is_set():
        await lists.note(line.ask(request("GET", "/events/")))
        await asyncio.sleep(LISTS_EVERY)


async def _sign_one_up(line: Line, times: Times, after: float, event: int, user: int, token: str) -> Answer:
    await asyncio.sleep(after)
    return await times.note(line.ask(_signup(event, user, token)))


def _signup(event: int, user: int, token: str) -> bytes:
    return request("POST", f"/event-signup/{event}", token, body=json.dumps({"user_id": user}).encode())


async def _come_and_go(port: int, people: People, event: int) -> bool:
    (chief,) = await opened(port, 1)
    past = json.dumps({"signup_end": (clock.now() - timedelta(seconds=1)).isoformat()}).encode()
    begin = perf_counter()
    steps = [
        await chief.ask(request("PATCH", f"/events/{event}", people.organiser, body=past)),
        await chief.ask(request("POST", f"/events/event-signups/{event}", people.organiser)),
        await chief.ask(request("PATCH", f"/events/confirmed/{event}", people.organiser)),
    ]
    print(f"drawn and published in {perf_counter() - begin:.2f} s: {[step.status for step in steps]}")
    times = Times()
    lines = await opened(port, LINES)
    crowd = list(people.members.items())
    await asyncio.gather(
        *(_wander(line, times, people.organiser, event, crowd[number::LINES]) for number, line in enumerate(lines))
    )
    print(f"  {LINES} lines come, go and raise the capacity: {times.told()}")
    return {step.status for step in steps} == {200} and set(times.statuses) <= {200, 404, 409}


async def _wander(line: Line, times: Times, chief: str, event: int, crowd: Sequence[tuple[int, str]]) -> None:
    dice = random.Random(crowd[0][0])
    for _ in range(ROUNDS):
        user, token = dice.choice(crowd)
        acts: list[Callable[[], bytes]] = [
            lambda user=user, token=token: request("DELETE", f"/event-signup/{event}?user_id={user}", token),
            lambda user=user: _signup(event, user, chief),
            lambda: request("PATCH", f"/events/{event}", chief, body=_capacity(dice)),
        ]
        act = dice.choices(acts, (10, 8, 1))[0]
        await times.note(line.ask(act()))


def _capacity(dice: random.Random) -> bytes:
    return json.dumps({"max_event_users": PLACES + dice.randrange(100)}).encode()


def _is_in_order(connection: psycopg.Connection, event: int) -> bool:
    (in_order,) = connection.execute(IN_ORDER, {"id": event}).fetchone() or (False,)
    given, capacity, signups, confirmed = connection.execute(GIVEN, {"id": event}).fetchone() or (0, 0, 0, 0)
    print(f"  at the end {signups} sign-ups, {confirmed} of {capacity} places, counted {given}; in order: {in_order}")
    return in_order and given == confirmed == min(capacity, signups)


def _killed(database: Server, people: People) -> bool:
    event = people.events[1]
    answers: dict[int, Answer] = dict.fromkeys(people.members, CUT)
    with house.serving(True) as process:
        uvloop.run(_until_killed(process, people, event, answers))
    cut = [user for user, answer in answers.items() if answer == CUT]
    with house.serving(True) as process:
        again = uvloop.run(_again(process.port, people, event, cut))
        (shown,) = uvloop.run(_shown(process.port, event))
    answered = MEMBERS - len(cut)
    print(f"killed in the middle: {answered} were answered, the others ask again: {again.told()}; {shown} are shown")
    with psycopg.connect(database.url(), autocommit=True) as connection:
        (_, _, signups, _) = connection.execute(GIVEN, {"id": event}).fetchone() or (0, 0, 0, 0)
    return signups == shown == MEMBERS and again.statuses == {200: len(cut)} and bool(cut)


async def _until_killed(process: house.Process, people: People, event: int, answers: dict[int, Answer]) -> None:
    lines, times = await opened(process.port, MEMBERS), Times()
    dice = random.Random(2)

    async def one(line: Line, user: int, token: str) -> None:
        answers[user] = await _sign_one_up(line, times, dice.random() * WITHIN, event, user, token)

    asking = [one(line, *member) for line, member in zip(lines, people.members.items(), strict=True)]

    async def kill() -> None:
        await asyncio.sleep(WITHIN * 0.6)
        process.process.kill()
        await asyncio.sleep(1)
        for line in lines:
            line.close()  # of those that the server had not taken yet, nobody would hear

    await asyncio.gather(kill(), *asking)


async def _again(port: int, people: People, event: int, cut: Sequence[int]) -> Times:
    lines, times = await opened(port, len(cut)), Times()
    who = [(line, user, people.members[user]) for line, user in zip(lines, cut, strict=True)]
    await asyncio.gather(*(_sign_one_up(line, times, 0, event, user, token) for line, user, token in who))
    return times


async def _shown(port: int, event: int) -> tuple[int]:
    (line,) = await opened(port, 1)
    return (json.loads((await line.ask(request("GET", f"/events/{event}"))).body)["signup_count"],)
