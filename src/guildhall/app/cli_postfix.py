"""The command that prints what Postfix needs."""

from typing import Annotated, Literal

import typer

Part = Literal["role", "main", "aliases"]


def add_to(mail: typer.Typer) -> None:
    """Add this command to those about mail."""
    mail.command()(postfix)


def postfix(
    only: Annotated[Part | None, typer.Option(help="Only the SQL, the lines for main.cf, or pgsql-aliases.cf.")] = None,
) -> None:
    """Print the SQL and the files with which Postfix delivers the guild's aliases (docs/operations.md)."""
    from guildhall.app import starting
    from guildhall.app.postfix import postfix
    from guildhall.core.settings import settings

    with starting.database_url() as url:
        ours = postfix(settings(), url)
    parts = {"role": ours.role_sql, "main": ours.main_cf, "aliases": ours.aliases_cf}
    typer.echo("\n".join(make() for part, make in parts.items() if only in (None, part)), nl=False)
