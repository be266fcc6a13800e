"""A cluster: the data on the disk, and how it is made, found and taken over.

`FOLDER/postgres` is the cluster's home: a folder, or for root a link to one below /var/lib/guildhall. It appears
under that name only when it is complete. In it, `data` belongs to PostgreSQL, and `server.lock` is held by every
process of its server.
"""

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from guildhall.platform.embedded_postgres import logs, postmaster
from guildhall.platform.embedded_postgres.errors import AlreadyRunning, EmbeddedPostgresError
from guildhall.platform.embedded_postgres.locks import Lock
from guildhall.platform.embedded_postgres.programs import (
    LIBRARY,
    Account,
    account_for_new_data,
    library,
    owner,
    program,
)

ROLE = "guildhall"
# The operator may change these in postgresql.conf; what the supervisor depends on is on the server's command line.
SETTINGS = {
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "min_wal_size": "32MB",
    "max_wal_size": "256MB",
    "jit": "off",  # compiling costs more than our short queries
    "log_checkpoints": "off",
    "log_error_verbosity": "terse",  # details quote the members' data
    "log_min_error_statement": "panic",  # the application tells which statement it was
}


@dataclass(frozen=True)
class Cluster:
    """One database cluster of the data folder `folder`, with its home at the real path `home`."""

    folder: Path
    home: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's own folder."""
        return self.home / "data"

    @property
    def owner(self) -> Account:
        """The account that its server must run as."""
        return owner(self.data)

    def claim(self) -> Lock:
        """Become the only one at this cluster: stop a server that lost its supervisor, clear away what it left.

        Returns the lock that the next server must inherit. Raises AlreadyRunning when the server belongs to
        another folder (this one is a copy, with a copied link).
        """
        lock = Lock(self.home / "server.lock")
        latest = postmaster.read(self.data)  # now: a server that stops takes its note away, but not its socket folder
        if not lock.take(str(self.folder)):
            self._stop_living(lock)
        if latest:
            latest.sweep()
        (self.data / "postmaster.pid").unlink(missing_ok=True)  # or the next server may take a stranger for it
        return lock

    def _stop_living(self, lock: Lock) -> None:
        if lock.words() != str(self.folder):
            raise AlreadyRunning(f"The database of {self.folder} is in use by {lock.words()}: one is a copy.")
        for signal in (*["INT"] * 30, *["QUIT"] * 10):  # in good order; at once, and the next server recovers
            if living := postmaster.read(self.data):
                self.owner.signal(living.pid, signal)
            if lock.take(str(self.folder), patience=1):
                return
        raise EmbeddedPostgresError(f"An earlier PostgreSQL on {self.data} does not stop; end it by hand.")


def find(folder: Path) -> Cluster | None:
    """The cluster of the data folder, None before the first start. Raises EmbeddedPostgresError if it was lost."""
    home = folder / "postgres"
    if home.is_symlink() and not home.exists():
        raise EmbeddedPostgresError(
            f"The database of {folder} was kept in {home.readlink()}, which is gone. "
            f"Put it back, or remove {home} to begin with an empty database."
        )
    return Cluster(folder, home.resolve()) if home.exists() else None


def make(folder: Path, *, durable: bool) -> Cluster:
    """Make an empty cluster for the data folder, and remove what an interrupted attempt left."""
    for half in folder.glob("postgres.new-*"):
        discard(half)
    new = _new_home(folder)
    data, account = new.resolve() / "data", account_for_new_data()
    data.mkdir(mode=0o700)
    account.give(data)
    with Lock(new / "server.lock").taken(str(folder)) as lock:
        initdb = account.spawn(_initdb(data, durable=durable), logs.path(folder), keep=(lock.fd,))
    if initdb.wait() != 0:
        raise EmbeddedPostgresError(f"PostgreSQL could not make its data folder. {logs.last_words(folder)}")
    home = new.rename(folder / "postgres")  # the mark that it is complete
    return Cluster(folder, home.resolve())


def discard(link: Path) -> None:
    """Remove a cluster for good, and root's link to it. Raises TimeoutError when its processes live on."""
    home = link.resolve()
    if home.parent in (link.parent, LIBRARY) and home.exists():  # never follow a link elsewhere
        with Lock(home / "server.lock").taken("", patience=30):  # a server or an initdb may just be dying
            shutil.rmtree(home)
    if link.is_symlink():
        link.unlink()


def _new_home(folder: Path) -> Path:
    prefix = "postgres.new-"
    if os.geteuid() != 0:
        return Path(tempfile.mkdtemp(prefix=prefix, dir=folder))
    home = Path(tempfile.mkdtemp(prefix="cluster-", dir=library()))
    home.chmod(0o755)  # root keeps the lock in it, the account only goes through
    link = folder / f"{prefix}{home.name}"
    link.symlink_to(home)
    return link


def _initdb(data: Path, *, durable: bool) -> list[str]:
    # The builtin locale is the same everywhere and needs nothing of the system: macOS may lack a C.UTF-8 of its own.
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    access = [f"--username={ROLE}", "--auth-local=trust", "--auth-host=reject"]
    settings = [f"--set={name}={value}" for name, value in SETTINGS.items()]
    haste = [] if durable else ["--no-sync"]
    return [program("initdb"), f"--pgdata={data}", "--no-instructions", *locale, *access, *settings, *haste]
