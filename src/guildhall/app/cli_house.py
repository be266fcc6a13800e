"""The commands of the house itself: tests, checks, and what is generated. They need the development tools."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

ROOT = Path(__file__).resolve().parents[3]
CHECKS: tuple[tuple[str, ...], ...] = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("lint-imports",),
    ("pyright", "--pythonpath", sys.executable),
)


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for passing_on in (test, bench, fuzz):  # their options are those of what they start
        app.command(context_settings={"ignore_unknown_options": True})(passing_on)
    app.command()(check)
    app.command()(database_diagram)
    app.command()(errors)


def test(
    paths: Annotated[list[str] | None, typer.Argument(help="What to test; everything by default.")] = None,
) -> None:
    """Run the tests, against an embedded database of their own. Takes pytest's arguments too."""
    sys.exit(_run("pytest", *(paths or [])))


def bench(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            help="Routes with a word in them; or `races`, `notice`, `mail`, `documents`, `pictures`, `crashes` or "
            "`opening`."
        ),
    ] = None,
) -> None:
    """Measure how fast the house is. Takes --seconds, --connections and --json FILE too."""
    sys.exit(_run("python", "-m", "bench", *(words or [])))


def fuzz(options: Annotated[list[str] | None, typer.Argument(help="--minutes N, --seed N")] = None) -> None:
    """Ask the API everything its document allows, and more, and see that it answers as it says."""
    sys.exit(_run("python", "-m", "tests.fuzz.runner", *(options or [])))


def check() -> None:
    """Lint, format, floors and types."""
    failed = [" ".join(command) for command in CHECKS if _run(*command)]
    if failed:
        typer.echo(f"not right: {', '.join(failed)}", err=True)
    sys.exit(bool(failed))


def database_diagram() -> None:
    """Write docs/database: the tables as DBML and as Mermaid drawings."""
    from guildhall.app import diagram, domains
    from guildhall.core.database import Base

    assert domains.DOMAINS  # imports every model
    folder = ROOT / "docs/database"
    folder.mkdir(parents=True, exist_ok=True)
    written = diagram.documents(Base.metadata)
    for old in folder.iterdir():
        if old.name not in written:
            old.unlink()
    for name, text in written.items():
        (folder / name).write_text(text)
    typer.echo(f"{len(written)} files in {folder}")


def errors() -> None:
    """Print every refusal with its status and its sentences, as docs/errors.md has it."""
    from guildhall.app import domains, refusals

    assert domains.DOMAINS  # imports every refusal
    typer.echo(refusals.errors_page(), nl=False)


def _run(tool: str, *arguments: str) -> int:
    typer.echo(f"- {' '.join((tool, *arguments))}", err=True)
    program = Path(sys.executable).parent / tool
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    return subprocess.run([program, *arguments], cwd=ROOT, env=environment, check=False).returncode
