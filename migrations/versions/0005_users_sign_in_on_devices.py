"""Users sign in on devices."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "refresh_sessions",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("device", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="refresh_sessions_user_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="refresh_sessions_pkey"),
        sa.UniqueConstraint("token_hash", name="refresh_sessions_token_hash_key"),
    )
    op.create_index("refresh_sessions_expires_at_idx", "refresh_sessions", ["expires_at"], unique=False)
    op.create_index("refresh_sessions_user_id_idx", "refresh_sessions", ["user_id"], unique=False)
    op.create_table(
        "attempts",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("account", sa.String(length=320), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "account", name="attempts_pkey"),
    )
    op.create_index("attempts_since_idx", "attempts", ["since"], unique=False)


def downgrade() -> None:
    op.drop_table("attempts")
    op.drop_table("refresh_sessions")
