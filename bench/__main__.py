"""`./guildhall bench [WORD ...]`: how fast the house is.

`races`: what happens when many want one thing; `notice`: what it takes to tell everybody something; `mail`: how fast
mails leave, and whether a request notices that the relay is away; `documents`: what checking and finding one costs;
`pictures`: what they cost, and whom; `crashes`: whether a file is ever lost when servers are killed; `opening`: a
thousand members who sign up for an event within a second.
"""

import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from bench import crashes, documents, mail, notice, opening, pictures, races, runner
from bench.report import Effort


def bench(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            help="Routes with a word in them; or `races`, `notice`, `mail`, `documents`, `pictures`, `crashes` or "
            "`opening`."
        ),
    ] = None,
    seconds: Annotated[float, typer.Option(help="How long each route is asked for.", min=0.1)] = 5.0,
    connections: Annotated[int, typer.Option(help="How many clients ask at once.", min=1, max=500)] = 16,
    best_of: Annotated[int, typer.Option(help="How often each is measured; the best counts.", min=1)] = 1,
    json: Annotated[Path | None, typer.Option(help="Write the figures to this file too.")] = None,
) -> None:
    """Measure one process on one core, on a database of its own with 2,000 users and 1,000 bookings."""
    if words == ["races"]:
        sys.exit(not races.run())
    if words == ["notice"]:
        sys.exit(not notice.run())
    if words == ["documents"]:
        sys.exit(not documents.run())
    if words == ["pictures"]:
        sys.exit(not pictures.run())
    if words == ["crashes"]:
        sys.exit(not crashes.run())
    if words == ["opening"]:
        sys.exit(not opening.run())
    if words == ["mail"]:
        sys.exit(not mail.run())
    sys.exit(not runner.bench(words or [], Effort(seconds, connections, best_of), json))


signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))  # so that what was started is stopped
typer.run(bench)
