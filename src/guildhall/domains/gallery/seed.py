"""The demo guild's albums."""

from sqlalchemy.ext.asyncio import AsyncSession


async def seed(session: AsyncSession) -> None:
    """Write the albums."""
