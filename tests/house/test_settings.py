"""Settings: every one is documented, what production needs is asked for in words, and a laptop needs none."""

import re
import stat
import subprocess
import sys
from ipaddress import ip_network
from pathlib import Path

import pytest
from pydantic import ValidationError

from guildhall.core.settings import LOCAL_SITES, Settings

ROOT = Path(__file__).parents[2]
NAME = r"GUILDHALL_[A-Z_]*[A-Z]"
SETTINGS = {f"GUILDHALL_{name.upper()}" for name in Settings.model_fields}
NEEDED = [f"GUILDHALL_{name}" for name in "SECRET_KEY DATABASE_URL PUBLIC_URL SITE_URL SMTP_URL".split()]
PRODUCTION = {
    "GUILDHALL_ENVIRONMENT": "production",
    "GUILDHALL_SECRET_KEY": "a secret that is long enough to be one",
    "GUILDHALL_DATABASE_URL": "postgresql://guildhall@db/guildhall",
    "GUILDHALL_PUBLIC_URL": "https://api.example.org",
    "GUILDHALL_SITE_URL": "https://example.org",
    "GUILDHALL_SMTP_URL": "smtp://guild:hemligt@relay.example.org",
}
READ_KEY = "from guildhall.core.settings import settings; print(settings().key('test'))"

without_env_file = pytest.mark.skipif((ROOT / ".env").exists(), reason="this machine's own settings are in .env")


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """A machine on which nothing is set, and no file `.env` lies."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def _set(environment: pytest.MonkeyPatch, values: dict[str, str]) -> None:
    for name, value in values.items():
        environment.setenv(name, value)


def _run(arguments: list[str], values: dict[str, str], folder: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, *arguments]
    given = {"PYTHONPATH": str(ROOT / "src")} | values
    return subprocess.run(command, env=given, cwd=folder, capture_output=True, text=True, check=False, timeout=60)


# What is documented


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_a_setting_has_its_row_in_the_operators_table(name: str) -> None:
    rows = (ROOT / "docs/operations.md").read_text().splitlines()
    assert len([row for row in rows if row.startswith(f"| `{name}` | ")]) == 1


@pytest.mark.parametrize("file", ["README.md", "HANDOVER.md", *(f"docs/{page}.md" for page in ("operations", "wire"))])
def test_no_page_names_a_setting_that_does_not_exist(file: str) -> None:
    of_the_launcher = set(re.findall(NAME, (ROOT / "guildhall").read_text()))
    assert set(re.findall(NAME, (ROOT / file).read_text())) <= SETTINGS | of_the_launcher


# What production asks for


def test_a_laptop_needs_no_settings(environment: pytest.MonkeyPatch) -> None:
    assert Settings().is_development


@pytest.mark.parametrize("name", ["production", "stage"])
def test_production_without_its_settings_is_refused_with_the_name_of_each(
    environment: pytest.MonkeyPatch, name: str
) -> None:
    environment.setenv("GUILDHALL_ENVIRONMENT", name)
    with pytest.raises(ValidationError) as refusal:
        Settings()
    (fault,) = refusal.value.errors()
    assert fault["msg"].endswith(f"{name} needs these settings: {', '.join(NEEDED)}")


@pytest.mark.parametrize("missing", NEEDED)
def test_only_what_is_missing_is_named(environment: pytest.MonkeyPatch, missing: str) -> None:
    _set(environment, {name: value for name, value in PRODUCTION.items() if name != missing})
    with pytest.raises(ValidationError) as refusal:
        Settings()
    assert re.findall(NAME, refusal.value.errors()[0]["msg"]) == [missing]


def test_production_with_its_settings_is_production(environment: pytest.MonkeyPatch) -> None:
    _set(environment, PRODUCTION)
    now = Settings()
    assert not now.is_development
    assert now.refresh_cookie == "__Secure-fsek_refresh_token"
    assert now.rate_limit_auth == "15/5 minutes"


def test_secrets_do_not_show_when_the_settings_are_printed(environment: pytest.MonkeyPatch) -> None:
    _set(environment, PRODUCTION | {"GUILDHALL_DATABASE_URL": "postgresql://guildhall:hemligt@db/guildhall"})
    assert "hemligt" not in repr(Settings())
    assert PRODUCTION["GUILDHALL_SECRET_KEY"] not in repr(Settings())


@without_env_file
@pytest.mark.parametrize("command", ["serve", "up", "worker", "migrate"])
def test_the_command_line_says_what_is_missing_in_words(command: str, tmp_path: Path) -> None:
    refused = _run(["-m", "guildhall", command], {"GUILDHALL_ENVIRONMENT": "production"}, tmp_path)
    assert refused.returncode == 1
    assert refused.stderr == (
        f"guildhall: The settings are not right:\n  production needs these settings: {', '.join(NEEDED)}\n"
    )
    assert refused.stdout == ""
    assert list(tmp_path.iterdir()) == []


@without_env_file
def test_the_command_line_names_each_setting_that_is_wrong(tmp_path: Path) -> None:
    wrong = {"GUILDHALL_DATABASE_POOL": "1", "GUILDHALL_SITE_URL": "example.org", "GUILDHALL_TRUSTED_PROXIES": "proxy"}
    refused = _run(["-m", "guildhall", "migrate"], wrong, tmp_path)
    assert refused.returncode == 1
    assert set(re.findall(NAME, refused.stderr)) == set(wrong)
    assert "Traceback" not in refused.stderr


# The secret of a laptop


def test_development_keeps_a_secret_that_only_its_owner_can_read(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    now = Settings(data=tmp_path / "new/data")
    assert now.key("access") == now.key("access")
    file = tmp_path / "new/data/secret_key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["secret_key"]


@without_env_file
def test_processes_that_start_at_once_share_one_secret(tmp_path: Path) -> None:
    given = {"PYTHONPATH": str(ROOT / "src"), "GUILDHALL_DATA": str(tmp_path / "data")}
    processes = [
        subprocess.Popen([sys.executable, "-c", READ_KEY], env=given, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    keys = {process.communicate(timeout=60)[0] for process in processes}
    assert len(keys) == 1
    assert [process.returncode for process in processes] == [0] * 4
    assert keys == {_run(["-c", READ_KEY], given, tmp_path).stdout}  # and so does one that starts later


def test_each_purpose_has_a_key_of_its_own(environment: pytest.MonkeyPatch) -> None:
    _set(environment, PRODUCTION)
    now = Settings()
    assert len({now.key(purpose) for purpose in ("access", "verify", "reset")}) == 3
    assert PRODUCTION["GUILDHALL_SECRET_KEY"] not in now.key("access")


# Lists of words


def test_trusted_proxies_are_addresses_and_networks(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("GUILDHALL_TRUSTED_PROXIES", "127.0.0.1, 10.1.2.3/8 ,::1,")
    assert [ip_network(word) for word in Settings().trusted_proxies] == [
        ip_network("127.0.0.1/32"),
        ip_network("10.0.0.0/8"),
        ip_network("::1/128"),
    ]


def test_nobody_is_trusted_unless_named(environment: pytest.MonkeyPatch) -> None:
    assert Settings().trusted_proxies == []


@pytest.mark.parametrize("word", ["*", "proxy", "10.0.0.0/40"])
def test_what_is_no_address_is_refused(environment: pytest.MonkeyPatch, word: str) -> None:
    environment.setenv("GUILDHALL_TRUSTED_PROXIES", word)
    with pytest.raises(ValidationError):
        Settings()


@pytest.mark.parametrize("location", ["internal/files/", "/internal/files", "files"])
def test_a_location_of_nginx_begins_and_ends_with_a_slash(environment: pytest.MonkeyPatch, location: str) -> None:
    _set(environment, {"GUILDHALL_STORAGE_ACCEL": "/internal/files/"})
    assert Settings().storage_accel == "/internal/files/"
    _set(environment, {"GUILDHALL_STORAGE_ACCEL": location})
    with pytest.raises(ValidationError, match="must begin and end with a slash"):
        Settings()


def test_origins_are_a_list_with_commas(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("GUILDHALL_CORS_ORIGINS", "https://example.org, https://admin.example.org")
    assert Settings().origins == ["https://example.org", "https://admin.example.org"]


def test_on_a_laptop_the_local_sites_may_call(environment: pytest.MonkeyPatch) -> None:
    assert Settings().origins == LOCAL_SITES


def test_in_production_only_the_site_may_call(environment: pytest.MonkeyPatch) -> None:
    _set(environment, PRODUCTION | {"GUILDHALL_SITE_URL": "https://example.org/"})
    assert Settings().origins == ["https://example.org"]


def test_on_stage_the_site_and_the_local_sites_may_call(environment: pytest.MonkeyPatch) -> None:
    _set(environment, PRODUCTION | {"GUILDHALL_ENVIRONMENT": "stage"})
    assert Settings().origins == ["https://example.org", *LOCAL_SITES]
