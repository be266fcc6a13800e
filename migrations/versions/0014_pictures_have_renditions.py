"""Pictures have renditions."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pictures",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("original_id", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("thumbhash", sa.String(length=60), nullable=False),
        sa.Column("watermarked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("state", sa.String(length=10), server_default="new", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False),
        sa.CheckConstraint("state IN ('new', 'ready', 'broken')", name="pictures_state_is_known"),
        sa.CheckConstraint("width > 0 AND height > 0", name="pictures_have_an_area"),
        sa.ForeignKeyConstraint(["original_id"], ["stored_files.id"], name="pictures_original_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="pictures_pkey"),
    )
    op.create_index("pictures_original_id_idx", "pictures", ["original_id"])
    op.create_table(
        "picture_renditions",
        sa.Column("picture_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.String(length=10), nullable=False),
        sa.Column("format", sa.String(length=4), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.CheckConstraint("size IN ('small', 'medium', 'large', 'original')", name="picture_renditions_size_is_known"),
        sa.CheckConstraint("format IN ('jpeg', 'png', 'webp', 'gif')", name="picture_renditions_format_is_known"),
        sa.ForeignKeyConstraint(["file_id"], ["stored_files.id"], name="picture_renditions_file_id_fkey"),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["pictures.id"], name="picture_renditions_picture_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("picture_id", "size", "format", name="picture_renditions_pkey"),
    )
    op.create_index("picture_renditions_file_id_idx", "picture_renditions", ["file_id"])


def downgrade() -> None:
    op.drop_table("picture_renditions")
    op.drop_table("pictures")
