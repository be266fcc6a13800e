"""Every refusal is a fact with a code and two sentences, and stands in the docs."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from guildhall.app import domains, refusals
from guildhall.core.edge import FRAMEWORKS
from guildhall.core.errors import Refusal

assert domains.DOMAINS  # imports every refusal

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/errors.md"
KINDS = {400, 401, 403, 404, 409, 413, 415, 416, 429, 503}


def _ours(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for heir in kind.__subclasses__():
        if heir.__module__.startswith("guildhall."):  # not what another test made up
            yield heir
            yield from _ours(heir)


def _facts(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


REFUSALS = [kind for kind in _ours(Refusal) if "code" in kind.__dict__]
each = pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.code)


@each
def test_a_refusal_stands_in_the_catalogue_under_its_code(refusal: type[Refusal]) -> None:
    assert Refusal.catalogue[refusal.code] is refusal


@each
def test_a_code_is_in_snake_case(refusal: type[Refusal]) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", refusal.code)


@each
def test_a_refusal_is_of_one_of_the_kinds_that_the_wire_knows(refusal: type[Refusal]) -> None:
    assert refusal.status in KINDS


@each
def test_a_refusal_has_a_swedish_and_an_english_sentence_about_the_same_facts(refusal: type[Refusal]) -> None:
    assert refusal.sv != refusal.en
    assert _facts(refusal.sv) == _facts(refusal.en)
    for sentence in (refusal.sv, refusal.en):
        assert sentence == sentence.strip()
        assert not sentence.endswith(".")  # the site puts it into a sentence of its own
        assert sentence[0].isupper() or sentence.startswith("{")


@each
def test_a_refusal_has_its_row_in_the_docs(refusal: type[Refusal]) -> None:
    row = f"| `{refusal.code}` | {refusal.status} | {refusal.en} | {refusal.sv} |\n"
    assert PAGE.read_text().count(row) == 1, "run: ./guildhall errors > docs/errors.md"


def test_codes_are_unique_because_a_second_one_does_not_start() -> None:
    with pytest.raises(TypeError, match="two refusals have the code car_taken"):
        type("AlsoTaken", (Refusal,), {"code": "car_taken"})


def test_every_refusal_that_a_domain_may_raise_has_a_code() -> None:
    leaves = [
        kind for kind in _ours(Refusal) if not kind.__subclasses__() and kind.__module__ != "guildhall.core.errors"
    ]
    assert [kind.__name__ for kind in leaves if "code" not in kind.__dict__] == []


@pytest.mark.parametrize("code", [*(code for code, *_ in FRAMEWORKS.values()), "invalid_input", "internal_error"])
def test_what_the_framework_refuses_stands_in_the_docs_too(code: str) -> None:
    assert f"| `{code}` |" in PAGE.read_text()


def test_the_page_is_what_the_command_prints() -> None:
    command = [sys.executable, "-m", "guildhall", "errors"]
    environment = {"PYTHONPATH": str(ROOT / "src")}
    printed = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    assert PAGE.read_text() == printed == refusals.errors_page(), "run: ./guildhall errors > docs/errors.md"
