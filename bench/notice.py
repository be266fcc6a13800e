"""One notice to the whole guild, from the transaction that tells it to the last screen and the last letter.

Real workers; Firebase, a browsers' push service and a mail server are real servers on loopback, in this process.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import perf_counter, sleep

import psycopg
from sqlalchemy import event, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bench import house, machine
from bench.statements import logged
from guildhall.app import starting
from guildhall.core.settings import settings
from guildhall.platform import push
from guildhall.platform.embedded_postgres import Server
from guildhall.shared.notifications.models import PushDevice
from guildhall.shared.notifications.seed import KIND
from guildhall.shared.notifications.service import Notice, notify
from guildhall.shared.users.models import User
from tests.push_services import Browser, Firebase, PushService
from tests.sinks import Sink

PHONES, BROWSERS, LETTERS = 1_000, 500, 600
NOTICE = Notice(
    "Nollegasquen släpps klockan tolv", "Tickets at noon", "Anmälan öppnar i dag.", "Sign-up opens.", "/events"
)
SESSIONS = text("""
INSERT INTO refresh_sessions (user_id, token_hash, device, created_at, last_used_at, expires_at)
SELECT id, sha256(id::text::bytea), 'bench', now(), now(), now() + interval '1 day' FROM users ORDER BY id LIMIT 1500
RETURNING id, user_id
""")
WANT_MAIL = text("""
INSERT INTO notification_preferences (user_id, kind, channel, wanted)
SELECT id, :kind, 'mail', true FROM users WHERE is_active AND is_verified ORDER BY id LIMIT :many
""")
PREPARED = "TRUNCATE notices, notifications, pushes, procrastinate_jobs, mails CASCADE"


def run(rounds: int = 3) -> bool:
    """Tell everybody, some times, and print what it took; whether everybody was told once each time."""
    with ExitStack() as stack:
        firebase, service = stack.enter_context(Firebase()), stack.enter_context(PushService())
        sink = stack.enter_context(Sink())
        database = stack.enter_context(house.database())
        stack.enter_context(machine.on(machine.OTHERS))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        given = firebase.settings(folder) | service.settings() | {"smtp_url": sink.url}
        os.environ.update({f"GUILDHALL_{name.upper()}": value for name, value in given.items()})
        settings.cache_clear()
        starting.in_session(database.url(), lambda session: _furnish(session, service))
        told = _Told(firebase, service, sink)
        print(f"{machine.description()}: 2,000 members, {PHONES} phones, {BROWSERS} browsers, {LETTERS} letters")
        went_well = [_round(database, told, is_counted=False) for _ in range(rounds)]
        return all([*went_well, _round(database, told, is_counted=True)])


async def _furnish(session: AsyncSession, service: PushService) -> None:
    key = await push.vapid_key(session)
    owners = (await session.execute(SESSIONS)).all()
    for number, (session_id, user_id) in enumerate(owners):
        browser = service.browser(key.public) if number >= PHONES else None
        session.add(_device(number, browser, session_id, user_id))
    await session.execute(WANT_MAIL, {"kind": KIND, "many": LETTERS})


def _device(number: int, browser: Browser | None, session_id: int, user_id: int) -> PushDevice:
    return PushDevice(
        token=browser.target.endpoint if browser else f"phone{number}",
        provider="browser" if browser else "app",
        platform="web" if browser else "ios",
        p256dh=browser.target.p256dh if browser else None,
        auth=browser.target.auth if browser else None,
        session_id=session_id,
        user_id=user_id,
    )


class _Told:
    """What has come to phones, browsers and letter boxes."""

    def __init__(self, firebase: Firebase, service: PushService, sink: Sink) -> None:
        self._firebase, self._service, self._sink = firebase, service, sink

    @property
    def counts(self) -> tuple[int, int, int]:
        shown = sum(len(browser.shown) for browser in self._service.browsers.values())
        return len(self._firebase.received), shown, len(self._sink.received)

    def forget(self) -> None:
        self._firebase.received.clear()
        self._sink.received.clear()
        for browser in self._service.browsers.values():
            browser.shown.clear()


def _round(database: Server, told: _Told, *, is_counted: bool) -> bool:
    with psycopg.connect(database.url(), autocommit=True) as connection:
        connection.execute(PREPARED)
    told.forget()
    with _worker() as worker, ExitStack() as stack:
        log = stack.enter_context(logged(database)) if is_counted else None
        begin = perf_counter()
        seconds, statements = _tell(database)
        pushed = _until(lambda: told.counts[:2] == (PHONES, BROWSERS), begin)
        mailed = _until(lambda: told.counts[2] == LETTERS, begin)
        if log:
            sleep(2)  # what came last is written down; asking whether it is would be counted too
            print(f"  {len(log())} statements in all, COMMITs and the job queue's own included")
            return told.counts == (PHONES, BROWSERS, LETTERS)
        _until(lambda: _is_done(database), begin)
    rates = f"{(PHONES + BROWSERS) / pushed:.0f} pushes/s, {LETTERS / mailed:.0f} letters/s"
    print(
        f"  told with {statements} statements in {seconds * 1000:.0f} ms; every push after {pushed:.1f} s, "
        f"every letter after {mailed:.1f} s ({rates}); worker {worker.pid}"
    )
    return told.counts == (PHONES, BROWSERS, LETTERS)


def _tell(database: Server) -> tuple[float, int]:
    async def work(session: AsyncSession) -> tuple[float, int]:
        seen: list[str] = []
        bind = session.get_bind()
        event.listen(bind, "before_cursor_execute", lambda *call: seen.append(call[2]))
        begin = perf_counter()
        await notify(session, KIND, select(User.id), NOTICE)
        await session.commit()
        return perf_counter() - begin, len(seen)

    return starting.in_session(database.url(), work)


@contextmanager
def _worker() -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", "guildhall", "worker"]
    with machine.on(machine.SERVER):
        process = subprocess.Popen(command, env=os.environ, stdout=subprocess.PIPE)
    assert process.stdout
    try:
        assert b"Working" in process.stdout.readline()
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def _until(there: Callable[[], bool], begin: float) -> float:
    while not there():
        if perf_counter() - begin > 300:
            raise TimeoutError("not everybody was told")
        sleep(0.02)
    return perf_counter() - begin


def _is_done(database: Server) -> bool:
    with psycopg.connect(database.url(), autocommit=True) as connection:
        row = connection.execute("SELECT count(*) FROM procrastinate_jobs").fetchone()
    return row == (0,)
