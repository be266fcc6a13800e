"""Users and posts have a picture."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

OWNERS = ("users", "posts")


def upgrade() -> None:
    for owner in OWNERS:
        op.add_column(owner, sa.Column("picture_id", sa.Integer(), nullable=True))
        op.create_foreign_key(f"{owner}_picture_id_fkey", owner, "pictures", ["picture_id"], ["id"])
        op.create_index(f"{owner}_picture_id_idx", owner, ["picture_id"], unique=True)


def downgrade() -> None:
    for owner in OWNERS:
        op.drop_column(owner, "picture_id")
