"""Browsers know the guild by a key."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vapid_keys",
        sa.Column("id", sa.SmallInteger(), server_default="1", autoincrement=False, nullable=False),
        sa.Column("private_key", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False),
        sa.CheckConstraint("id = 1", name="vapid_key_is_one"),
        sa.PrimaryKeyConstraint("id", name="vapid_keys_pkey"),
    )


def downgrade() -> None:
    op.drop_table("vapid_keys")
