"""The OpenAPI document: the clients are generated from it, so a change of it is a change to look at."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "docs/openapi.json"
CONTRACT = ROOT.parent / "shared"
METHODS = {"get", "post", "put", "patch", "delete"}
TAGS = (
    "users",
    "posts",
    "permissions",
    "council",
    "auth",
    "cars",
    "car blocking",
    "mail-alias",
    "document",
    "img",
    "albums",
    "events",
    "event signup",
    "tags",
    "songs",
    "songs category",
    "moose-game",
    "(untagged)",
)


@pytest.fixture(scope="session")
def document() -> dict[str, Any]:
    """What the command prints, without a database."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "src"),
        "GUILDHALL_DATABASE_URL": "postgresql://nowhere/x",
    }
    command = [sys.executable, "-m", "guildhall", "openapi"]
    printed = subprocess.run(command, env=environment, capture_output=True, check=True, text=True).stdout
    return json.loads(printed)


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in document["paths"].values() for method, operation in path.items() if method in METHODS]


def test_the_document_is_the_committed_one(document: dict[str, Any]) -> None:
    assert document == json.loads(GOLDEN.read_text()), "run: ./guildhall openapi > docs/openapi.json"


def test_the_server_answers_the_same_document(document: dict[str, Any], closed_app: FastAPI) -> None:
    assert closed_app.openapi() == document


def test_operation_ids_are_unique_also_after_the_site_generator_cut_them(document: dict[str, Any]) -> None:
    names = [operation["operationId"].partition("-")[2] for operation in operations(document) if operation.get("tags")]
    assert [name for name, times in Counter(names).items() if times > 1] == []


def test_enums_are_inline_and_bodies_declare_422(document: dict[str, Any]) -> None:
    assert [name for name, schema in document["components"]["schemas"].items() if "enum" in schema] == []
    takes_input = [operation for operation in operations(document) if {"requestBody", "parameters"} & set(operation)]
    assert [operation["operationId"] for operation in takes_input if "422" not in operation["responses"]] == []


@pytest.mark.skipif(not (CONTRACT / "tools/check-wire").exists(), reason="the contract is not here")
def test_the_wire_holds(document: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(document))
    tags = [word for tag in TAGS for word in ("--tag", tag)]
    judge = [sys.executable, CONTRACT / "tools/check-wire", file, *tags]
    verdict = subprocess.run(judge, capture_output=True, text=True, check=False)
    assert verdict.returncode == 0, verdict.stdout
