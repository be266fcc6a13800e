"""Alembic's entry: migrations run under a lock, so that several processes may start at once."""

from alembic import context
from sqlalchemy import create_engine, pool, text

from guildhall.app import domains  # imports every model
from guildhall.core.database import Base

assert domains.DOMAINS

engine = create_engine(context.config.attributes["url"], poolclass=pool.NullPool)
with engine.begin() as connection:
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('migrations', 0))"))
    context.configure(connection=connection, target_metadata=Base.metadata, transaction_per_migration=False)
    context.run_migrations()
