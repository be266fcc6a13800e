"""Bringing a database to the newest schema."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from guildhall.core.database import driver_url

MIGRATIONS = Path(__file__).resolve().parents[3] / "migrations"


def config(database_url: str = "postgresql://") -> Config:
    """Alembic's configuration for a database."""
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.set_main_option("path_separator", "os")
    made.attributes["url"] = driver_url(database_url)
    return made


def script() -> ScriptDirectory:
    """The revisions that this code knows."""
    return ScriptDirectory.from_config(config())


@cache
def heads() -> set[str]:
    """The newest revisions that this code knows."""
    return set(script().get_heads())


def upgrade(database_url: str, revision: str = "head") -> None:
    """Migrate up; does nothing when the database is there already. Safe when several processes start at once."""
    command.upgrade(config(database_url), revision)


def downgrade(database_url: str, revision: str) -> None:
    """Migrate down to a revision, `base` for an empty database."""
    command.downgrade(config(database_url), revision)
