"""The commands about files: checking that none is missing."""

import typer

storage = typer.Typer(help="Files.", no_args_is_help=True)


@storage.callback()
def _files() -> None:
    """Files."""
