"""`verify-draw`: whether the proof of a draw is right. Needs no guild, no database and no network."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from guildhall.domains.events.rules.draws import Draw

LARGEST = 64 * 1024 * 1024


def add_to(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(verify_draw)


def verify_draw(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="The answer of GET /events/ID/draw; - is standard input.")
    ],
    user: Annotated[int | None, typer.Option(metavar="ID", min=1, help="Your id, to find your own ticket.")] = None,
) -> None:
    """Draw an event's places again from their proof, and say what differs. Ends with 1 when something does."""
    from guildhall.domains.events.rules.draws import read_draw
    from guildhall.domains.events.rules.proof import verify

    document = _document(file)
    if wrong := verify(document, user):
        typer.echo("The proof is NOT right:")
        for complaint in wrong:
            typer.echo(f"  - {complaint}")
        sys.exit(1)
    _praise(read_draw(document), user)


def _document(file: str) -> object:
    try:
        with sys.stdin.buffer if file == "-" else Path(file).open("rb") as source:
            text = source.read(LARGEST + 1)
        if len(text) > LARGEST:
            _stop(f"{file} is larger than {LARGEST // 1024**2} MiB")
        return json.loads(text.decode("utf-8-sig"))
    except OSError as error:
        _stop(f"{file} cannot be read: {error.strerror}")
    except (ValueError, RecursionError):
        _stop(f"{file} is not JSON")


def _stop(words: str) -> NoReturn:
    typer.echo(f"guildhall: {words}", err=True)
    sys.exit(1)


def _praise(draw: "Draw", user: int | None) -> None:
    again = draw.again()
    places = sum(one.has_place for one in again.values())
    typer.echo(f"The proof is right: event {draw.event_id}, {len(draw.entries)} sign-ups, {places} with a place.")
    if user is not None:
        own = again.get(draw.ticket_of(user))
        stands = "was put out of the line by hand" if own is None else f"stands at {own.position} in the line"
        outcome = "with a place" if own and own.has_place else "without a place"
        typer.echo(f"{user} {stands}, {outcome}; the ticket is {draw.ticket_of(user)}.")
    typer.echo(f"Compare the commitment with what the event showed before the draw: {draw.commitment}")
