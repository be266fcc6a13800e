"""What members say about how they want to be told."""

from collections.abc import Iterable, Sequence
from datetime import time

from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.access import Actor
from guildhall.core.errors import NotSignedIn
from guildhall.core.manifest import CHANNELS, Channel, NoticeKind, notice_kinds
from guildhall.shared.notifications.errors import NoticeKindNotFound
from guildhall.shared.notifications.models import NotificationPreference, QuietHours
from guildhall.shared.notifications.schemas import (
    ChannelsRead,
    NoticeKindRead,
    PreferencesRead,
    PreferencesUpdate,
    QuietHoursRead,
)
from guildhall.shared.users.models import User

Choice = tuple[str, Channel, bool | None]
"""A kind, a channel, and whether it is wanted; None for the default."""


async def read(session: AsyncSession, user_id: int) -> PreferencesRead:
    """The member's preferences, with every kind there is."""
    of_theirs = (
        select(User.want_notifications, QuietHours.starts, QuietHours.ends)
        .outerjoin(QuietHours, QuietHours.user_id == User.id)
        .where(User.id == user_id)
    )
    switch, starts, ends = (await session.execute(of_theirs)).one()
    differing = select(NotificationPreference).where(NotificationPreference.user_id == user_id)
    said = {(row.kind, row.channel): row.wanted for row in await session.scalars(differing)}
    return PreferencesRead(
        notifications=switch,
        quiet_hours=_quiet_hours(starts, ends),
        kinds=[_kind(kind, said) for kind in notice_kinds.values()],
    )


def _quiet_hours(starts: time | None, ends: time | None) -> QuietHoursRead | None:
    if starts is None or ends is None:
        return None
    return QuietHoursRead.model_validate({"from": starts.strftime("%H:%M"), "until": ends.strftime("%H:%M")})


def _kind(kind: NoticeKind, said: dict[tuple[str, str], bool]) -> NoticeKindRead:
    wanted = {channel: said.get((kind.name, channel), channel in kind.on) for channel in CHANNELS}
    return NoticeKindRead(
        name=kind.name,
        name_sv=kind.sv,
        name_en=kind.en,
        defaults=_channels(channel for channel in CHANNELS if channel in kind.on),
        channels=_channels(channel for channel in CHANNELS if wanted[channel]),
    )


def _channels(on: Iterable[Channel]) -> ChannelsRead:
    given = set(on)
    return ChannelsRead(inbox=bool(given), push="push" in given, mail="mail" in given)


async def change(session: AsyncSession, actor: Actor, wish: PreferencesUpdate) -> None:
    """Change what was sent. Raises NoticeKindNotFound, NotSignedIn."""
    held = select(User.id).where(User.id == actor.id).with_for_update(read=True, key_share=True)
    if await session.scalar(held) is None:
        raise NotSignedIn
    if wish.notifications is not None:
        switched = update(User).where(User.id == actor.id).values(want_notifications=wish.notifications)
        await session.execute(switched)
    if "quiet_hours" in wish.model_fields_set:
        await _set_quiet_hours(session, actor.id, wish)
    choices = [(kind, *choice) for kind, said in (wish.kinds or {}).items() for choice in said.items()]
    await choose(session, actor.id, choices)


async def _set_quiet_hours(session: AsyncSession, user_id: int, wish: PreferencesUpdate) -> None:
    if wish.quiet_hours is None:
        await session.execute(delete(QuietHours).where(QuietHours.user_id == user_id))
        return
    times = {"starts": time.fromisoformat(wish.quiet_hours.starts), "ends": time.fromisoformat(wish.quiet_hours.ends)}
    written = insert(QuietHours).values(user_id=user_id, **times)
    await session.execute(written.on_conflict_do_update(index_elements=[QuietHours.user_id], set_=times))


async def choose(session: AsyncSession, user_id: int, choices: Sequence[Choice]) -> None:
    """Note what a member wants; what is the default anyway is not kept. Raises NoticeKindNotFound."""
    if unknown := sorted({kind for kind, _, _ in choices} - set(notice_kinds)):
        raise NoticeKindNotFound(kind=unknown[0])
    differing = sorted(
        (kind, channel, bool(wanted))
        for kind, channel, wanted in choices
        if wanted is not None and wanted != (channel in notice_kinds[kind].on)
    )
    kept = {(kind, channel) for kind, channel, _ in differing}
    table = NotificationPreference
    if default := sorted({(kind, channel) for kind, channel, _ in choices} - kept):
        theirs = table.user_id == user_id, tuple_(table.kind, table.channel).in_(default)
        await session.execute(delete(table).where(*theirs))
    if differing:
        names = ("kind", "channel", "wanted")
        rows = [{"user_id": user_id, **dict(zip(names, choice, strict=True))} for choice in differing]
        written = insert(table).values(rows)
        key = [table.user_id, table.kind, table.channel]
        await session.execute(
            written.on_conflict_do_update(index_elements=key, set_={"wanted": written.excluded.wanted})
        )
