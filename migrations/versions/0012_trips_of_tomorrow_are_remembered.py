"""Trips of tomorrow are remembered."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("car_bookings", sa.Column("reminded_of", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("car_bookings", "reminded_of")
