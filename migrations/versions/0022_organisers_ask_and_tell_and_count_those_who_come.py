"""Organisers ask and tell and count those who come."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0022"
down_revision = "0020"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("event_signups", sa.Column("changes", sa.Integer(), server_default="0", nullable=False))
    op.add_column("event_signups", sa.Column("checked_in_at", MOMENT, nullable=True))
    op.add_column("event_signups", sa.Column("checked_in_by", sa.Integer(), nullable=True))
    op.add_column("event_signups", sa.Column("check_in_scan", sa.String(length=64), nullable=True))
    op.create_foreign_key(
        "event_signups_checked_in_by_fkey", "event_signups", "users", ["checked_in_by"], ["id"], ondelete="SET NULL"
    )
    op.create_index("event_signups_checked_in_by_idx", "event_signups", ["checked_in_by"])
    _tell()
    _cancel()
    _ask()


def _tell() -> None:
    op.create_table(
        "event_tellings",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("moment", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="event_tellings_event_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event_id", "what", name="event_tellings_pkey"),
    )
    op.create_table(
        "event_follows",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=True),
        sa.Column("council_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("num_nonnulls(tag_id, council_id) = 1", name="event_follows_have_one_aim"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="event_follows_user_id_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name="event_follows_tag_id_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["council_id"], ["councils.id"], name="event_follows_council_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="event_follows_pkey"),
        sa.UniqueConstraint("user_id", "tag_id", name="event_follows_tag_once"),
        sa.UniqueConstraint("user_id", "council_id", name="event_follows_council_once"),
    )
    op.create_index("event_follows_tag_id_idx", "event_follows", ["tag_id"])
    op.create_index("event_follows_council_id_idx", "event_follows", ["council_id"])
    op.create_table(
        "event_messages",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("sent_by", sa.Integer(), nullable=True),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("recipients", sa.String(length=10), nullable=False),
        sa.Column("title_sv", sa.String(length=100), nullable=False),
        sa.Column("title_en", sa.String(length=100), nullable=False),
        sa.Column("body_sv", sa.String(length=2000), nullable=False),
        sa.Column("body_en", sa.String(length=2000), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.CheckConstraint("recipients IN ('places', 'queue', 'everyone')", name="event_messages_recipients_are_known"),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="event_messages_event_id_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["sent_by"], ["users.id"], name="event_messages_sent_by_fkey", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="event_messages_pkey"),
    )
    op.create_index("event_messages_event_id_idx", "event_messages", ["event_id"])
    op.create_index("event_messages_sent_by_idx", "event_messages", ["sent_by"])


def _cancel() -> None:
    op.create_table(
        "cancelled_events",
        sa.Column("event_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("council_id", sa.Integer(), nullable=False),
        sa.Column("title_sv", sa.String(length=100), nullable=False),
        sa.Column("title_en", sa.String(length=100), nullable=False),
        sa.Column("location", sa.String(length=50), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("all_day", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("tag_ids", ARRAY(sa.Integer()), nullable=False),
        sa.Column("user_ids", ARRAY(sa.Integer()), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="cancelled_events_pkey"),
    )
    op.create_index("cancelled_events_changed_at_idx", "cancelled_events", ["changed_at"])


def _ask() -> None:
    op.create_table(
        "event_questions",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("title_sv", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("options", JSONB(), server_default="[]", nullable=False),
        sa.Column("required", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("least", sa.Float(), nullable=True),
        sa.Column("most", sa.Float(), nullable=True),
        sa.Column("answers_until", MOMENT, nullable=True),
        sa.CheckConstraint("kind IN ('one', 'many', 'text', 'number')", name="event_questions_kind_is_known"),
        sa.CheckConstraint("least <= most", name="event_questions_have_sensible_bounds"),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="event_questions_event_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="event_questions_pkey"),
        sa.UniqueConstraint(
            "event_id", "place", name="event_questions_in_order", deferrable=True, initially="DEFERRED"
        ),
    )
    op.create_table(
        "event_answers",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("answer", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id", "user_id"],
            ["event_signups.event_id", "event_signups.user_id"],
            name="event_answers_event_id_user_id_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["event_questions.id"], name="event_answers_question_id_fkey", ondelete="CASCADE"
        ),
        sa.CheckConstraint("jsonb_typeof(answer) IN ('string', 'number', 'array')", name="event_answers_are_answers"),
        sa.PrimaryKeyConstraint("event_id", "user_id", "question_id", name="event_answers_pkey"),
    )
    op.create_index("event_answers_question_id_idx", "event_answers", ["question_id"])


def downgrade() -> None:
    for table in (
        "event_answers",
        "event_questions",
        "cancelled_events",
        "event_messages",
        "event_follows",
        "event_tellings",
    ):
        op.drop_table(table)
    for column in ("check_in_scan", "checked_in_by", "checked_in_at", "changes"):
        op.drop_column("event_signups", column)
