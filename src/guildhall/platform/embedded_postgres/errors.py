"""What can keep the embedded PostgreSQL from running, in words for the person at the terminal."""

from collections.abc import Generator
from contextlib import contextmanager

import psycopg

WAY_OUT = "Any PostgreSQL 15 or newer can be used instead: name it in the setting GUILDHALL_DATABASE_URL."


class EmbeddedPostgresError(Exception):
    """The embedded PostgreSQL cannot do what was asked; the message says what is missing and the way out."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}\n{WAY_OUT}")


class AlreadyRunning(EmbeddedPostgresError):
    """Another process already keeps a server on this folder; the message names it."""


@contextmanager
def explained() -> Generator[None]:
    """Turn refusals of the system or the server (no rights, no room) into an `EmbeddedPostgresError`."""
    try:
        yield
    except (OSError, psycopg.Error) as error:
        raise EmbeddedPostgresError(f"The embedded PostgreSQL cannot run here: {error}.") from error
