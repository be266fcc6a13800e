"""Jobs wait in the database.

The tables are procrastinate's, as its version 3.10 makes them. The statements are kept here, because a migration must
do the same next year; when the library's schema changes, a revision with its migration follows.
"""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql" / "procrastinate_3_10.sql"

REMOVE = """
DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers CASCADE;
DO $$
DECLARE thing record;
BEGIN
    FOR thing IN SELECT oid::regprocedure AS name FROM pg_proc
        WHERE proname LIKE 'procrastinate%' AND pronamespace = current_schema()::regnamespace
    LOOP EXECUTE 'DROP FUNCTION ' || thing.name; END LOOP;
END $$;
DROP TYPE procrastinate_job_to_defer_v1, procrastinate_job_event_type, procrastinate_job_status;
"""


def upgrade() -> None:
    # Past SQLAlchemy: the statements have % and : of their own.
    op.get_bind().connection.cursor().execute(SQL.read_text())


def downgrade() -> None:
    op.get_bind().connection.cursor().execute(REMOVE)
