"""Members have calendar feeds."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_feeds",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("language IN ('sv', 'en')", name="calendar_feeds_language_is_known"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="calendar_feeds_user_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name="calendar_feeds_pkey"),
        sa.UniqueConstraint("token_hash", name="calendar_feeds_token_hash_key"),
    )
    op.add_column(
        "car_bookings",
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    )
    op.add_column("car_bookings", sa.Column("changes", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    for column in ("changes", "changed_at"):
        op.drop_column("car_bookings", column)
    op.drop_table("calendar_feeds")
