"""The commands about files: checking that none is missing, and none left over."""

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from guildhall.platform.storage.findings import Found, What

storage = typer.Typer(help="Files.", no_args_is_help=True)
WORDS: Mapping["What", str] = {
    "missing": "rows without their file",
    "damaged": "files that hold something else than their row says",
    "stray": "files without a row",
    "unneeded": "rows that nobody refers to",
    "unfinished": "files that were on their way",
    "leftover": "files that were in work on this machine",
    "foreign": "things in the store that are none of ours",
}


@storage.command()
def check(
    mend: Annotated[bool, typer.Option(help="Remove what nobody needs.")] = True,
    older_than: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            min=0,
            help="How old something must be to be left over. By default a day for rows and an hour for all else; "
            "0 only while nothing else runs.",
        ),
    ] = None,
    checksums: Annotated[bool, typer.Option(help="Read every file whole, and compare its checksum.")] = False,
    even_most: Annotated[bool, typer.Option(help="Mend also when more files have no row than have one.")] = False,
    data: Annotated[Path | None, typer.Option(help="Folder for database, files and secrets (GUILDHALL_DATA).")] = None,
) -> None:
    """Compare the store with the database: every row has its file, every file its row.

    Ends with 1 when a file is missing or damaged; such are named in the log and never mended.
    """
    from guildhall.app import cli, logs, starting
    from guildhall.platform.storage import UnusableStore, store, sweeping
    from guildhall.platform.storage.findings import Ages
    from guildhall.platform.storage.probing import OK, probe

    cli.use(data)
    logs.configure()
    ages = Ages() if older_than is None else Ages(*[timedelta(seconds=older_than)] * 2)

    async def work(session: "AsyncSession") -> "Found":
        if (fault := await probe(store(), patience=10)) != OK:
            raise UnusableStore(f"{store().name} cannot be used: {fault}")
        found = await sweeping.look(session, ages, checksums=checksums)
        _say("Found", found.counts, WORDS)
        typer.echo(f"{found.good} files are as their rows say.")
        if mend:
            removed = await sweeping.mend(session, found, ages, even_most=even_most)
            _say("Removed", removed, removed)
        return found

    with starting.database_url() as url:
        found = starting.in_session(url, work)
    if found.faults:
        typer.echo("Files are missing or damaged: the log names them. Bring them back from the backup.", err=True)
        sys.exit(1)


def _say(what: str, counts: "Counter[What]", named: "Iterable[What]") -> None:
    for name in named:
        typer.echo(f"{what}: {counts[name]} {WORDS[name]}")
