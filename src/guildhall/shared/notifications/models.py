"""Notices, who was told, what members want, their devices, and what waits to be pushed."""

from datetime import datetime, time

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Identity, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from guildhall.core import clock
from guildhall.core.database import Base

TITLE, BODY, LINK, TOKEN = 200, 2000, 500, 2048  # signs at most


class NoticeRow(Base):
    """What was told, once, however many were told; `fanned_out_at` when pushes and mails had been written."""

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint("(target_type IS NULL) = (target_id IS NULL)", name="notice_target_is_whole"),
        CheckConstraint("link LIKE '/%' AND link NOT LIKE '//%'", name="notice_link_is_on_the_site"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    title_sv: Mapped[str] = mapped_column(String(TITLE))
    title_en: Mapped[str] = mapped_column(String(TITLE))
    body_sv: Mapped[str] = mapped_column(String(BODY))
    body_en: Mapped[str] = mapped_column(String(BODY))
    link: Mapped[str | None] = mapped_column(String(LINK))
    target_type: Mapped[str | None] = mapped_column(String(60))
    target_id: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=clock.now, index=True)
    fanned_out_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Notification(Base):
    """That a member was told of a notice."""

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("notice_id", "user_id"),
        Index("notifications_user_id_id_idx", "user_id", "id"),
        Index("notifications_unread_idx", "user_id", postgresql_where=text("read_at IS NULL")),
        Index("notifications_read_at_idx", "read_at"),
        CheckConstraint("visited_at IS NULL OR read_at IS NOT NULL", name="notification_visited_is_read"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    read_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    visited_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class NotificationPreference(Base):
    """That a member wants a channel for a kind otherwise than the kind's default."""

    __tablename__ = "notification_preferences"
    __table_args__ = (CheckConstraint("channel IN ('inbox', 'push', 'mail')", name="notification_channel_is_known"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(60), primary_key=True)
    channel: Mapped[str] = mapped_column(String(10), primary_key=True)
    wanted: Mapped[bool]


class QuietHours(Base):
    """When a member does not want pushes, by the wall clock of Stockholm; who has no row has none."""

    __tablename__ = "quiet_hours"
    __table_args__ = (CheckConstraint("starts <> ends", name="quiet_hours_last"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    starts: Mapped[time]
    ends: Mapped[time]


class PushDevice(Base):
    """Where a member's pushes go; `token` is an app's token or a browser's endpoint."""

    __tablename__ = "push_devices"
    __table_args__ = (
        CheckConstraint("provider IN ('app', 'browser')", name="push_device_provider_is_known"),
        CheckConstraint("platform IN ('android', 'ios', 'web')", name="push_device_platform_is_known"),
        CheckConstraint(
            "(provider = 'browser') = (platform = 'web') AND (provider = 'browser') = (p256dh IS NOT NULL)"
            " AND (provider = 'browser') = (auth IS NOT NULL)",
            name="push_device_browser_has_keys",
        ),
        CheckConstraint("language IN ('sv', 'en')", name="push_device_language_is_known"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    token: Mapped[str] = mapped_column(String(TOKEN), unique=True)
    provider: Mapped[str] = mapped_column(String(10))
    platform: Mapped[str] = mapped_column(String(10))
    language: Mapped[str | None] = mapped_column(String(2))
    app_version: Mapped[str | None] = mapped_column(String(40))
    p256dh: Mapped[str | None] = mapped_column(String(100))
    auth: Mapped[str | None] = mapped_column(String(40))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("refresh_sessions.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=clock.now)
    last_seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=clock.now)


class Push(Base):
    """A notification that has yet to be pushed to a device; deleted when it was delivered or given up."""

    __tablename__ = "pushes"
    __table_args__ = (UniqueConstraint("notification_id", "device_id"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    notification_id: Mapped[int] = mapped_column(ForeignKey("notifications.id", ondelete="CASCADE"))
    device_id: Mapped[int] = mapped_column(ForeignKey("push_devices.id", ondelete="CASCADE"), index=True)
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    attempts: Mapped[int] = mapped_column(server_default="0", default=0)
