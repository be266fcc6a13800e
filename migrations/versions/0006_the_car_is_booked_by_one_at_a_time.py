"""The car is booked by one at a time."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "car_bookings",
        sa.Column("booking_id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("description", sa.String(length=1000), nullable=False),
        sa.Column("period", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("council_id", sa.Integer(), nullable=True),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("personal", sa.Boolean(), nullable=False),
        postgresql.ExcludeConstraint((sa.column("period"), "&&"), using="gist", name="car_is_free"),
        sa.CheckConstraint("NOT isempty(period)", name="car_booking_lasts"),
        sa.CheckConstraint("personal = (council_id IS NULL)", name="car_booking_is_personal_or_a_councils"),
        sa.ForeignKeyConstraint(
            ["council_id"], ["councils.id"], name="car_bookings_council_id_fkey", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="car_bookings_user_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("booking_id", name="car_bookings_pkey"),
    )
    op.create_index("car_bookings_council_id_idx", "car_bookings", ["council_id"], unique=False)
    op.create_index("car_bookings_user_id_idx", "car_bookings", ["user_id"], unique=False)
    op.create_table(
        "car_blocks",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("blocked_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["blocked_by"], ["users.id"], name="car_blocks_blocked_by_fkey"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="car_blocks_user_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="car_blocks_pkey"),
        sa.UniqueConstraint("user_id", name="car_blocks_user_id_key"),
    )
    op.create_index("car_blocks_blocked_by_idx", "car_blocks", ["blocked_by"], unique=False)


def downgrade() -> None:
    op.drop_table("car_blocks")
    op.drop_table("car_bookings")
