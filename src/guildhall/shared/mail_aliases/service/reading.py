"""Aliases as the wire shows them, in two statements however many: members come from the view that Postfix asks."""

from collections import defaultdict
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.database import AnyRow
from guildhall.shared.councils.models import Council
from guildhall.shared.mail_aliases.errors import AliasNotFound
from guildhall.shared.mail_aliases.models import MailAlias, MailAliasTarget, mail_routes
from guildhall.shared.mail_aliases.schemas import AliasRead, AliasTargetRead
from guildhall.shared.posts.models import Post
from guildhall.shared.users.models import User

_receiver = mail_routes.c.receiver
_members = (
    select(func.array_agg(aggregate_order_by(_receiver, _receiver)))
    .where(mail_routes.c.address == MailAlias.address)
    .correlate(MailAlias)
    .scalar_subquery()
)
_aliases = select(MailAlias.id, MailAlias.address, _members.label("members")).order_by(MailAlias.address)
_kind = case(
    (MailAliasTarget.user_id.is_not(None), "user"),
    (MailAliasTarget.post_id.is_not(None), "post"),
    (MailAliasTarget.council_id.is_not(None), "council"),
    else_="address",
).label("kind")
_person = User.first_name + " " + User.last_name
_name_sv = func.coalesce(MailAliasTarget.address, _person, Post.name_sv, Council.name_sv).label("name_sv")
_name_en = func.coalesce(MailAliasTarget.address, _person, Post.name_en, Council.name_en).label("name_en")
_whose = func.coalesce(MailAliasTarget.user_id, MailAliasTarget.post_id, MailAliasTarget.council_id).label("id")
targets: Select[*tuple[Any, ...]] = (
    select(MailAliasTarget.alias_id, _kind, _whose, _name_sv, _name_en)
    .outerjoin(User, User.id == MailAliasTarget.user_id)
    .outerjoin(Post, Post.id == MailAliasTarget.post_id)
    .outerjoin(Council, Council.id == MailAliasTarget.council_id)
    .order_by(_kind, _name_sv, _whose)
)
"""The targets of every alias, with their names: addresses, councils, posts, users."""


async def all_aliases(session: AsyncSession) -> list[AliasRead]:
    """Every alias, by address."""
    rows = (await session.execute(_aliases)).all()
    theirs: defaultdict[int, list[AnyRow]] = defaultdict(list)
    for target in await session.execute(targets):
        theirs[target.alias_id].append(target)
    return [_read(row, theirs[row.id]) for row in rows]


async def get(session: AsyncSession, alias: str) -> AliasRead:
    """The alias. Raises AliasNotFound."""
    row = (await session.execute(_aliases.where(MailAlias.address == alias))).first()
    if row is None:
        raise AliasNotFound
    return _read(row, list(await session.execute(targets.where(MailAliasTarget.alias_id == row.id))))


def _read(row: AnyRow, theirs: list[AnyRow]) -> AliasRead:
    return AliasRead(
        alias=row.address,
        members=row.members or [],
        targets=[AliasTargetRead.model_validate(target) for target in theirs],
    )
