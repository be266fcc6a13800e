"""Files are known by what they hold."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stored_files",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False),
        sa.CheckConstraint("kind ~ '^[a-z_]+$' AND kind <> 'incoming'", name="stored_files_kind_has_its_form"),
        sa.CheckConstraint("octet_length(sha256) = 32", name="stored_files_sha256_has_its_length"),
        sa.CheckConstraint("size >= 0", name="stored_files_size_is_no_debt"),
        sa.PrimaryKeyConstraint("id", name="stored_files_pkey"),
        sa.UniqueConstraint("kind", "sha256", name="stored_files_key"),
    )


def downgrade() -> None:
    op.drop_table("stored_files")
