"""What waits to be pushed, as it stands now: to which device, in which words, and whether it is still wanted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.core.database import AnyRow, among
from guildhall.core.manifest import notice_kinds
from guildhall.core.settings import settings
from guildhall.platform.push import AppTarget, BrowserTarget, Message, Target
from guildhall.shared.auth.models import RefreshSession
from guildhall.shared.notifications.models import (
    NoticeRow,
    Notification,
    NotificationPreference,
    Push,
    PushDevice,
    QuietHours,
)
from guildhall.shared.notifications.rules import one_line, quiet_until, shortened
from guildhall.shared.notifications.service import inbox
from guildhall.shared.users.models import User

TITLE, BODY = 100, 300  # signs on a screen; a push service takes 4,096 bytes in all

_wanted = (
    select(NotificationPreference.wanted)
    .where(
        NotificationPreference.user_id == Notification.user_id,
        NotificationPreference.kind == NoticeRow.kind,
        NotificationPreference.channel == "push",
    )
    .correlate(Notification, NoticeRow)
    .scalar_subquery()
)
# Columns and no objects: they are read on when the connection has been given back.
_waiting: Select[*tuple[Any, ...]] = (
    select(Push.id, Push.due_at, Push.attempts)
    .add_columns(PushDevice.id.label("device_id"), PushDevice.token, PushDevice.p256dh, PushDevice.auth)
    .add_columns(func.coalesce(PushDevice.language, User.language, "sv").label("language"))
    .add_columns(Notification.id.label("notification_id"), NoticeRow.id.label("notice_id"), NoticeRow.kind)
    .add_columns(NoticeRow.title_sv, NoticeRow.title_en, NoticeRow.body_sv, NoticeRow.body_en, NoticeRow.link)
    .add_columns(NoticeRow.target_type, NoticeRow.target_id, QuietHours.starts, QuietHours.ends)
    .add_columns(inbox.unread_of_member.label("unread"), _wanted.label("wanted"))
    .join_from(Push, Notification, Notification.id == Push.notification_id)
    .join(NoticeRow, NoticeRow.id == Notification.notice_id)
    .join(User, User.id == Notification.user_id)
    # A device that has moved to somebody else meanwhile is not theirs any more.
    .join(PushDevice, (PushDevice.id == Push.device_id) & (PushDevice.user_id == User.id))
    .join(RefreshSession, (RefreshSession.id == PushDevice.session_id) & (RefreshSession.expires_at > bindparam("now")))
    .outerjoin(QuietHours, QuietHours.user_id == User.id)
    .where(among(Push.id, "ids"), Notification.read_at.is_(None), User.is_active, User.want_notifications)
)


@dataclass(frozen=True)
class Waiting:
    """One push; `quiet_until` when it must wait for the end of the member's quiet hours."""

    id: int
    device_id: int
    due_at: datetime
    attempts: int
    target: Target
    message: Message
    quiet_until: datetime | None


async def wanted(session: AsyncSession, push_ids: Sequence[int]) -> list[Waiting]:
    """Those of these pushes that are still wanted; in one statement."""
    rows = (await session.execute(_waiting, {"ids": list(push_ids), "now": clock.now()})).all()
    return [_shape(row) for row in rows if _is_wanted(row)]


def _is_wanted(row: AnyRow) -> bool:
    kind = notice_kinds.get(row.kind)  # one that no domain declares any more is wanted by nobody
    return kind is not None and ("push" in kind.on if row.wanted is None else row.wanted)


def _shape(row: AnyRow) -> Waiting:
    is_browser = row.p256dh is not None
    return Waiting(
        id=row.id,
        device_id=row.device_id,
        due_at=row.due_at,
        attempts=row.attempts,
        target=BrowserTarget(row.token, row.p256dh, row.auth) if is_browser else AppTarget(row.token),
        message=_message(row),
        quiet_until=None if row.starts is None else quiet_until(clock.now(), row.starts, row.ends),
    )


def _message(row: AnyRow) -> Message:
    is_english = row.language == "en"
    title, body = (row.title_en, row.body_en) if is_english else (row.title_sv, row.body_sv)
    data = {
        "type": row.kind,
        "notification_id": str(row.notification_id),
        "target_type": row.target_type or "",
        "target_id": "" if row.target_id is None else str(row.target_id),
        "link": settings().site_url + row.link if row.link else "",
    }
    return Message(
        title=shortened(title, TITLE),
        body=shortened(one_line(body), BODY),
        data=data,
        badge=row.unread,
        tag=f"notice-{row.notice_id}",
    )
