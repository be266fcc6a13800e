"""Making and removing aliases."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.database import flush, lock
from guildhall.core.settings import settings
from guildhall.shared.mail_aliases.errors import AliasExists, AliasNotFound, NotOurMailDomain
from guildhall.shared.mail_aliases.models import MailAlias
from guildhall.shared.mail_aliases.rules import is_in


async def find(session: AsyncSession, address: str) -> MailAlias:
    """The alias, for changing it: whoever changes aliases queues up, so that two changes make no circle together.

    Raises AliasNotFound.
    """
    await lock(session, "mail_aliases")
    alias = await session.scalar(select(MailAlias).where(MailAlias.address == address))
    if alias is None:
        raise AliasNotFound
    return alias


async def create(session: AsyncSession, address: str) -> MailAlias:
    """A new alias, which nobody receives from yet. Raises NotOurMailDomain, AliasExists."""
    if not is_in(address, settings().mail_domains):
        raise NotOurMailDomain(domains=", ".join(f"@{domain}" for domain in settings().mail_domains))
    await lock(session, "mail_aliases")
    alias = MailAlias(address=address)
    session.add(alias)
    await flush(session, {"mail_aliases_address_key": AliasExists})
    return alias


async def delete(session: AsyncSession, address: str) -> None:
    """Remove an alias with its targets; mail to it is refused from now on. Raises AliasNotFound."""
    await session.delete(await find(session, address))
    await session.flush()
