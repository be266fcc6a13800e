"""The guild has users."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("hashed_password", sa.String(length=1024), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("is_verified", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_superuser", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_member", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("first_name", sa.String(length=100), nullable=False),
        sa.Column("last_name", sa.String(length=100), nullable=False),
        sa.Column("telephone_number", sa.String(length=64), nullable=False),
        sa.Column("stil_id", sa.String(length=10), nullable=True),
        sa.Column("start_year", sa.Integer(), nullable=False),
        sa.Column("program", sa.String(length=10), server_default="Oklart", nullable=False),
        sa.Column("standard_food_preferences", postgresql.ARRAY(sa.String()), server_default="{}", nullable=False),
        sa.Column("other_food_preferences", sa.String(length=1000), server_default="", nullable=True),
        sa.Column("moose_game_name", sa.String(length=100), server_default="", nullable=False),
        sa.Column("moose_game_score", sa.Integer(), server_default="0", nullable=False),
        sa.Column("want_notifications", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("account_created", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "name_key",
            sa.Text(),
            sa.Computed(
                "chr(10) || lower(translate(regexp_replace(normalize(first_name, NFKD), '[\\u0300-\\u036f]', '', 'g'), 'øæđłðØÆĐŁÐ', 'oadldoadld')) || chr(10) || lower(translate(regexp_replace(normalize(last_name, NFKD), '[\\u0300-\\u036f]', '', 'g'), 'øæđłðØÆĐŁÐ', 'oadldoadld')) || chr(10)",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column(
            "sort_key",
            sa.Text(collation="C"),
            sa.Computed(
                "chr(10) || lower(translate(regexp_replace(normalize(translate(normalize(last_name, NFC), 'åäöæøÅÄÖÆØ', '{|}|}{|}|}'), NFKD), '[\\u0300-\\u036f]', '', 'g'), 'øæđłðØÆĐŁÐ', 'oadldoadld')) || chr(10) || lower(translate(regexp_replace(normalize(translate(normalize(first_name, NFC), 'åäöæøÅÄÖÆØ', '{|}|}{|}|}'), NFKD), '[\\u0300-\\u036f]', '', 'g'), 'øæđłðØÆĐŁÐ', 'oadldoadld')) || chr(10)",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.CheckConstraint("program IN ('Oklart', 'F', 'Pi', 'N')", name="users_program_is_known"),
        sa.CheckConstraint("stil_id ~ '^[a-z]{2}[0-9]{4}[a-z]{2}-s$'", name="users_stil_id_has_its_form"),
        sa.PrimaryKeyConstraint("id", name="users_pkey"),
    )
    op.create_index("users_email_key", "users", [sa.literal_column("lower(email)")], unique=True)
    op.create_index(
        "users_member_stil_id_key", "users", ["stil_id"], unique=True, postgresql_where=sa.text("is_member")
    )
    op.create_index(
        "users_name_idx",
        "users",
        ["name_key"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"name_key": "gin_trgm_ops"},
    )
    op.create_index("users_sort_idx", "users", ["sort_key", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("users")
    op.execute("DROP EXTENSION pg_trgm")
