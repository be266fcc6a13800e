"""The commands about mail: looking at what is mailed."""

from html import escape
from pathlib import Path
from typing import Annotated, Literal

import typer

mail = typer.Typer(help="Mail, out and in.", no_args_is_help=True)
MODES: tuple[Literal["sv", "en"] | None, ...] = (None, "sv", "en")
INDEX = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Mails</title>
<body style="font-family:sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;line-height:1.6">
<h1>Mails</h1>
<ul>
{}</ul>
"""


@mail.command()
def preview(
    template: Annotated[str, typer.Argument(help="Which one, as the list names it; lists them without.")] = "",
    language: Annotated[Literal["sv", "en"] | None, typer.Option(help="One language; both by default.")] = None,
    html: Annotated[bool, typer.Option(help="Print the HTML instead of the text.")] = False,
    into: Annotated[Path | None, typer.Option(help="Write every mail to this folder, with an index page.")] = None,
) -> None:
    """Show mails filled with example facts, as they would be sent."""
    from guildhall.app.mail_examples import FACTS
    from guildhall.platform.mail.rendering import render

    known = templates()
    if template and template not in known:
        raise typer.BadParameter(f"there is no {template}; there are {', '.join(known)}")
    if into is not None:
        wanted = {template: known[template]} if template else known
        typer.echo(f"{_write_all(wanted, into, (language,) if language else MODES)} mails in {into}")
    elif template:
        letter = render(known[template], language, **FACTS)
        typer.echo(letter.html if html else f"Subject: {letter.subject}\n\n{letter.text}", nl=html)
    else:
        typer.echo("\n".join(known))


def templates() -> dict[str, str]:
    """The path of every mail template, by its short name: `cars/confirmed`."""
    from guildhall.platform.mail.rendering import ROOT

    paths = sorted(path.relative_to(ROOT) for path in ROOT.rglob("mails/*.txt"))
    return {f"{path.parent.parent.name}/{path.stem}": path.as_posix() for path in paths}


def _write_all(wanted: dict[str, str], folder: Path, modes: tuple[Literal["sv", "en"] | None, ...]) -> int:
    from guildhall.app.mail_examples import FACTS
    from guildhall.platform.mail.rendering import render

    folder.mkdir(parents=True, exist_ok=True)
    lines: list[str] = []
    for name, path in wanted.items():
        for mode in modes:
            letter, file = render(path, mode, **FACTS), f"{name.replace('/', '-')}.{mode or 'sv-en'}"
            (folder / f"{file}.html").write_text(letter.html)
            (folder / f"{file}.txt").write_text(f"Subject: {letter.subject}\n\n{letter.text}")
            said = f"{name}, {mode or 'sv and en'}: {escape(letter.subject)}"
            lines.append(f'<li><a href="{file}.html">{said}</a> (<a href="{file}.txt">text</a>)</li>\n')
    (folder / "index.html").write_text(INDEX.format("".join(lines)))
    return len(lines)
