"""Pushing: what waits is looked at again, sent without a connection held, and what became of it is written down."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.core.database import one_of, release
from guildhall.platform import jobs, push
from guildhall.platform.jobs.queue import Wish
from guildhall.platform.push import Outcome
from guildhall.shared.notifications.models import Push, PushDevice
from guildhall.shared.notifications.rules import is_given_up, next_second, wait_before
from guildhall.shared.notifications.service import outbox
from guildhall.shared.notifications.service.outbox import Waiting

log = structlog.get_logger(__name__)

Tried = Sequence[tuple[Waiting, Outcome]]
PutOff = Sequence[tuple[Waiting, datetime]]


async def push_all(session: AsyncSession, push_ids: Sequence[int]) -> None:
    """Push what is still wanted of these.

    Those for which a push service asks to wait, or a member's quiet hours last, are left to later jobs.
    """
    key = await push.vapid_key(session)
    wanted = await outbox.wanted(session, push_ids)
    quiet = [(one, one.quiet_until) for one in wanted if one.quiet_until is not None]
    due = [one for one in wanted if one.quiet_until is None]
    await release(session)  # a push service may take its time; others need the connection
    outcomes = await push.send(key, [(one.target, one.message) for one in due])
    tried = list(zip(due, outcomes, strict=True))
    later = _for_later(tried)
    await _settle(session, set(push_ids) - {one.id for one, _ in quiet}, tried, later)
    await _wait(session, [*later, *quiet])


async def _wait(session: AsyncSession, put_off: PutOff) -> None:
    """Leave each to a job of its moment, so that none waits for what another one was asked."""
    waits: defaultdict[datetime, list[int]] = defaultdict(list)
    for one, moment in put_off:
        waits[next_second(moment)].append(one.id)
    wishes = [Wish({"push_ids": ids}, at=moment) for moment, ids in waits.items()]
    await jobs.enqueue_many(session, "notifications.push", wishes)


def _for_later(tried: Tried) -> PutOff:
    """What is tried again, and when. What has been tried for a day is not."""
    now = clock.now()
    asked = [(one, outcome) for one, outcome in tried if outcome.kind == "later"]
    moments = [(one, now + wait_before(one.attempts, outcome.after)) for one, outcome in asked]
    later = [(one, moment) for one, moment in moments if not is_given_up(one.due_at, moment)]
    if many := len(asked) - len(later):
        log.warning("pushes were given up", pushes=many, reason=asked[0][1].reason)
    return later


async def _settle(session: AsyncSession, push_ids: set[int], tried: Tried, later: PutOff) -> None:
    """Forget the devices that are gone, and every push that does not wait, whatever it came to."""
    gone = [one.device_id for one, outcome in tried if outcome.kind == "gone"]
    waiting = [one.id for one, _ in later]
    if gone:
        # One that somebody else holds is left: it will be found gone again. Waiting for it could be for ever.
        free = select(PushDevice.id).where(one_of(PushDevice.id, gone)).with_for_update(skip_locked=True)
        await session.execute(delete(PushDevice).where(PushDevice.id.in_(free)))
    if over := sorted(push_ids - set(waiting)):
        await session.execute(delete(Push).where(one_of(Push.id, over)))
    if waiting:
        await session.execute(update(Push).where(one_of(Push.id, waiting)).values(attempts=Push.attempts + 1))
