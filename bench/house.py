"""A house to measure: an embedded PostgreSQL, durable as in production, a seeded guild, and real `serve` processes."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import psutil
import psycopg
from sqlalchemy.ext.asyncio import AsyncSession

from bench import client, guild, machine
from guildhall.app import migrating, starting
from guildhall.platform import embedded_postgres
from guildhall.platform.embedded_postgres import Server
from guildhall.shared.auth.service import identity, sessions

SETTINGS = {
    "GUILDHALL_ENVIRONMENT": "production",
    "GUILDHALL_SECRET_KEY": "for measuring, and for nothing else at all",
    "GUILDHALL_PUBLIC_URL": "http://localhost",
    "GUILDHALL_SITE_URL": "http://localhost",
    "GUILDHALL_SMTP_URL": "smtp+plain://127.0.0.1:9",  # nothing is delivered while routes are measured
    "GUILDHALL_RATE_LIMIT_REFRESH": "10000000/minute",  # one client asks for as much as a whole guild
    "GUILDHALL_ACCESS_TOKEN_SECONDS": "86400",
}


@dataclass(frozen=True)
class Process:
    """A running `serve`, on a core of its own: its port, and how long it took to give its first good answer."""

    port: int
    start_up: float
    process: psutil.Process

    @property
    def cpu(self) -> float:
        """The seconds of CPU that it has used."""
        times = self.process.cpu_times()
        return times.user + times.system

    @property
    def memory(self) -> float:
        """The memory it has resident, in MiB."""
        return self.process.memory_info().rss / 2**20


@contextmanager
def database() -> Iterator[Server]:
    """A database with the bench's guild; nothing of it is left behind. Sets this process' settings too."""
    with tempfile.TemporaryDirectory(prefix="guildhall-bench-") as folder, machine.on(machine.OTHERS):
        server = embedded_postgres.start(Path(folder))
        try:
            os.environ.update(SETTINGS, GUILDHALL_DATABASE_URL=server.url(), GUILDHALL_DATA=folder)
            migrating.upgrade(server.url())
            starting.in_session(server.url(), guild.fill)
            with psycopg.connect(server.url(), autocommit=True) as connection:
                connection.execute("VACUUM ANALYZE")  # as PostgreSQL does by itself within minutes
            yield server
        finally:
            server.stop()
            embedded_postgres.remove(Path(folder))


def sign_in(database: Server) -> tuple[str, str]:
    """The president's access token and refresh cookie; no password is hashed for it."""

    async def work(session: AsyncSession) -> tuple[str, str]:
        opened = await sessions.open_session(session, await guild.president(session), "bench")
        return identity.access_token(opened.actor), f"{starting.settings().refresh_cookie}={opened.cookie}"

    return starting.in_session(database.url(), work)


@contextmanager
def serving(worker: bool = False, /, **settings: str) -> Iterator[Process]:
    """A `serve` process on the database, without worker, on its core; stopped at the end of the `with`.

    With its worker, it has all cores: then what others notice is what would be noticed in production.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listening:
        begin = perf_counter()
        started = _start(listening, settings, worker=worker)
        try:
            port = listening.getsockname()[1]
            _wait_for_answer(port)
            yield Process(port, perf_counter() - begin, psutil.Process(started.pid))
        finally:
            started.terminate()
            started.wait()


def _start(listening: socket.socket, settings: dict[str, str], *, worker: bool) -> "subprocess.Popen[bytes]":
    fd = listening.fileno()
    alone = "--worker" if worker else "--no-worker"
    command = [sys.executable, "-m", "guildhall", "serve", alone, "--fd", str(fd)]
    with machine.on(machine.SERVER | machine.OTHERS if worker else machine.SERVER):
        return subprocess.Popen(command, env=os.environ | settings, pass_fds=[fd], stdout=subprocess.DEVNULL)


def _wait_for_answer(port: int) -> None:
    # The socket listens already, so the request waits in it until the process is there: nothing is polled.
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(client.request("GET", "/health/ready"))
        answer = line.recv(65_536)
    if not answer.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"the server is not ready: {answer.decode(errors='replace')}")
