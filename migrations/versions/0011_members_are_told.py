"""Members are told."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("title_sv", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("body_sv", sa.String(length=2000), nullable=False),
        sa.Column("body_en", sa.String(length=2000), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=True),
        sa.Column("target_type", sa.String(length=60), nullable=True),
        sa.Column("target_id", sa.Integer(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("fanned_out_at", MOMENT, nullable=True),
        sa.CheckConstraint("(target_type IS NULL) = (target_id IS NULL)", name="notice_target_is_whole"),
        sa.CheckConstraint("link LIKE '/%' AND link NOT LIKE '//%'", name="notice_link_is_on_the_site"),
        sa.PrimaryKeyConstraint("id", name="notices_pkey"),
    )
    op.create_index("notices_created_at_idx", "notices", ["created_at"], unique=False)
    op.create_table(
        "notifications",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.Column("visited_at", MOMENT, nullable=True),
        sa.CheckConstraint("visited_at IS NULL OR read_at IS NOT NULL", name="notification_visited_is_read"),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="notifications_notice_id_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="notifications_user_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="notifications_pkey"),
        sa.UniqueConstraint("notice_id", "user_id", name="notifications_notice_id_user_id_key"),
    )
    op.create_index("notifications_user_id_id_idx", "notifications", ["user_id", "id"], unique=False)
    op.create_index(
        "notifications_unread_idx",
        "notifications",
        ["user_id"],
        unique=False,
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_index("notifications_read_at_idx", "notifications", ["read_at"], unique=False)
    op.create_table(
        "notification_preferences",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.CheckConstraint("channel IN ('inbox', 'push', 'mail')", name="notification_channel_is_known"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="notification_preferences_user_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "kind", "channel", name="notification_preferences_pkey"),
    )
    op.create_table(
        "quiet_hours",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.CheckConstraint("starts <> ends", name="quiet_hours_last"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="quiet_hours_user_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name="quiet_hours_pkey"),
    )
    op.create_table(
        "push_devices",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("token", sa.String(length=2048), nullable=False),
        sa.Column("provider", sa.String(length=10), nullable=False),
        sa.Column("platform", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("app_version", sa.String(length=40), nullable=True),
        sa.Column("p256dh", sa.String(length=100), nullable=True),
        sa.Column("auth", sa.String(length=40), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.CheckConstraint("provider IN ('app', 'browser')", name="push_device_provider_is_known"),
        sa.CheckConstraint("platform IN ('android', 'ios', 'web')", name="push_device_platform_is_known"),
        sa.CheckConstraint(
            "(provider = 'browser') = (platform = 'web') AND (provider = 'browser') = (p256dh IS NOT NULL)"
            " AND (provider = 'browser') = (auth IS NOT NULL)",
            name="push_device_browser_has_keys",
        ),
        sa.CheckConstraint("language IN ('sv', 'en')", name="push_device_language_is_known"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="push_devices_user_id_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["refresh_sessions.id"], name="push_devices_session_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="push_devices_pkey"),
        sa.UniqueConstraint("token", name="push_devices_token_key"),
    )
    op.create_index("push_devices_user_id_idx", "push_devices", ["user_id"], unique=False)
    op.create_index("push_devices_session_id_idx", "push_devices", ["session_id"], unique=False)
    op.create_table(
        "pushes",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("notification_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["notification_id"], ["notifications.id"], name="pushes_notification_id_fkey", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["device_id"], ["push_devices.id"], name="pushes_device_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pushes_pkey"),
        sa.UniqueConstraint("notification_id", "device_id", name="pushes_notification_id_device_id_key"),
    )
    op.create_index("pushes_device_id_idx", "pushes", ["device_id"], unique=False)


def downgrade() -> None:
    for table in ("pushes", "push_devices", "quiet_hours", "notification_preferences", "notifications", "notices"):
        op.drop_table(table)
