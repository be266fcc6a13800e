"""The commands about pictures: making their renditions again."""

import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from guildhall.app.rebuilding import Choice, Rebuilding

pictures = typer.Typer(help="Pictures.", no_args_is_help=True)


@pictures.callback()
def _several() -> None:
    """Pictures."""


@pictures.command()
def rebuild(
    everything: Annotated[
        bool, typer.Option("--all/--missing", help="All pictures, or only those that lack a rendition.")
    ] = False,
    ids: Annotated[str, typer.Option(help="Only these, with commas between.")] = "",
    since: Annotated[int, typer.Option("--from", help="Begin with this id: to go on with what was ended.")] = 0,
    data: Annotated[Path | None, typer.Option(help="Folder for database and files (GUILDHALL_DATA).")] = None,
) -> None:
    """Make the small, medium and large renditions and the cleaned original again, of the originals as they came.

    Each picture shows its old renditions until it has its new ones. May be ended at any moment, and run twice.
    """
    if data is not None:
        os.environ["GUILDHALL_DATA"] = str(data)
    from guildhall.app import logs, starting
    from guildhall.app.rebuilding import Rebuilding

    logs.configure()
    with starting.database_url() as url:
        run = Rebuilding(url)
        try:
            _show(run, _choice(everything, ids, since))
        finally:
            _sum_up(run)
    sys.exit(not run.is_right)


def _choice(everything: bool, ids: str, since: int) -> "Choice":
    from guildhall.shared.pictures.service import rebuilding

    if ids:
        return partial(rebuilding.known_ids, ids=_numbers(ids))
    return partial(rebuilding.all_ids if everything else rebuilding.incomplete_ids, since=since)


def _numbers(ids: str) -> list[int]:
    words = [word.strip() for word in ids.split(",") if word.strip()]
    if wrong := [word for word in words if not (word.isascii() and word.isdecimal() and len(word) < 10)]:
        raise typer.BadParameter(f"{wrong[0]} is not the id of a picture")
    return [int(word) for word in words]


def _show(run: "Rebuilding", choose: "Choice") -> None:
    with typer.progressbar(length=0, label="Pictures", show_pos=True, file=sys.stderr) as bar:

        def begin(many: int) -> None:
            bar.length = many

        run.run(choose, begin, lambda: bar.update(1))


def _sum_up(run: "Rebuilding") -> None:
    told = ", ".join(f"{many} {what}" for what, many in sorted(run.outcome.items())) or "nothing to do"
    typer.echo(f"{len(run.done)} of {len(run.chosen)} pictures: {told}")
    if run.rest is not None:
        typer.echo(f"Go on with --from {run.rest}")
