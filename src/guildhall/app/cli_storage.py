"""The commands about files."""

import typer

storage = typer.Typer(help="Files.", no_args_is_help=True)
