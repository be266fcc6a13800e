"""The guild has mail aliases."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TARGETS = {"user_id": "users", "post_id": "posts", "council_id": "councils"}
MAIL_STEPS = """
CREATE VIEW mail_steps WITH (security_barrier) AS
SELECT alias_id, id AS target_id, address AS receiver FROM mail_alias_targets WHERE address IS NOT NULL
UNION ALL
SELECT t.alias_id, t.id, lower(u.email)
FROM mail_alias_targets t JOIN users u ON u.id = t.user_id WHERE u.is_active AND u.is_verified
UNION ALL
SELECT t.alias_id, t.id, lower(u.email)
FROM mail_alias_targets t JOIN post_holders h ON h.post_id = t.post_id JOIN users u ON u.id = h.user_id
WHERE u.is_active AND u.is_verified
UNION ALL
SELECT t.alias_id, t.id, lower(u.email)
FROM mail_alias_targets t JOIN posts p ON p.council_id = t.council_id
JOIN post_holders h ON h.post_id = p.id JOIN users u ON u.id = h.user_id
WHERE u.is_active AND u.is_verified
"""
MAIL_ROUTES = """
CREATE VIEW mail_routes WITH (security_barrier) AS
SELECT alias.address, final.receiver
FROM mail_aliases alias CROSS JOIN LATERAL (
    WITH RECURSIVE reached(receiver) AS (
        SELECT s.receiver FROM mail_steps s WHERE s.alias_id = alias.id
        UNION
        SELECT s.receiver FROM reached r JOIN mail_aliases a ON a.address = r.receiver
        CROSS JOIN LATERAL (SELECT receiver FROM mail_steps WHERE alias_id = a.id OFFSET 0) s
    )
    SELECT r.receiver FROM reached r
    WHERE NOT EXISTS (SELECT FROM mail_aliases a WHERE a.address = r.receiver)
) final
"""


def upgrade() -> None:
    op.create_table(
        "mail_aliases",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.CheckConstraint("address = lower(address)", name="mail_alias_is_lower_case"),
        sa.PrimaryKeyConstraint("id", name="mail_aliases_pkey"),
        sa.UniqueConstraint("address", name="mail_aliases_address_key"),
    )
    op.create_table(
        "mail_alias_targets",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("alias_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("council_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("num_nonnulls(address, user_id, post_id, council_id) = 1", name="mail_alias_target_is_one"),
        sa.CheckConstraint("address = lower(address)", name="mail_alias_target_is_lower_case"),
        sa.PrimaryKeyConstraint("id", name="mail_alias_targets_pkey"),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=f"mail_alias_targets_{column}_fkey", ondelete="CASCADE"
            )
            for column, table in (("alias_id", "mail_aliases"), *TARGETS.items())
        ),
        *(
            sa.UniqueConstraint("alias_id", column, name=f"mail_alias_targets_alias_id_{column}_key")
            for column in ("address", *TARGETS)
        ),
    )
    for column in TARGETS:
        op.create_index(f"mail_alias_targets_{column}_idx", "mail_alias_targets", [column], unique=False)
    op.execute(MAIL_STEPS)
    op.execute(MAIL_ROUTES)


def downgrade() -> None:
    op.execute("DROP VIEW mail_routes")
    op.execute("DROP VIEW mail_steps")
    op.drop_table("mail_alias_targets")
    op.drop_table("mail_aliases")
