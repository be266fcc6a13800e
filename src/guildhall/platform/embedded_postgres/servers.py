"""A running server, on a leash.

A small shell script, the guardian, runs PostgreSQL and listens to a pipe whose other end only the supervising
process holds. The pipe closes when that process stops the server, ends, or is killed with -9; then the guardian
stops the server. So the ordinary way down is the same as the worst one, and is tried every day.
"""

import os
import subprocess
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

from guildhall.platform.embedded_postgres import clusters, logs, postmaster
from guildhall.platform.embedded_postgres.clusters import ROLE, Cluster
from guildhall.platform.embedded_postgres.errors import AlreadyRunning, EmbeddedPostgresError, explained
from guildhall.platform.embedded_postgres.locks import Lock
from guildhall.platform.embedded_postgres.postmaster import PORT, SOCKETS, Postmaster
from guildhall.platform.embedded_postgres.programs import program

DATABASE = "guildhall"
PATIENCE = 120  # seconds; a recovery after a power cut can take a while
FAST_AND_LOOSE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# TERM before INT: the shell starts background jobs with INT ignored, and the server might not yet listen to it.
GUARDIAN = """
sockets=$1; shift
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
{ read -r _; kill -s TERM "$server"; kill -s INT "$server"; } <&3 2>/dev/null &
watch=$!
wait "$server"; code=$?
kill "$watch" 2>/dev/null
rm -rf "$sockets"
exit "$code"
"""


@dataclass(frozen=True)
class Leash:
    """What the supervising process holds on to: the guardian with its pipe, and the data folder's lock."""

    cluster: Cluster
    guardian: "subprocess.Popen[bytes]"
    lock: Lock

    def let_go(self) -> None:
        """Close the pipe and wait until guardian and server are gone. May be called twice."""
        if not self.lock.held:  # by now the folder may have another supervisor, whose server is not ours to stop
            return
        if self.guardian.stdin:
            self.guardian.stdin.close()
        self.cluster.claim().release()
        self.guardian.wait()
        self.lock.release()


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server that accepts connections: its data, its socket folder, the process id of its postmaster."""

    cluster: Cluster
    sockets: Path
    pid: int
    leash: Leash | None = field(default=None, repr=False)

    def url(self, database: str = DATABASE) -> str:
        """The address of a database, for libpq and, as `postgresql+psycopg://`, for SQLAlchemy."""
        return f"postgresql://{ROLE}@/{quote(database, safe='')}?host={quote(str(self.sockets))}&port={PORT}"

    def program(self, name: str) -> str:
        """The path of one of PostgreSQL's client programs of the server's version: `psql`, `pg_dump` ..."""
        return program(name)

    def stop(self) -> None:
        """Stop the server in good order and wait until all of it is gone; unfinished transactions are rolled back.

        May be called twice. Raises EmbeddedPostgresError when the server does not stop.
        """
        if self.leash:
            self.leash.let_go()
        else:
            self.cluster.claim().release()


def start(folder: Path, *, durable: bool = True) -> Server:
    """Run the data folder's server until this process ends or calls `stop`; the first time, make its cluster.

    With durable=False a power cut may cost the data; tests want that for speed. Raises AlreadyRunning when another
    process keeps a server on this folder, EmbeddedPostgresError when none can run.
    """
    with explained(), ExitStack() as undo:
        folder.mkdir(parents=True, exist_ok=True)
        folder = folder.resolve()
        lock = _supervise(folder)
        undo.callback(lock.release)
        logs.rotate(folder)
        cluster = clusters.find(folder) or clusters.make(folder, durable=durable)
        leash = Leash(cluster, _launch(cluster, durable=durable), lock)
        undo.callback(leash.let_go)
        note = _wait_until_ready(leash)
        server = Server(cluster, note.sockets, note.pid, leash)
        _make_database(server)
        undo.pop_all()
        return server


def running(folder: Path) -> Server | None:
    """The server that another process keeps on the data folder, ready for connections; None when none runs."""
    with explained():
        cluster = clusters.find(folder.resolve())
        note = postmaster.read(cluster.data) if cluster else None
        if cluster and note and note.ready and note.answers():
            return Server(cluster, note.sockets, note.pid)
        return None


def remove(folder: Path) -> None:
    """Remove the database of the data folder for good, also the part that root keeps elsewhere.

    Raises EmbeddedPostgresError when a server still runs on it.
    """
    with explained():
        clusters.discard(folder.resolve() / "postgres")


def _supervise(folder: Path) -> Lock:
    lock = Lock(folder / "supervisor.lock")
    if not lock.take(str(os.getpid())):
        raise AlreadyRunning(f"Process {lock.words()} already keeps a PostgreSQL server on {folder}.")
    return lock


def _launch(cluster: Cluster, *, durable: bool) -> "subprocess.Popen[bytes]":
    lock = cluster.claim()
    try:
        sockets = tempfile.mkdtemp(prefix=SOCKETS.name, dir=SOCKETS.parent)
        cluster.owner.give(Path(sockets))
        command = ["/bin/sh", "-c", GUARDIAN, "guildhall", sockets, *_postgres(cluster, sockets, durable=durable)]
        return cluster.owner.spawn(command, logs.path(cluster.folder), keep=(lock.fd,), stdin=subprocess.PIPE)
    finally:
        lock.release()  # the server's processes hold it now


def _postgres(cluster: Cluster, sockets: str, *, durable: bool) -> list[str]:
    settings = {"listen_addresses": "", "unix_socket_directories": sockets, "port": str(PORT)}
    if not durable:
        settings |= FAST_AND_LOOSE
    options = [f"--{name}={value}" for name, value in settings.items()]
    return [program("postgres"), "-D", str(cluster.data), *options]


def _wait_until_ready(leash: Leash) -> Postmaster:
    deadline = time.monotonic() + PATIENCE
    while leash.guardian.poll() is None and time.monotonic() < deadline:
        note = postmaster.read(leash.cluster.data)
        if note and note.ready:
            return note
        time.sleep(0.005)
    raise EmbeddedPostgresError(f"PostgreSQL does not start. {logs.last_words(leash.cluster.folder)}")


def _make_database(server: Server) -> None:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f'CREATE DATABASE "{DATABASE}"')
