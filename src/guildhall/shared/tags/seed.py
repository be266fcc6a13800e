"""The demo guild's tags."""

from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.shared.tags.models import Tag

TAGS = ("Sittning", "Nollning", "Idrott", "Kultur", "Lunchföreläsning", "Möte", "Café")


async def seed(session: AsyncSession) -> None:
    """Write the tags."""
    session.add_all(Tag(name=name) for name in TAGS)
    await session.flush()
