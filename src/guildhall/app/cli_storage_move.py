"""`storage move`: every file of one store copied to another."""

import asyncio
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from guildhall.platform.storage import Store

NEXT = """Next:
  1. Run this again until it copies next to nothing.
  2. Set GUILDHALL_STORAGE_URL to the URL of {target}, and restart everything.
  3. Run this once more: it brings what came meanwhile.
  4. Run this with --verify, which reads every file in its new place. Keep the old store until there is a backup.
"""
URL = "file:///folder, or s3://KEY:SECRET@bucket/prefix?endpoint=https://...&region=..."


def add_to(storage: typer.Typer) -> None:
    """Add the command to those about files."""
    storage.command()(move)


def move(
    source: Annotated[str, typer.Argument(metavar="FROM", help=f"Where the files are: {URL}", show_default=False)],
    target: Annotated[str, typer.Argument(metavar="TO", help="Where they shall be, too.", show_default=False)],
    verify: Annotated[bool, typer.Option(help="Read what is in TO already again, and mend it.")] = False,
    data: Annotated[Path | None, typer.Option(help="Folder for database, files and secrets (GUILDHALL_DATA).")] = None,
) -> None:
    """Copy every file that the database knows from one store to another. Nothing is removed.

    Killed or stopped, it goes on where it was when it is started again. Ends with 1 when files are missing or wrong.
    """
    from guildhall.app import cli, starting
    from guildhall.platform.storage import moving

    cli.use(data)
    ends = moving.ends(source, target)
    with starting.database_url() as url:
        fates = asyncio.run(_move(url, *ends, verify))
    faults = sum(fates[fault] for fault in moving.FAULTS)
    typer.echo(", ".join(f"{number} {fate}" for fate, number in fates.items()) or "there is no file")
    if faults:
        typer.echo("Look at the faults above, then run it again: only they are left.", err=True)
        sys.exit(1)
    typer.echo(NEXT.format(target=ends[1].name), nl=False)


async def _move(url: str, source: "Store", target: "Store", verify: bool) -> Counter[str]:
    """What became of the files; faults are told at once."""
    from guildhall.core.database import Database
    from guildhall.platform.storage.moving import FAULTS, Move, Moved, amount

    database, fates = Database(url, 2), Counter[str]()
    try:
        files, size = await amount(database)
        typer.echo(f"{files} files ({size / 2**20:.1f} MiB) from {source.name} to {target.name}")
        with typer.progressbar(length=size, label="Moving", show_pos=False) as bar:

            def tell(moved: Moved) -> None:
                fates[moved.fate] += 1
                bar.update(moved.size)
                if moved.fate in FAULTS:
                    typer.echo(f"\n{moved.fate}: {moved.key} ({moved.why})", err=True)

            await Move(database, source, target, verify=verify).run(tell)
    finally:
        await database.close()
    return fates
