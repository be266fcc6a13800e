"""The demo guild's password."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.shared.auth.service import passwords
from guildhall.shared.users.models import User

PASSWORD = "dabdab69"


async def seed(session: AsyncSession) -> None:
    """Give everybody the password `dabdab69`; one hash for all, so that the demo is there at once."""
    await session.execute(update(User).values(hashed_password=await passwords.hashed(PASSWORD)))
