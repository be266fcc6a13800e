"""The command that prints what Postfix needs."""

from enum import StrEnum
from typing import Annotated

import typer

mail = typer.Typer(help="Mail.", no_args_is_help=True)


class Part(StrEnum):
    """What to print."""

    role = "role"
    main = "main"
    aliases = "aliases"


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(mail, name="mail")


@mail.command("postfix")
def postfix_command(
    only: Annotated[Part | None, typer.Option(help="Only the SQL, the lines for main.cf, or pgsql-aliases.cf.")] = None,
) -> None:
    """Print the SQL and the files with which Postfix delivers the guild's aliases (docs/operations.md)."""
    from guildhall.app import starting
    from guildhall.app.postfix import postfix
    from guildhall.core.settings import settings

    with starting.database_url() as url:
        ours = postfix(settings(), url)
    parts = {Part.role: ours.role_sql, Part.main: ours.main_cf, Part.aliases: ours.aliases_cf}
    typer.echo("\n".join(make() for part, make in parts.items() if only in (None, part)), nl=False)


@mail.callback()
def _mail() -> None:
    """Mail."""
