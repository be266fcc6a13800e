"""The role that Postfix asks with: made by the very SQL that we print, it reads one view and can do nothing else."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege, ObjectNotInPrerequisiteState, ReadOnlySqlTransaction

from guildhall.app.postfix import Postfix
from guildhall.app.postfix import postfix as postfix_of
from guildhall.core.settings import settings
from tests.guild import Guild, configured
from tests.shared.mail_aliases.aliases import ANYWHERE, BIL, keeper_of, make

ROOT = Path(__file__).parents[2]
URL = "postgresql://guildhall:a-long-password@db.example.org:5433/guild"
RELATIONS = """
SELECT relname, relkind IN ('r', 'v') AS is_readable FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'p', 'f', 'S') ORDER BY relname
"""
FUNCTIONS = """
SELECT p.oid::regprocedure::text FROM pg_proc p
WHERE pronamespace = 'public'::regnamespace AND prosecdef ORDER BY 1
"""
DENIED = (InsufficientPrivilege, ObjectNotInPrerequisiteState)  # the latter: nobody can write into this view
CHANGES = [
    "CREATE TABLE mine (id int)",
    "CREATE TEMPORARY TABLE mine (id int)",
    "CREATE SCHEMA mine",
    "CREATE VIEW mine AS SELECT 1",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE ROLE mine",
    "CREATE DATABASE mine",
    "CREATE EXTENSION citext",
    "ALTER VIEW mail_routes RENAME TO mine",
    "DROP VIEW mail_routes",
    "INSERT INTO mail_routes VALUES ('a@fsektionen.se', 'b@example.com')",
    "DELETE FROM mail_routes",
    "INSERT INTO mail_aliases (address) VALUES ('a@fsektionen.se')",
    "UPDATE users SET is_verified = true",
    "TRUNCATE mail_alias_targets",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "SELECT pg_read_file('/etc/passwd')",
    "SET ROLE guildhall",
]


@pytest.fixture
def ours(database_url: str, sweeper: psycopg.Connection) -> Postfix:
    """What is printed for this worker's database, with the role made by it; twice, because it may be run again."""
    printed = postfix_of(settings(), database_url)
    for _ in range(2):
        sweeper.execute(printed.role_sql().encode())
    return printed


@pytest.fixture
def role(database_url: str, ours: Postfix) -> Iterator[psycopg.Connection]:
    """A connection of the role."""
    with psycopg.connect(database_url, user=ours.role, password=ours.password, autocommit=True) as connection:
        yield connection


async def test_the_role_reads_who_receives(guild: Guild, role: psycopg.Connection) -> None:
    keeper = await keeper_of(guild)
    await make(keeper, BIL, user_ids=[keeper.id], addresses=[ANYWHERE])
    receivers = role.execute("SELECT receiver FROM mail_routes WHERE address = %s ORDER BY 1", [BIL]).fetchall()
    assert receivers == [(keeper.email,), (ANYWHERE,)]


def test_the_role_can_read_nothing_else(role: psycopg.Connection, sweeper: psycopg.Connection) -> None:
    names = [name for name, _ in sweeper.execute(RELATIONS)]
    assert {"users", "mail_aliases", "mail_steps", "procrastinate_jobs", "users_id_seq"} <= set(names)
    open_to_it: list[str] = []
    for name in names:
        try:
            role.execute(sql.SQL("SELECT * FROM {} LIMIT 1").format(sql.Identifier(name)))
            open_to_it.append(name)
        except InsufficientPrivilege:
            pass
    assert open_to_it == ["mail_routes"]


def test_no_function_of_ours_lends_it_the_rights_of_another(sweeper: psycopg.Connection) -> None:
    assert sweeper.execute(FUNCTIONS).fetchall() == []


@pytest.mark.parametrize("change", CHANGES)
def test_the_role_can_change_nothing(role: psycopg.Connection, change: str) -> None:
    with pytest.raises((*DENIED, ReadOnlySqlTransaction)):
        role.execute(change.encode())


@pytest.mark.parametrize("change", CHANGES)
def test_the_role_can_change_nothing_either_when_it_does_not_hold_itself_to_reading(
    role: psycopg.Connection, change: str
) -> None:
    role.execute("SET default_transaction_read_only = off")
    with pytest.raises(DENIED):
        role.execute(change.encode())


def test_the_role_can_do_nothing_that_a_superuser_can(role: psycopg.Connection, ours: Postfix) -> None:
    attributes = "rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls"
    assert role.execute(f"SELECT {attributes} FROM pg_roles WHERE rolname = current_user").fetchone() == (False,) * 5
    assert role.execute("SELECT count(*) FROM pg_auth_members WHERE member = current_user::regrole").fetchone() == (0,)


async def test_the_view_finds_an_alias_by_its_index(guild: Guild, sweeper: psycopg.Connection) -> None:
    await make(await keeper_of(guild), BIL, addresses=[ANYWHERE])
    asking = "EXPLAIN SELECT receiver FROM mail_routes WHERE address = lower('Bil@fsektionen.se')"
    with sweeper.transaction():
        sweeper.execute("SET LOCAL enable_seqscan = off")
        plan = "\n".join(line for (line,) in sweeper.execute(asking))
    assert "Index Scan using mail_aliases_address_key on mail_aliases alias" in plan


# What is printed


def printed(*options: str) -> str:
    """What the command prints."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "src"),
        "GUILDHALL_DATABASE_URL": URL,
        "GUILDHALL_SECRET_KEY": "a secret that is long enough to be one",
        "GUILDHALL_MAIL_DOMAINS": "fsektionen.se,Nollning.example.org",
    }
    command = [sys.executable, "-m", "guildhall", "mail", "postfix", *options]
    return subprocess.run(command, env=environment, capture_output=True, check=True, text=True).stdout


def test_the_command_prints_what_the_tests_use_with_the_values_of_the_guild() -> None:
    values = {
        "secret_key": "a secret that is long enough to be one",
        "mail_domains": "fsektionen.se,Nollning.example.org",
    }
    with configured(**values):
        ours = postfix_of(settings(), URL)
    assert printed("--only", "role") == ours.role_sql()
    assert printed("--only", "main") == ours.main_cf()
    assert printed("--only", "aliases") == ours.aliases_cf()
    assert printed() == "\n".join((ours.role_sql(), ours.main_cf(), ours.aliases_cf()))


def test_the_files_name_the_domains_the_database_and_its_role() -> None:
    with configured(mail_domains="fsektionen.se,Nollning.example.org"):
        ours = postfix_of(settings(), URL)
    assert "virtual_alias_domains = fsektionen.se, nollning.example.org\n" in ours.main_cf()
    lines = dict(line.split(" = ", 1) for line in ours.aliases_cf().splitlines() if not line.startswith("#"))
    assert lines == {
        "hosts": "inet:db.example.org:5433",
        "dbname": "guild",
        "user": "guild_postfix",
        "password": ours.password,
        "domain": "fsektionen.se, nollning.example.org",
        "query": "SELECT receiver FROM mail_routes WHERE address = lower('%s')",
    }
    assert "a-long-password" not in ours.main_cf() + ours.aliases_cf() + ours.role_sql()


def test_a_database_behind_a_socket_is_named_by_its_folder() -> None:
    assert postfix_of(settings(), "postgresql://guildhall@/guild?host=/run/postgresql").hosts == "unix:/run/postgresql"


def test_the_operators_page_shows_what_is_printed() -> None:
    page = (ROOT / "docs/operations.md").read_text()
    with configured(mail_domains="fsektionen.se"):
        ours = postfix_of(settings(), "postgresql://guildhall@127.0.0.1/guildhall")
    for text in (ours.role_sql(), ours.main_cf(), ours.aliases_cf()):
        assert text.replace(ours.password, "PASSWORD") in page
