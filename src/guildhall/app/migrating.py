"""Bringing a database to the newest schema.

Alembic is imported where it is used: it takes a quarter of a second, and serving needs none of it.
"""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from guildhall.core.database import driver_url

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

MIGRATIONS = Path(__file__).resolve().parents[3] / "migrations"


def config(database_url: str = "postgresql://") -> "Config":
    """Alembic's configuration for a database."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.set_main_option("path_separator", "os")
    made.attributes["url"] = driver_url(database_url)
    return made


def script() -> "ScriptDirectory":
    """The revisions that this code knows."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(config())


@cache
def heads() -> set[str]:
    """The newest revisions that this code knows: those that no other builds upon."""
    code = "".join(file.read_text() for file in (MIGRATIONS / "versions").glob("*.py"))
    made, followed = (set(re.findall(rf'(?m)^{word} = "(\w+)"', code)) for word in ("revision", "down_revision"))
    return made - followed


def upgrade(database_url: str, revision: str = "head") -> None:
    """Migrate up; does nothing when the database is there already. Safe when several processes start at once."""
    from alembic import command

    command.upgrade(config(database_url), revision)


def downgrade(database_url: str, revision: str) -> None:
    """Migrate down to a revision, `base` for an empty database."""
    from alembic import command

    command.downgrade(config(database_url), revision)
