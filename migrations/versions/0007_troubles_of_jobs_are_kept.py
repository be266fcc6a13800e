"""Troubles of jobs are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

CALL_THE_NEXT = """
CREATE FUNCTION call_the_next_in_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('procrastinate_queue_v1#' || queue_name,
        json_build_object('type', 'job_inserted', 'job_id', id)::text)
    FROM procrastinate_jobs WHERE lock = OLD.lock AND status = 'todo' ORDER BY id LIMIT 1;
    RETURN NULL;
END $$;
CREATE TRIGGER call_the_next_in_line AFTER DELETE OR UPDATE OF status ON procrastinate_jobs
    FOR EACH ROW WHEN (OLD.lock IS NOT NULL AND OLD.status = 'doing') EXECUTE FUNCTION call_the_next_in_line()
"""


def upgrade() -> None:
    op.create_table(
        "job_troubles",
        sa.Column("job_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("deaths", sa.Integer(), server_default="0", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("job_id", name="job_troubles_pkey"),
        sa.ForeignKeyConstraint(
            ["job_id"], ["procrastinate_jobs.id"], name="job_troubles_job_id_fkey", ondelete="CASCADE"
        ),
    )
    op.execute("CREATE INDEX jobs_line_idx ON procrastinate_jobs (lock, id) WHERE status IN ('todo', 'doing')")
    op.execute("CREATE INDEX jobs_name_idx ON procrastinate_jobs (task_name) WHERE status = 'todo'")
    op.execute(CALL_THE_NEXT)


def downgrade() -> None:
    op.execute("DROP TRIGGER call_the_next_in_line ON procrastinate_jobs")
    op.execute("DROP FUNCTION call_the_next_in_line()")
    op.execute("DROP INDEX jobs_name_idx")
    op.execute("DROP INDEX jobs_line_idx")
    op.drop_table("job_troubles")
