"""The launcher `./guildhall`: finds a Python, keeps .venv as the lock says, and gets out of the way."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ["sh", "awk", "cat", "cmp", "cp", "ln", "mkdir", "readlink", "rm", "sleep", "tail", "touch"]
CLI = "import json, os, sys; print(json.dumps({'arguments': sys.argv[1:], 'folder': os.getcwd()}))"
# Does what the launcher asks of uv, without a network, and notes it down.
UV = """#!/bin/sh
echo "$@" >>"$UV_NOTES"
for last; do :; done
case $1 in
    venv) mkdir -p "$last/bin" && ln -sf "$REAL_PYTHON" "$last/bin/python" && touch "$last/pyvenv.cfg" ;;
    pip) sleep "${UV_SECONDS:-0}"; [ -z "${UV_COMPLAINT:-}" ] || { echo "$UV_COMPLAINT"; exit 1; } ;;
esac
"""


@dataclass(frozen=True)
class Checkout:
    """A checkout with the launcher, two small locks and a command line that tells what it was given."""

    root: Path
    bin: Path

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    def environment(self, **extra: str) -> dict[str, str]:
        notes = {"UV_NOTES": str(self.bin / "notes"), "REAL_PYTHON": sys.executable}
        return {"PATH": str(self.bin), "HOME": str(self.root), **notes, **extra}

    def run(self, *arguments: str, cwd: Path | None = None, **extra: str) -> "subprocess.CompletedProcess[str]":
        return run(self.root / "guildhall", *arguments, cwd=cwd or self.root, env=self.environment(**extra))

    def notes(self) -> list[str]:
        """What was asked of uv since the last time."""
        file = self.bin / "notes"
        lines = file.read_text().splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return lines


def run(launcher: Path, *arguments: str, cwd: Path, env: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([launcher, *arguments], cwd=cwd, env=env, capture_output=True, text=True, check=False)


def told(answer: "subprocess.CompletedProcess[str]") -> dict[str, Any]:
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """With a good Python and a fake uv on the PATH, and nothing else that could lead astray."""
    checkout = Checkout(tmp_path / "a checkout på Ön", tmp_path / "bin")
    (checkout.root / "src/guildhall").mkdir(parents=True)
    (checkout.root / "src/guildhall/__main__.py").write_text(CLI)
    (checkout.root / "requirements.lock").write_text("moose==1")
    (checkout.root / "requirements-dev.lock").write_text("moose==1\nbog==1")
    shutil.copy(ROOT / "guildhall", checkout.root)
    checkout.bin.mkdir()
    for tool in TOOLS:
        (checkout.bin / tool).symlink_to(shutil.which(tool) or pytest.skip(f"no {tool} here"))
    program(checkout.bin / "python3", f'#!/bin/sh\nexec "{sys.executable}" "$@"')
    program(checkout.bin / "uv", UV)
    return checkout


@pytest.fixture
def installed(checkout: Checkout) -> Checkout:
    assert checkout.run().returncode == 0
    checkout.notes()
    return checkout


def test_the_first_command_installs_the_lock_and_runs(checkout: Checkout) -> None:
    answer = checkout.run("up")
    assert told(answer)["arguments"] == ["up"]
    assert "installing the libraries of requirements.lock" in answer.stderr
    made, filled = checkout.notes()
    assert made.startswith("venv ")
    assert filled.startswith("pip sync ") and "--require-hashes" in filled and filled.endswith("/requirements.lock")


def test_an_installed_checkout_runs_at_once_and_in_silence(installed: Checkout) -> None:
    answer = installed.run("up")
    assert told(answer)["arguments"] == ["up"]
    assert (answer.stderr, installed.notes()) == ("", [])


def test_arguments_arrive_as_they_were_given(installed: Checkout) -> None:
    odd = ["say", "två ord", "", "it's", '"so"', "$HOME", "*", "--", "a\nb"]
    assert told(installed.run(*odd))["arguments"] == odd


def test_no_arguments_are_passed_on_as_none(installed: Checkout) -> None:
    assert told(installed.run())["arguments"] == []


def test_the_folder_one_stands_in_is_kept_and_cannot_interfere(installed: Checkout, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "json.py").write_text("raise SystemExit('a stranger was imported')")
    assert told(installed.run(cwd=elsewhere))["folder"] == str(elsewhere)


def test_it_can_be_called_through_links(installed: Checkout, tmp_path: Path) -> None:
    (tmp_path / "first").symlink_to("a checkout på Ön/guildhall")
    (tmp_path / "second").symlink_to(tmp_path / "first")
    answer = run(tmp_path / "second", "up", cwd=tmp_path, env=installed.environment())
    assert told(answer)["arguments"] == ["up"]


def test_a_python_that_is_too_old_is_named(checkout: Checkout) -> None:
    program(checkout.bin / "python3", "#!/bin/sh\necho 3.8 /old/python3.8")
    answer = checkout.run("up")
    assert answer.returncode == 1
    assert "needs Python 3.11 to 3.14; found 3.8 at /old/python3.8" in answer.stderr


def test_no_python_at_all_is_said(checkout: Checkout) -> None:
    (checkout.bin / "python3").unlink()
    answer = checkout.run("up")
    assert answer.returncode == 1
    assert "found none" in answer.stderr


def test_a_newer_name_is_tried_when_python3_is_too_old(checkout: Checkout) -> None:
    (checkout.bin / "python3").rename(checkout.bin / "python3.12")
    program(checkout.bin / "python3", "#!/bin/sh\necho 3.8 /old/python3.8")
    assert checkout.run("up").returncode == 0


def test_a_named_python_is_used_or_refused_but_not_passed_over(checkout: Checkout) -> None:
    program(checkout.bin / "mine", "#!/bin/sh\necho 3.10 /mine/python3.10")
    answer = checkout.run("up", GUILDHALL_PYTHON="mine")
    assert answer.returncode == 1
    assert "found 3.10 at /mine/python3.10" in answer.stderr


def test_a_failed_installation_shows_its_words_and_is_redone(checkout: Checkout) -> None:
    answer = checkout.run("up", UV_COMPLAINT="no room on the disk")
    assert answer.returncode == 1
    assert "no room on the disk" in answer.stderr
    assert str(checkout.venv / "install.log") in answer.stderr
    assert not list(checkout.venv.glob("*.lock"))
    checkout.notes()
    assert checkout.run("up").returncode == 0
    assert [note.split()[0] for note in checkout.notes()] == ["venv", "pip"]


def test_a_changed_lock_is_installed_into_what_is_there(installed: Checkout) -> None:
    (installed.root / "requirements.lock").write_text("moose==2")
    assert installed.run("up").returncode == 0
    assert [note.split()[0] for note in installed.notes()] == ["pip"]
    assert installed.run("up").stderr == ""


def test_a_developers_command_gets_more_and_a_plain_one_leaves_it(installed: Checkout) -> None:
    assert installed.run("test").returncode == 0
    assert installed.notes()[-1].endswith("/requirements-dev.lock")
    for command in ("up", "check", "fuzz", "bench", "test"):
        assert (installed.run(command).stderr, installed.notes()) == ("", [])


def test_a_plain_command_that_finds_its_lock_changed_keeps_the_developers_libraries(installed: Checkout) -> None:
    installed.run("test")
    installed.notes()
    (installed.root / "requirements.lock").write_text("moose==2")
    assert installed.run("up").returncode == 0
    assert installed.notes()[-1].endswith("/requirements-dev.lock")


def test_a_venv_whose_python_is_gone_is_made_anew(installed: Checkout) -> None:
    (installed.venv / "bin/python").unlink()
    (installed.venv / "bin/python").symlink_to("/gone/python3.11")
    assert installed.run("up").returncode == 0
    assert [note.split()[0] for note in installed.notes()] == ["venv", "pip"]


def test_two_at_once_install_once(checkout: Checkout) -> None:
    both = [
        subprocess.Popen(
            [checkout.root / "guildhall", "up"], env=checkout.environment(UV_SECONDS="1"), stdout=subprocess.DEVNULL
        )
        for _ in range(2)
    ]
    assert [process.wait() for process in both] == [0, 0]
    assert [note.split()[0] for note in checkout.notes()] == ["venv", "pip"]


def test_the_venv_may_stand_elsewhere(checkout: Checkout, tmp_path: Path) -> None:
    assert checkout.run("up", GUILDHALL_VENV=str(tmp_path / "my venv")).returncode == 0
    assert (tmp_path / "my venv/requirements.lock").exists()
    assert not checkout.venv.exists()


def test_a_folder_that_is_no_venv_is_not_touched(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "home/bin").mkdir(parents=True)
    answer = checkout.run("up", GUILDHALL_VENV=str(tmp_path / "home"))
    assert answer.returncode == 1
    assert "is not a virtual environment" in answer.stderr
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["bin"]
