"""The demo guild's addresses: of posts, of councils, of people, of others, and one that leads to others."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.settings import settings
from guildhall.shared.councils.models import Council
from guildhall.shared.mail_aliases.models import MailAlias, MailAliasTarget
from guildhall.shared.posts.models import Post
from guildhall.shared.users.models import User

# The part before the @, posts, councils, people (a part of the address), addresses; "@" alone stands for our domain.
ALIASES: tuple[tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    ("bil", ("Bilförman",), (), (), ()),
    ("ordf", ("Ordförande",), (), (), ()),
    ("kassor", ("Kassör",), (), (), ()),
    ("spindelman", ("Spindelman",), (), (), ()),
    ("styrelsen", (), ("Styrelsen",), (), ()),
    ("sexmasteriet", (), ("Sexmästeriet",), (), ()),
    ("revisorer", (), (), (), ("revisor@example.com",)),
    ("bankett", ("Sexmästare",), (), ("medlem",), ("restaurang@example.com",)),
    ("ekonomi", (), (), (), ("kassor@", "revisorer@")),
)


async def seed(session: AsyncSession) -> None:
    """Write the aliases, in the first of the guild's mail domains."""
    domain = settings().mail_domains[0]
    posts = {post.name_sv: post.id for post in await session.scalars(select(Post))}
    councils = {council.name_sv: council.id for council in await session.scalars(select(Council))}
    people = {user.email.partition("@")[0]: user.id for user in await session.scalars(select(User))}
    for name, its_posts, its_councils, its_people, addresses in ALIASES:
        alias = MailAlias(address=f"{name}@{domain}".lower())
        session.add(alias)
        await session.flush()
        session.add_all(MailAliasTarget(alias_id=alias.id, post_id=posts[post]) for post in its_posts)
        session.add_all(MailAliasTarget(alias_id=alias.id, council_id=councils[council]) for council in its_councils)
        session.add_all(MailAliasTarget(alias_id=alias.id, user_id=people[person]) for person in its_people)
        session.add_all(
            MailAliasTarget(alias_id=alias.id, address=f"{address}{domain}" if address.endswith("@") else address)
            for address in addresses
        )
    await session.flush()
