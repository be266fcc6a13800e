"""Troubles of jobs are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job_troubles",
        sa.Column("job_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("deaths", sa.Integer(), server_default="0", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("job_id", name="job_troubles_pkey"),
        sa.ForeignKeyConstraint(
            ["job_id"], ["procrastinate_jobs.id"], name="job_troubles_job_id_fkey", ondelete="CASCADE"
        ),
    )
    op.execute("CREATE INDEX jobs_line_idx ON procrastinate_jobs (lock, id) WHERE status IN ('todo', 'doing')")
    op.execute("CREATE INDEX jobs_name_idx ON procrastinate_jobs (task_name) WHERE status = 'todo'")


def downgrade() -> None:
    op.execute("DROP INDEX jobs_name_idx")
    op.execute("DROP INDEX jobs_line_idx")
    op.drop_table("job_troubles")
