"""Fuzzing the API by its own document: `./guildhall fuzz --minutes N`.

A real server on a demo guild of its own is asked everything its OpenAPI document allows, and much that it does not,
once as nobody and once as an administrator. What must not happen: an answer of 500 or above, or one whose status,
content type or shape the document does not declare.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from guildhall.platform import embedded_postgres
from guildhall.shared.auth.seed import PASSWORD
from guildhall.shared.users.seed import ACCOUNTS
from tests.processes import Process, up

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
BOSS = ACCOUNTS[0][0]
# It would sign the administrator out, and everything after it would be 401.
SUICIDE = "auth-end_session"


def fuzz(seconds: int, seed: int, examples: int | None = None) -> int:
    """Fuzz for about so many seconds in each of the two roles; 0 when nothing was found."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data")
        with up(data) as guild:
            found = [_run(guild, role, seconds, seed, examples) for role in (_as_nobody(), _as_boss(guild))]
            print(guild.said)  # noqa: T201 - what the server logged belongs to the findings
        embedded_postgres.remove(data)
    return max(found)


def _as_nobody() -> list[str]:
    return []


def _as_boss(guild: Process) -> list[str]:
    answer = guild.http.post("/auth/login", data={"username": BOSS, "password": PASSWORD})
    token = answer.json()["access_token"]
    return ["--header", f"Authorization: Bearer {token}", "--exclude-operation-id", SUICIDE]


def _run(guild: Process, role: list[str], seconds: int, seed: int, examples: int | None) -> int:
    program = str(Path(sys.executable).with_name("schemathesis"))
    effort = ["--max-time", str(seconds)] if examples is None else ["--max-examples", str(examples)]
    phases = "examples,coverage,fuzzing,stateful" if examples is None else "coverage,fuzzing"
    command = [program, "run", f"{guild.http.base_url}/openapi.json".replace("//openapi", "/openapi"), *role, *effort]
    options = ["--checks", CHECKS, "--phases", phases, "--seed", str(seed), "--continue-on-failure", "--no-color"]
    return subprocess.run([*command, *options], check=False, cwd=tempfile.gettempdir()).returncode


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="how long in all")
    parser.add_argument("--seed", type=int, default=1, help="another seed finds other things")
    wish = parser.parse_args()
    sys.exit(fuzz(int(wish.minutes * 30), wish.seed))


if __name__ == "__main__":
    main()
