"""What stands in the logs, and what must not."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = """
import structlog
from guildhall.app import logs

logs.configure()


def sign_in(password):
    raise RuntimeError("something broke")


try:
    sign_in("very-secret-1")
except RuntimeError as error:
    structlog.get_logger("guildhall").error("request failed", exc_info=error)
"""
SERVED = {
    "GUILDHALL_SECRET_KEY": "x" * 40,
    "GUILDHALL_DATABASE_URL": "postgresql://nowhere/x",
    "GUILDHALL_PUBLIC_URL": "https://api.example.com",
    "GUILDHALL_SITE_URL": "https://example.com",
    "GUILDHALL_SMTP_URL": "smtp+plain://127.0.0.1",
}


def logged(environment: str) -> str:
    settings = SERVED | {"GUILDHALL_ENVIRONMENT": environment, "PYTHONPATH": str(ROOT / "src")}
    ran = subprocess.run([sys.executable, "-c", SCRIPT], env=settings, capture_output=True, text=True, check=True)
    return ran.stderr


@pytest.mark.parametrize("environment", ["development", "stage", "production"])
def test_an_error_is_logged_with_its_place_and_without_the_values_of_variables(environment: str) -> None:
    lines = logged(environment)
    assert "something broke" in lines
    assert "sign_in" in lines
    assert "very-secret-1" not in lines


def test_production_logs_one_json_object_a_line() -> None:
    (line,) = logged("production").splitlines()
    assert json.loads(line)["event"] == "request failed"
