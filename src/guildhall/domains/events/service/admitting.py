"""At the door: tickets, checking them, and who came.

A scanner may have been offline: it sends what it scanned when it can, and may send it again. The earliest scan of a
ticket is the one that counts, whichever arrives first.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ARRAY, Integer, String, column, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from guildhall.core import clock
from guildhall.core.access import Actor
from guildhall.core.database import AnyRow, one_of
from guildhall.core.settings import settings
from guildhall.domains.events.errors import NoTicket, NotPublished, SignupNotFound
from guildhall.domains.events.models import Event, EventSignup, Moment
from guildhall.domains.events.rules import admission
from guildhall.domains.events.schemas.organising import (
    AttendanceRead,
    AttendeeRead,
    CheckInWish,
    ScanRead,
    ScanWish,
    TicketRead,
)
from guildhall.domains.events.service import reading
from guildhall.shared.users.models import User
from guildhall.shared.users.schemas import SimpleUserRead

EARLY = timedelta(days=1)
"""How long before the start a scan can have been; a scanner's clock that says otherwise is wrong."""
Wrong = Literal["bad_code", "not_this_event"]
_by = aliased(User)
_rows = (
    select(
        EventSignup.user_id,
        EventSignup.confirmed,
        EventSignup.checked_in_at,
        EventSignup.checked_in_by,
        EventSignup.check_in_scan,
        User.first_name,
        User.last_name,
        _by.first_name.label("by_first_name"),
        _by.last_name.label("by_last_name"),
    )
    .join(User, User.id == EventSignup.user_id)
    .outerjoin(_by, _by.id == EventSignup.checked_in_by)
)


def _key() -> str:
    return settings().key("event tickets")


async def ticket(session: AsyncSession, actor: Actor, event_id: int) -> TicketRead:
    """The actor's own ticket. Raises EventNotFound, NoTicket."""
    event = await reading.find(session, event_id)
    mine = _rows.where(EventSignup.event_id == event_id, EventSignup.user_id == actor.id, EventSignup.confirmed)
    row = (await session.execute(mine)).first()
    if row is None or not event.event_users_confirmed:
        raise NoTicket
    return TicketRead(
        code=admission.code(_key(), event_id, actor.id),
        event_id=event_id,
        title_sv=event.title_sv,
        title_en=event.title_en,
        starts_at=event.starts_at,
        location=event.location,
        user=_user(row),
        checked_in_at=row.checked_in_at,
    )


async def check_in(session: AsyncSession, actor: Actor, event_id: int, wish: CheckInWish) -> list[ScanRead]:
    """Check in those whose tickets were scanned, and say of each scan what became of it; a few statements.

    Raises EventNotFound, NotPublished.
    """
    event = await reading.find(session, event_id)
    if not event.event_users_confirmed:
        raise NotPublished
    read: list[int | Wrong] = [_read(scan, event_id) for scan in wish.scans]
    wanted = sorted({user_id for user_id in read if isinstance(user_id, int)})
    theirs = EventSignup.event_id == event_id, one_of(EventSignup.user_id, wanted)
    # They are locked, and not the event: at a full door nobody waits who signs up or off elsewhere.
    await session.execute(select(EventSignup.user_id).where(*theirs).order_by(EventSignup.user_id).with_for_update())
    rows = {row.user_id: row for row in await session.execute(_rows.where(*theirs))}
    door = _Door(event, actor, rows)
    order = sorted(range(len(read)), key=lambda number: door.moment(wish.scans[number]))
    for number in order:
        user_id = read[number]
        if isinstance(user_id, int):
            door.let_in(user_id, wish.scans[number])
    await _write(session, actor, event_id, door)
    me = await session.get_one(User, actor.id) if door.first else None
    return [door.told(user_id, scan, me) for user_id, scan in zip(read, wish.scans, strict=True)]


async def undo(session: AsyncSession, event_id: int, user_id: int) -> None:
    """Take a check-in back; also when there was none. Raises EventNotFound, SignupNotFound."""
    await reading.find(session, event_id)
    kept = {"changes": EventSignup.changes, "latest_modified": EventSignup.latest_modified}
    theirs = EventSignup.event_id == event_id, EventSignup.user_id == user_id
    nobody = update(EventSignup).where(*theirs).values(checked_in_at=None, checked_in_by=None, check_in_scan=None)
    if await session.scalar(nobody.values(**kept).returning(EventSignup.user_id)) is None:
        raise SignupNotFound


async def attendance(session: AsyncSession, event_id: int) -> AttendanceRead:
    """Everybody with a place, by name, and who of them came. Raises EventNotFound, NotPublished."""
    event = await reading.find(session, event_id)
    if not event.event_users_confirmed:
        raise NotPublished
    theirs = _rows.where(EventSignup.event_id == event_id, EventSignup.confirmed)
    rows = (await session.execute(theirs.order_by(User.sort_key, User.id))).all()
    came = sum(row.checked_in_at is not None for row in rows)
    return AttendanceRead(
        event_id=event_id,
        places=len(rows),
        came=came,
        no_shows=len(rows) - came if event.starts_at <= clock.now() else None,
        attendees=[
            AttendeeRead(user=_user(row), checked_in_at=row.checked_in_at, checked_in_by=_keeper(row)) for row in rows
        ],
    )


class _Door:
    """The event's door while one batch of scans goes through it: who was let in by which scan."""

    def __init__(self, event: Event, actor: Actor, rows: dict[int, AnyRow]) -> None:
        self._rows, self._actor, self._now = rows, actor, clock.now()
        self._earliest = min(event.starts_at - EARLY, self._now)
        self.first: dict[int, ScanWish] = {}

    def moment(self, scan: ScanWish) -> datetime:
        """When it was scanned, as far as that can be: not in the future, nor long before the event."""
        return min(max(scan.scanned_at, self._earliest), self._now)

    def let_in(self, user_id: int, scan: ScanWish) -> None:
        """Note the scan, in the order of their moments, if it is the earliest there is of a place."""
        row = self._rows.get(user_id)
        if row is None or not row.confirmed or user_id in self.first:
            return
        if row.checked_in_at is None or self.moment(scan) < row.checked_in_at:
            self.first[user_id] = scan

    def told(self, user_id: int | Wrong, scan: ScanWish, me: User | None) -> ScanRead:
        """What became of the scan."""
        if isinstance(user_id, str):
            return ScanRead(scan_id=scan.scan_id, result=user_id)
        row = self._rows.get(user_id)
        if row is None or not row.confirmed:
            user = None if row is None else _user(row)
            return ScanRead(scan_id=scan.scan_id, result="no_place", user=user)
        first = self.first.get(row.user_id)
        at = self.moment(first) if first else row.checked_in_at
        by = SimpleUserRead.model_validate(me) if first and me else _keeper(row)
        kept = self.mark(first) if first else row.check_in_scan
        result = "ok" if kept == self.mark(scan) else "duplicate"
        return ScanRead(scan_id=scan.scan_id, result=result, user=_user(row), checked_in_at=at, checked_in_by=by)

    def mark(self, scan: ScanWish) -> str:
        """What a scan is known by when it is sent again: who sent it, its id, and when it says that it was."""
        return hashlib.sha256(f"{self._actor.id} {scan.scan_id} {scan.scanned_at}".encode()).hexdigest()


def _read(scan: ScanWish, event_id: int) -> int | Wrong:
    if scan.user_id is not None:
        return scan.user_id
    named = admission.read(_key(), scan.code or "")
    if named is None:
        return "bad_code"
    return named[1] if named[0] == event_id else "not_this_event"


async def _write(session: AsyncSession, actor: Actor, event_id: int, door: _Door) -> None:
    if not door.first:
        return
    users, first = list(door.first), list(door.first.values())
    at, scans = [door.moment(scan) for scan in first], [door.mark(scan) for scan in first]
    arrays = literal(users, ARRAY(Integer)), literal(at, ARRAY(Moment)), literal(scans, ARRAY(String))
    fields = column("user_id", Integer), column("at", Moment), column("scan", String)
    seen = func.unnest(*arrays).table_valued(*fields).render_derived("seen")
    written = update(EventSignup).where(EventSignup.event_id == event_id, EventSignup.user_id == seen.c.user_id)
    # Whoever comes has changed nothing that stands in a calendar.
    kept = {"changes": EventSignup.changes, "latest_modified": EventSignup.latest_modified}
    facts_of = {"checked_in_at": seen.c.at, "checked_in_by": actor.id, "check_in_scan": seen.c.scan}
    await session.execute(written.values(**facts_of, **kept), execution_options={"synchronize_session": False})


def _user(row: AnyRow) -> SimpleUserRead:
    return SimpleUserRead(id=row.user_id, first_name=row.first_name, last_name=row.last_name)


def _keeper(row: AnyRow) -> SimpleUserRead | None:
    if row.checked_in_by is None:
        return None
    return SimpleUserRead(id=row.checked_in_by, first_name=row.by_first_name, last_name=row.by_last_name)
