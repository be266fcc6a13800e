"""Where the mail to an alias goes: one member more or less, or all targets at once."""

from collections.abc import Sequence

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy import delete as delete_rows
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.database import Violations, flush
from guildhall.shared.councils.errors import CouncilNotFound
from guildhall.shared.mail_aliases.errors import (
    AliasGoesInCircles,
    AliasHasMember,
    AliasIsFull,
    MemberComesThrough,
    MemberNotInAlias,
)
from guildhall.shared.mail_aliases.models import MailAlias, MailAliasTarget, mail_routes, mail_steps
from guildhall.shared.mail_aliases.rules import comes_back
from guildhall.shared.mail_aliases.schemas import MOST_TARGETS, AliasTargets
from guildhall.shared.mail_aliases.service import reading
from guildhall.shared.mail_aliases.service.aliases import find
from guildhall.shared.posts.errors import PostNotFound
from guildhall.shared.users.errors import UserNotFound
from guildhall.shared.users.models import User

_VIOLATIONS = {
    "mail_alias_targets_user_id_fkey": UserNotFound,
    "mail_alias_targets_post_id_fkey": PostNotFound,
    "mail_alias_targets_council_id_fkey": CouncilNotFound,
}
_steps_between_aliases = (
    select(MailAlias.address, MailAliasTarget.address)
    .join(MailAliasTarget)
    .where(MailAliasTarget.address.in_(select(MailAlias.address)))
)


async def add_member(session: AsyncSession, alias_address: str, address: str) -> None:
    """Let an address receive: as the user whose account has it, else as it stands.

    A user receives at whatever address the account has later on. An address that is itself an alias, or that is not
    verified, or whose account is not active, is kept as it stands.
    Raises AliasNotFound, AliasHasMember, AliasIsFull, AliasGoesInCircles.
    """
    alias = await find(session, alias_address)
    if await session.scalar(_named_by(alias, address)):
        raise AliasHasMember(address=address)
    user_id = await _account(session, address)
    session.add(MailAliasTarget(alias_id=alias.id, address=None if user_id else address, user_id=user_id))
    # Somebody who is a target already may have taken this address between our two looks.
    await _settle(session, alias, {"mail_alias_targets_alias_id_user_id_key": AliasHasMember(address=address)})


async def remove_member(session: AsyncSession, alias_address: str, address: str) -> None:
    """Take an address away, or the user whose account has it.

    Raises AliasNotFound, MemberNotInAlias, MemberComesThrough.
    """
    alias = await find(session, alias_address)
    doomed = delete_rows(MailAliasTarget).where(MailAliasTarget.id.in_(_named_by(alias, address)))
    if (await session.scalars(doomed.returning(MailAliasTarget.id))).all():
        return
    if through := await _names_through(session, alias, address):
        raise MemberComesThrough(address=address, through=", ".join(through))
    raise MemberNotInAlias(address=address)


async def set_targets(session: AsyncSession, alias_address: str, wish: AliasTargets) -> None:
    """Let exactly these receive; all or nothing, and what is named twice counts once.

    Raises AliasNotFound, UserNotFound, PostNotFound, CouncilNotFound, AliasIsFull, AliasGoesInCircles.
    """
    alias = await find(session, alias_address)
    await session.execute(delete_rows(MailAliasTarget).where(MailAliasTarget.alias_id == alias.id))
    for name, wanted in (
        ("address", wish.addresses),
        ("user_id", wish.user_ids),
        ("post_id", wish.post_ids),
        ("council_id", wish.council_ids),
    ):
        session.add_all(MailAliasTarget(alias_id=alias.id, **{name: value}) for value in sorted(set(wanted)))
    await _settle(session, alias)


async def _settle(session: AsyncSession, alias: MailAlias, more: Violations | None = None) -> None:
    await flush(session, {**_VIOLATIONS, **(more or {})})
    count = select(func.count()).where(MailAliasTarget.alias_id == alias.id)
    if (await session.scalar(count) or 0) > MOST_TARGETS:
        raise AliasIsFull(limit=MOST_TARGETS)
    steps = await session.execute(_steps_between_aliases)
    if comes_back(alias.address, [(source, target) for source, target in steps if target]):
        raise AliasGoesInCircles(alias=alias.address)


def _named_by(alias: MailAlias, address: str) -> Select[int]:
    return (
        select(MailAliasTarget.id)
        .outerjoin(User, User.id == MailAliasTarget.user_id)
        .where(MailAliasTarget.alias_id == alias.id)
        .where(or_(MailAliasTarget.address == address, func.lower(User.email) == address))
    )


async def _account(session: AsyncSession, address: str) -> int | None:
    statement = select(User.id).where(func.lower(User.email) == address, User.is_active, User.is_verified)
    return await session.scalar(statement.where(~exists().where(MailAlias.address == address)))


async def _names_through(session: AsyncSession, alias: MailAlias, address: str) -> Sequence[str]:
    """The names of those targets by which the address receives."""
    onward = select(mail_routes.c.address).where(mail_routes.c.receiver == address)
    through = select(mail_steps.c.target_id).where(
        mail_steps.c.alias_id == alias.id,
        or_(mail_steps.c.receiver == address, mail_steps.c.receiver.in_(onward)),
    )
    rows = await session.execute(reading.targets.where(MailAliasTarget.id.in_(through)))
    return [row.name_sv for row in rows]
