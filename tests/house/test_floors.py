"""The house keeps its shape: floors, furniture, names and sizes."""

import ast
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
FURNITURE = set("__init__ errors models schemas rules service jobs seed routes domain pages".split())
WITHOUT_PYTHON = {"templates", "mails", "__pycache__"}
UNNAMES = {"utils", "util", "helpers", "helper", "common", "misc", "base", "tools"}
LONGEST_FILE, LONGEST_FUNCTION = 400, 50


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


def domains() -> list[Path]:
    floors = (ROOT / "src/guildhall/domains", ROOT / "src/guildhall/shared")
    return sorted(path.parent for floor in floors for path in floor.glob("*/__init__.py"))


def test_imports_go_down_and_domains_do_not_know_each_other() -> None:
    config = str(ROOT / ".importlinter")
    assert lint_imports(config, no_cache=True, no_logo=True) == EXIT_STATUS_SUCCESS


@pytest.mark.parametrize("domain", domains(), ids=lambda domain: domain.name)
def test_a_domain_has_the_same_furniture_as_every_other(domain: Path) -> None:
    assert {path.stem for path in domain.iterdir()} - WITHOUT_PYTHON <= FURNITURE


@pytest.mark.parametrize("domain", domains(), ids=lambda domain: domain.name)
def test_a_domain_says_what_it_is_and_nothing_else_in_its_init(domain: Path) -> None:
    tree = ast.parse((domain / "__init__.py").read_text())
    assert ast.get_docstring(tree)
    assert len(tree.body) == 1


def test_no_file_is_named_after_nothing() -> None:
    assert [name_of(file) for file in SOURCES if file.stem in UNNAMES] == []


def test_no_file_is_too_long() -> None:
    assert [name_of(file) for file in SOURCES if len(file.read_text().splitlines()) > LONGEST_FILE] == []


def test_no_function_is_too_long() -> None:
    too_long = [
        f"{name_of(file)}:{node.lineno} {node.name}"
        for file in SOURCES
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert too_long == []


def test_only_the_ground_speaks_of_http_exceptions() -> None:
    outside = [file for file in SOURCES if "guildhall/core/" not in file.as_posix()]
    assert [name_of(file) for file in outside if "HTTPException" in file.read_text()] == []


def test_only_the_clock_tells_the_time() -> None:
    tellers = [file for file in SOURCES if "datetime.now(" in file.read_text()]
    assert [name_of(file) for file in tellers] == ["src/guildhall/core/clock.py"]


def test_every_public_function_says_what_it_does() -> None:
    # Routes are said by their names and their sheets; the generated document shows both.
    silent = [
        f"{name_of(file)}:{node.lineno} {node.name}"
        for file in SOURCES
        if file.parent.name == "service" or file.stem in {"service", "rules"} or "core" in file.parts
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
        and not is_refusal(node)
    ]
    assert silent == []


def is_refusal(node: ast.AST) -> bool:
    # A refusal is said by its sentences.
    return isinstance(node, ast.ClassDef) and any("en" in ast.unparse(part).split(" = ")[0] for part in node.body)
