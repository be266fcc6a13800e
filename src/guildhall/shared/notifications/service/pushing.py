"""Pushing: what waits is looked at again, sent without a connection held, and what became of it is written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from guildhall.core import clock
from guildhall.core.database import AnyRow, among, one_of, release
from guildhall.core.manifest import notice_kinds
from guildhall.core.settings import settings
from guildhall.platform import jobs, push
from guildhall.platform.jobs.queue import Wish
from guildhall.platform.push import AppTarget, BrowserTarget, Message, Outcome, Target
from guildhall.shared.notifications.models import (
    NoticeRow,
    Notification,
    NotificationPreference,
    Push,
    PushDevice,
    QuietHours,
)
from guildhall.shared.notifications.rules import is_given_up, one_line, quiet_until, shortened, wait_before
from guildhall.shared.users.models import User

log = structlog.get_logger(__name__)

TITLE, BODY = 100, 300  # signs on a screen; a push service takes 4,096 bytes in all

_other = aliased(Notification)
_unread = (
    select(func.count())
    .where(_other.user_id == Notification.user_id, _other.read_at.is_(None))
    .correlate(Notification)
    .scalar_subquery()
)
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
# A device that has moved to somebody else meanwhile is not theirs any more, and what was read needs no push.
_waiting: Select[*tuple[Any, ...]] = (
    select(Push, Notification, NoticeRow, PushDevice, QuietHours.starts, QuietHours.ends)
    .add_columns(_unread.label("unread"), _wanted.label("wanted"), User.language)
    .join_from(Push, Notification, Notification.id == Push.notification_id)
    .join(NoticeRow, NoticeRow.id == Notification.notice_id)
    .join(User, User.id == Notification.user_id)
    .join(PushDevice, (PushDevice.id == Push.device_id) & (PushDevice.user_id == User.id))
    .outerjoin(QuietHours, QuietHours.user_id == User.id)
    .where(among(Push.id, "ids"), Notification.read_at.is_(None), User.is_active, User.want_notifications)
)


@dataclass
class _Waiting:
    """One push, as it stands now."""

    id: int
    device_id: int
    waits: timedelta
    is_given_up: bool
    outcome: Outcome


async def push_all(session: AsyncSession, push_ids: Sequence[int]) -> None:
    """Push what is still wanted of these. Raises TryAgain while a push service asks to wait."""
    key = await push.vapid_key(session)
    found = (await session.execute(_waiting, {"ids": list(push_ids)})).all()
    wanted = [row for row in found if _is_wanted(row)]
    quiet = {row.Push.id: until for row in wanted if (until := _quiet_until(row))}
    due = [row for row in wanted if row.Push.id not in quiet]
    messages = [(_target(row.PushDevice), _message(row)) for row in due]
    await release(session)  # a push service may take its time; others need the connection
    outcomes = await push.send(key, messages) if messages else []
    tried = [_judged(row, outcome) for row, outcome in zip(due, outcomes, strict=True)]
    for until in sorted(set(quiet.values())):
        ids = [push_id for push_id, end in quiet.items() if end == until]
        await jobs.enqueue_many(session, "notifications.push", [Wish({"push_ids": ids})], at=until)
    later = [one for one in tried if one.outcome.kind == "later" and not one.is_given_up]
    await _settle(session, push_ids, tried, later, quiet)
    if later:
        longest = max(one.waits for one in later)
        raise jobs.TryAgain(longest, f"{len(later)} pushes wait: {later[0].outcome.reason}")


def _is_wanted(row: AnyRow) -> bool:
    return "push" in notice_kinds[row.NoticeRow.kind].on if row.wanted is None else row.wanted


def _quiet_until(row: AnyRow) -> Any:
    return quiet_until(clock.now(), row.starts, row.ends) if row.starts is not None else None


def _target(device: PushDevice) -> Target:
    if device.p256dh and device.auth:
        return BrowserTarget(device.token, device.p256dh, device.auth)
    return AppTarget(device.token)


def _message(row: AnyRow) -> Message:
    notice, notification = row.NoticeRow, row.Notification
    is_english = (row.PushDevice.language or row.language or "sv") == "en"
    title, body = (notice.title_en, notice.body_en) if is_english else (notice.title_sv, notice.body_sv)
    data = {
        "type": notice.kind,
        "notification_id": str(notification.id),
        "target_type": notice.target_type or "",
        "target_id": "" if notice.target_id is None else str(notice.target_id),
        "link": settings().site_url + notice.link if notice.link else "",
    }
    return Message(
        title=shortened(title, TITLE),
        body=shortened(one_line(body), BODY),
        data=data,
        badge=row.unread,
        tag=f"notice-{notice.id}",
    )


def _judged(row: AnyRow, outcome: Outcome) -> _Waiting:
    waits = wait_before(row.Push.attempts, outcome.after)
    is_over = is_given_up(row.Push.due_at, clock.now() + waits)
    return _Waiting(row.Push.id, row.PushDevice.id, waits, is_over, outcome)


async def _settle(
    session: AsyncSession,
    push_ids: Sequence[int],
    tried: Sequence[_Waiting],
    later: Sequence[_Waiting],
    quiet: dict[int, Any],
) -> None:
    """Forget the devices that are gone and the pushes that are over, whatever they came to."""
    # What was refused at once is logged where it was.
    if too_late := [one for one in tried if one.outcome.kind == "later" and one.is_given_up]:
        log.warning("pushes were given up", pushes=len(too_late), reason=too_late[0].outcome.reason)
    gone = [one.device_id for one in tried if one.outcome.kind == "gone"]
    if gone:
        await session.execute(delete(PushDevice).where(one_of(PushDevice.id, gone)))
    waiting = [one.id for one in later]
    over = sorted(set(push_ids) - set(waiting) - set(quiet))
    if over:
        await session.execute(delete(Push).where(one_of(Push.id, over)))
    if waiting:
        await session.execute(update(Push).where(one_of(Push.id, waiting)).values(attempts=Push.attempts + 1))
