"""`guildhall verify-draw`: what it says, and how it ends."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from guildhall.app.cli import app
from guildhall.domains.events.rules import ORDINARY, Rank, ticket
from guildhall.domains.events.rules.proof import proof
from tests.domains.events.rules.draws import a_signup

SEED = bytes(range(32))
COMMITMENT = "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd"


def a_proof() -> dict[str, Any]:
    """42, 43 and 44 in this order, for two places; 45 was put out by hand."""
    signups = [
        a_signup(user, ticket=ticket(SEED, 7, user), hand="out" if user == 45 else None) for user in range(42, 46)
    ]
    return proof(7, SEED, 2, ORDINARY, Rank("moment"), signups)


def run(*arguments: str, typed: str | bytes | None = None) -> Result:
    """The command with what is typed into it."""
    return CliRunner().invoke(app, ["verify-draw", *arguments], input=typed)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A proof that is right."""
    path = tmp_path / "draw.json"
    path.write_text(json.dumps(a_proof()))
    return path


def test_a_proof_that_is_right(file: Path) -> None:
    answer = run(str(file))
    assert answer.exit_code == 0
    assert answer.stdout.splitlines() == [
        "The proof is right: event 7, 4 sign-ups, 2 with a place.",
        f"Compare the commitment with what the event showed before the draw: {COMMITMENT}",
    ]


@pytest.mark.parametrize(
    ("user", "told"),
    [
        (43, "43 stands at 2 in the line, with a place; the ticket is 16dadaafad912807"),
        (44, "44 stands at 3 in the line, without a place; the ticket is "),
        (45, "45 was put out of the line by hand, without a place; the ticket is "),
    ],
)
def test_it_says_where_a_member_stands(file: Path, user: int, told: str) -> None:
    answer = run(str(file), "--user", str(user))
    assert answer.exit_code == 0
    assert answer.stdout.splitlines()[1].startswith(told)


def test_it_reads_what_is_piped_into_it() -> None:
    assert run("-", typed=json.dumps(a_proof())).exit_code == 0


def test_a_file_may_begin_with_a_byte_order_mark() -> None:
    assert run("-", typed=b"\xef\xbb\xbf" + json.dumps(a_proof()).encode()).exit_code == 0


def test_a_proof_that_is_not_right_is_told_with_all_that_differs(file: Path) -> None:
    document = a_proof() | {"capacity": 1, "seed": "00" * 32}
    file.write_text(json.dumps(document))
    answer = run(str(file))
    assert answer.exit_code == 1
    first, seed, place = answer.stdout.splitlines()
    assert first == "The proof is NOT right:"
    assert seed.startswith("  - The seed does not fit the commitment")
    assert place.endswith("has a place in the proof, and should have none.")


def test_whoever_has_not_signed_up_is_told(file: Path) -> None:
    answer = run(str(file), "--user", "99")
    assert answer.exit_code == 1
    assert "No sign-up has the ticket that the seed gives 99" in answer.stdout


@pytest.mark.parametrize(
    "text", [b"", b"{", b"\xff\xfe", b"[" * 200_000, b"1" * 5000, '{"a": "å"}'.encode("utf-16")], ids=repr
)
def test_what_is_not_json_is_told(text: bytes) -> None:
    answer = run("-", typed=text)
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert answer.stderr == "guildhall: - is not JSON\n"


def test_json_that_is_no_proof_is_told() -> None:
    answer = run("-", typed='{"format": "\\u001b[2J"}')
    assert answer.exit_code == 1
    assert answer.stdout == (
        "The proof is NOT right:\n  - This is no proof of a draw: the format is not guildhall-draw-1.\n"
    )


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    answer = run(str(tmp_path / "gone.json"))
    assert answer.exit_code == 1
    assert answer.stderr.endswith("gone.json cannot be read: No such file or directory\n")


def test_a_file_that_does_not_end_is_told() -> None:
    answer = run("/dev/zero")
    assert (answer.exit_code, answer.stderr) == (1, "guildhall: /dev/zero is larger than 64 MiB\n")
