"""Mails are delivered."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STATUS = "status IN ('queued', 'sent', 'dead', 'kept')"


def upgrade() -> None:
    op.add_column("mails", sa.Column("message_id", sa.String()))
    op.add_column("mails", sa.Column("template", sa.String(), server_default="", nullable=False))
    op.add_column("mails", sa.Column("language", sa.String(2)))
    # Those of before were never to be sent: they stay in the mailbox, and nobody gets last year's news.
    op.add_column("mails", sa.Column("status", sa.String(10), server_default="kept", nullable=False))
    op.add_column("mails", sa.Column("attempts", sa.Integer(), server_default="0", nullable=False))
    op.add_column("mails", sa.Column("error", sa.String()))
    op.add_column("mails", sa.Column("queued_at", sa.DateTime(timezone=True)))
    op.add_column("mails", sa.Column("sent_at", sa.DateTime(timezone=True)))
    op.add_column("mails", sa.Column("unsubscribe", sa.String()))
    op.execute(
        "UPDATE mails SET message_id = '<' || gen_random_uuid() || '@guildhall.invalid>', queued_at = created_at"
    )
    op.alter_column("mails", "message_id", nullable=False)
    op.alter_column("mails", "queued_at", nullable=False)
    for column in ("template", "status", "attempts"):
        op.alter_column("mails", column, server_default=None)
    op.create_unique_constraint("mails_message_id_key", "mails", ["message_id"])
    op.create_check_constraint("mails_status_is_known", "mails", STATUS)
    op.create_check_constraint("mails_language_is_known", "mails", "language IN ('sv', 'en')")
    op.create_index("mails_status_idx", "mails", ["status", "id"])
    op.create_index("mails_to_idx", "mails", [sa.text('lower("to")'), "id"])
    op.create_index("mails_created_at_idx", "mails", ["created_at"])
    op.add_column("users", sa.Column("language", sa.String(2)))
    op.create_check_constraint("users_language_is_known", "users", "language IN ('sv', 'en')")


def downgrade() -> None:
    op.drop_column("users", "language")
    for index in ("mails_created_at_idx", "mails_to_idx", "mails_status_idx"):
        op.drop_index(index, "mails")
    columns = "message_id template language status attempts error queued_at sent_at unsubscribe"
    for column in columns.split():
        op.drop_column("mails", column)
