"""Fuzzing the API by its own document: `./guildhall fuzz --minutes N`.

A real server on a demo guild of its own is asked everything its OpenAPI document allows, and much that it does not,
once as nobody and once as an administrator. What must not happen: an answer of 500 or above, or one whose status,
content type or shape the document does not declare. `schemathesis.toml` says what is sent and judged, `hooks.py`
who sends it.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from guildhall.platform import embedded_postgres
from tests.processes import ROOT, Process, up

ROLES = ("nobody", "administrator")
CONFIG = Path(__file__).with_name("schemathesis.toml")


def fuzz(seconds: int, seed: int, examples: int | None = None) -> int:
    """Fuzz for about so many seconds in each of the two roles; 0 when nothing was found.

    With `examples`, each operation gets so many instead, and the same seed sends the same.
    """
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data")
        with up(data) as guild:
            found = [_run(guild, data, role, seconds, seed, examples) for role in ROLES]
            print(guild.said)  # noqa: T201 - what the server logged belongs to the findings
        embedded_postgres.remove(data)
    return max(found)


def _run(guild: Process, data: Path, role: str, seconds: int, seed: int, examples: int | None) -> int:
    program = str(Path(sys.executable).with_name("schemathesis"))
    effort = ["--max-time", str(seconds)] if examples is None else ["--max-examples", str(examples)]
    phases = "examples,coverage,fuzzing,stateful" if examples is None else "coverage,fuzzing"
    command = [
        program,
        "--no-color",
        "--config-file",
        str(CONFIG),
        "run",
        f"http://127.0.0.1:{guild.port}/openapi.json",
    ]
    options = ["--phases", phases, "--seed", str(seed), *effort]
    environment = _environment(data, role)
    return subprocess.run([*command, *options], check=False, cwd=tempfile.gettempdir(), env=environment).returncode


def _environment(data: Path, role: str) -> dict[str, str]:
    server = embedded_postgres.running(data)
    assert server
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GUILDHALL_")}
    paths = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
    return kept | {
        "PYTHONPATH": paths,
        "GUILDHALL_DATA": str(data),
        "GUILDHALL_DATABASE_URL": server.url(),
        "FUZZ_ROLE": role,
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="how long in all")
    parser.add_argument("--seed", type=int, default=1, help="another seed finds other things")
    wish = parser.parse_args()
    sys.exit(fuzz(int(wish.minutes * 30), wish.seed))


if __name__ == "__main__":
    main()
