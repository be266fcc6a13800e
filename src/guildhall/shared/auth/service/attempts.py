"""Counting attempts per account, across all processes; the address counts, whether it has an account or not."""

from datetime import timedelta

from sqlalchemy import case, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.core.settings import settings
from guildhall.shared.auth.errors import TooManyAttempts
from guildhall.shared.auth.models import Attempt


def _window() -> timedelta:
    return timedelta(seconds=settings().rate_limit_account_seconds)


async def check(session: AsyncSession, kind: str, account: str) -> None:
    """Raises TooManyAttempts when the account has had its share for now. Writes nothing."""
    row = await session.scalar(
        select(Attempt).where(
            Attempt.kind == kind, Attempt.account == func.lower(account), Attempt.since > clock.now() - _window()
        )
    )
    if row is not None and row.count >= settings().rate_limit_account:
        raise _refusal(row)


async def count(session: AsyncSession, kind: str, account: str) -> None:
    """Count an attempt. Raises TooManyAttempts beyond the limit, so that racing attempts gain nothing."""
    now = clock.now()
    fresh = insert(Attempt).values(kind=kind, account=func.lower(account), count=1, since=now)
    is_old = Attempt.since < now - _window()
    counted = fresh.on_conflict_do_update(
        index_elements=[Attempt.kind, Attempt.account],
        set_={
            "count": case((is_old, 1), else_=Attempt.count + 1),
            "since": case((is_old, now), else_=Attempt.since),
        },
    ).returning(Attempt)
    row = (await session.scalars(counted, execution_options={"populate_existing": True})).one()
    if row.count > settings().rate_limit_account:
        raise _refusal(row)


def _refusal(row: Attempt) -> TooManyAttempts:
    return TooManyAttempts(seconds=int((row.since + _window() - clock.now()).total_seconds()) + 1)


async def forget(session: AsyncSession, kind: str, account: str) -> None:
    """Begin the count anew after a success."""
    await session.execute(delete(Attempt).where(Attempt.kind == kind, Attempt.account == func.lower(account)))


async def sweep(session: AsyncSession) -> None:
    """Delete counts that are over."""
    await session.execute(delete(Attempt).where(Attempt.since < clock.now() - _window()))
