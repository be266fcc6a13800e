"""Later work of storage."""

from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.platform.storage import sweeping


async def sweep_nightly(session: AsyncSession) -> None:
    """Mend what killed processes have left in the store."""
    await sweeping.sweep(session, mend=True)
