"""`./guildhall bench [WORD ...]`: how fast the house is; `./guildhall bench races`: what happens when many want one."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bench import races, runner


def bench(
    words: Annotated[list[str] | None, typer.Argument(help="Routes that contain a word; or `races`.")] = None,
    seconds: Annotated[float, typer.Option(help="How long each route is asked for.", min=0.1)] = 5.0,
    connections: Annotated[int, typer.Option(help="How many clients ask at once.", min=1, max=500)] = 16,
    json: Annotated[Path | None, typer.Option(help="Write the figures to this file too.")] = None,
) -> None:
    """Measure one process on one core, on a database of its own with 2,000 users and 1,000 bookings."""
    good = races.run() if words == ["races"] else runner.bench(words or [], seconds, connections, json)
    sys.exit(not good)


typer.run(bench)
