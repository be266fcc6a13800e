"""The note `postmaster.pid`, in which a PostgreSQL server says who and where it is."""

import os
import shutil
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PORT = 5432  # only a part of the socket's name: nothing listens on a network port
SOCKETS = Path("/tmp/guildhall-")  # noqa: S108  # short whatever TMPDIR says: a socket path has about 100 bytes


@dataclass(frozen=True)
class Postmaster:
    """A server by its own note. It may be long dead: `answers` asks."""

    pid: int
    sockets: Path
    ready: bool

    def answers(self) -> bool:
        """Whether a living server listens there."""
        with socket.socket(socket.AF_UNIX) as line, suppress(OSError):
            line.settimeout(5)
            line.connect(str(self.sockets / f".s.PGSQL.{PORT}"))
            return True
        return False

    def sweep(self) -> None:
        """Remove the socket folder of a dead server, if it is one that we made."""
        if str(self.sockets).startswith(str(SOCKETS)) and self.sockets.parent == SOCKETS.parent:
            shutil.rmtree(self.sockets, ignore_errors=True)


def read(data: Path) -> Postmaster | None:
    """The note of the latest server on `data`; None when it stopped in good order, is not ready to tell, or when
    the note came along with a copied folder and speaks of another server."""
    with suppress(OSError, ValueError):
        pid, folder, _, _, sockets, *rest = os.fsdecode((data / "postmaster.pid").read_bytes()).split("\n")
        if folder == str(data):
            return Postmaster(int(pid), Path(sockets), ready=rest[2:3] == ["ready   "])
    return None
