"""Later work of accounts."""

from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.shared.auth.service import attempts, sessions


async def sweep(session: AsyncSession) -> None:
    """Delete sessions and counts that are over."""
    await sessions.sweep(session)
    await attempts.sweep(session)
