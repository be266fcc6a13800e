"""What a request costs the database: the statements it sends, as the server's own log has them."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

import psycopg
import uvloop

from bench.client import Requests, load
from guildhall.platform.embedded_postgres import Server

REQUESTS = 20
_STATEMENT = re.compile(r"LOG: +(?:statement|execute [^:]+): +(\w+)")
_FRAME = {"BEGIN", "COMMIT", "ROLLBACK"}


@dataclass(frozen=True)
class Cost:
    """Per request: statements, and round trips to the database (the statements, with BEGIN and COMMIT)."""

    statements: float
    trips: float


def cost(database: Server, port: int, requests: Requests) -> Cost:
    """Send some requests, one after the other, and read the log."""
    with logged(database) as words_so_far:
        uvloop.run(load(port, islice(requests, REQUESTS), connections=1))
        words = words_so_far()
    return Cost(sum(word not in _FRAME for word in words) / REQUESTS, len(words) / REQUESTS)


@contextmanager
def logged(database: Server) -> Iterator[Callable[[], list[str]]]:
    """Log every statement for the length of the `with`; a function that gives the first word of each so far."""
    log = database.cluster.folder / "postgres.log"
    with _logging(database):
        before = log.stat().st_size
        yield lambda: _STATEMENT.findall(log.read_bytes()[before:].decode())


@contextmanager
def _logging(database: Server) -> Iterator[None]:
    with psycopg.connect(database.url(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET log_statement = 'all'")
        connection.execute("SELECT pg_reload_conf(), pg_sleep(0.2)")
        try:
            yield
        finally:
            connection.execute("ALTER SYSTEM RESET log_statement")
            connection.execute("SELECT pg_reload_conf(), pg_sleep(0.2)")
