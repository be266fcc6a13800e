"""The commands about files."""

import sys
from datetime import timedelta
from typing import Annotated

import typer

storage = typer.Typer(help="Files.", no_args_is_help=True)


@storage.command()
def check(
    mend: Annotated[bool, typer.Option(help="Remove what nobody refers to.")] = True,
    older_than: Annotated[
        int, typer.Option(metavar="SECONDS", min=0, help="After how long an upload that is not finished never will be.")
    ] = 3600,
) -> None:
    """See that every row has its file and every file its row; ends with 1 when a row has none."""
    from guildhall.app import starting
    from guildhall.platform.storage import sweeping

    with starting.database_url() as url:
        found = starting.in_session(
            url, lambda session: sweeping.sweep(session, mend=mend, older_than=timedelta(seconds=older_than))
        )
    for name, keys in (
        ("rows without file", found.rows_without_file),
        ("files without row", found.files_without_row),
        ("uploads that were not finished", found.unfinished),
        ("files that nobody refers to", found.unneeded),
    ):
        typer.echo(f"{len(keys)} {name}")
        for key in keys[:20]:
            typer.echo(f"  {key}")
    typer.echo(f"{found.files} files in the store" + (", the last three kinds are mended" if mend else ""))
    sys.exit(bool(found.rows_without_file))
