"""The server's log, `postgres.log` in the data folder."""

from pathlib import Path

ENOUGH = 1_000_000  # bytes; only the server's own events stand in it, so that lasts for years


def path(folder: Path) -> Path:
    """Where the log of this data folder is."""
    return folder / "postgres.log"


def rotate(folder: Path) -> None:
    """Put a log that has grown long aside, over the one before it."""
    log = path(folder)
    if log.exists() and log.stat().st_size > ENOUGH:
        log.replace(folder / "postgres.log.old")


def last_words(folder: Path) -> str:
    """The end of the log, and where all of it is, for an error message."""
    lines = path(folder).read_text(errors="replace").splitlines()
    return "\n".join(("Its last words:", *lines[-8:], f"All of them are in {path(folder)}."))
