"""Telling members, in the transaction that causes it; pushes and mails are written later, by a job."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, CursorResult, Integer, Select, column, delete, insert, literal, select, values
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.database import one_of
from guildhall.core.manifest import NoticeKind, notice_kinds
from guildhall.platform import jobs, live
from guildhall.platform.jobs.queue import Wish
from guildhall.shared.notifications.models import BODY, TITLE, NoticeRow, Notification
from guildhall.shared.notifications.rules import one_line, shortened
from guildhall.shared.notifications.service.wanting import wants_any
from guildhall.shared.users.models import User

TOPIC = "notifications"
"""What other processes are told: `notice 12` is new, or `member 7` has read or removed something."""

EACH = "notifications each"
"""The line of jobs in which those wait who are told something of their own."""


@dataclass(frozen=True)
class Notice:
    """What is told. `link` is a path on the guild's site (`/car`), `target` the thing it is about, by word and id.

    Titles are one line; titles above 200 signs and bodies above 2,000 are cut.
    """

    title_sv: str
    title_en: str
    body_sv: str
    body_en: str
    link: str | None = None
    target: tuple[str, int] | None = None

    def __post_init__(self) -> None:
        if self.link is not None and (self.link[:1] != "/" or self.link[:2] == "//"):
            raise ValueError(f"{self.link} is not a path on the site")


async def notify(session: AsyncSession, kind: str, to: Sequence[int] | Select[int], notice: Notice) -> None:
    """Tell active users of something, once each; `to` are their ids, or a SELECT of them.

    A handful of statements, however many they are. Raises KeyError for a kind that no manifest declares.
    """
    known = notice_kinds[kind]
    notice_id = (await session.scalars(insert(NoticeRow).returning(NoticeRow.id), [_columns(kind, notice)])).one()
    if await _told(session, known, notice_id, to) == 0:
        await session.execute(delete(NoticeRow).where(NoticeRow.id == notice_id))
        return
    await jobs.enqueue(session, "notifications.fan_out", notice_id=notice_id)
    await live.tell(session, TOPIC, f"notice {notice_id}")


async def notify_each(session: AsyncSession, kind: str, notices: Sequence[tuple[int, Notice]]) -> None:
    """Tell each of these users, given by id, something of their own: a number in a queue, say.

    As many statements as for one notice. Raises KeyError for a kind that no manifest declares.
    """
    if not notices:
        return
    known = notice_kinds[kind]
    written = insert(NoticeRow).returning(NoticeRow.id, sort_by_parameter_order=True)
    ids = list(await session.scalars(written, [_columns(kind, notice) for _, notice in notices]))
    told = await _told_each(session, known, [(number, user) for number, (user, _) in zip(ids, notices, strict=True)])
    await session.execute(delete(NoticeRow).where(one_of(NoticeRow.id, sorted(set(ids) - told))))
    # One after the other: a thousand at once would be all that the house does for a while.
    wishes = [Wish({"notice_id": number}, line=EACH) for number in ids if number in told]
    await jobs.enqueue_many(session, "notifications.fan_out", wishes)
    await live.tell_each(session, TOPIC, [f"notice {number}" for number in ids if number in told])


def _columns(kind: str, notice: Notice) -> dict[str, object]:
    target_type, target_id = notice.target or (None, None)
    return {
        "kind": kind,
        "title_sv": shortened(one_line(notice.title_sv), TITLE),
        "title_en": shortened(one_line(notice.title_en), TITLE),
        "body_sv": shortened(notice.body_sv.strip(), BODY),
        "body_en": shortened(notice.body_en.strip(), BODY),
        "link": notice.link,
        "target_type": target_type,
        "target_id": target_id,
    }


async def _told(session: AsyncSession, kind: NoticeKind, notice_id: int, to: Sequence[int] | Select[int]) -> int:
    is_meant: ColumnElement[bool] = User.id.in_(to) if isinstance(to, Select) else one_of(User.id, to)
    whom = select(literal(notice_id), User.id).where(User.is_active, is_meant, wants_any(kind))
    # Held, so that nobody is deleted between being found and being told.
    held = whom.with_for_update(read=True, key_share=True, of=User)
    told = insert(Notification).from_select(["notice_id", "user_id"], held)
    result = await session.execute(told, execution_options={"preserve_rowcount": True})
    assert isinstance(result, CursorResult)
    return result.rowcount


async def _told_each(session: AsyncSession, kind: NoticeKind, pairs: Sequence[tuple[int, int]]) -> set[int]:
    meant = values(column("notice_id", Integer), column("user_id", Integer), name="meant").data(pairs)
    whom = select(meant.c.notice_id, User.id).join(meant, meant.c.user_id == User.id)
    held = whom.where(User.is_active, wants_any(kind)).with_for_update(read=True, key_share=True, of=User)
    told = insert(Notification).from_select(["notice_id", "user_id"], held).returning(Notification.notice_id)
    return set(await session.scalars(told))
