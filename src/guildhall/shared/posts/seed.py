"""The demo guild's posts, with the Swedish names that the clients look up, and who holds them."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.access import LADDER
from guildhall.shared.councils.models import Council
from guildhall.shared.posts.models import TARGETS, Permission, Post, PostDoor, PostHolder, PostPermission
from guildhall.shared.users.models import User

EVERYTHING = tuple(f"{action}:{target}" for target in TARGETS for action in LADDER)

# Swedish and English name, council, elected by, how many, permissions, doors, holders (a part of the e-mail address)
POSTS: tuple[tuple[str, str, str, str, int, tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    ("Systemansvarig", "System Administrator", "Informationsutskottet", "Board", 2, EVERYTHING, (), ("boss",)),
    ("Ordförande", "President", "Styrelsen", "Guild", 1, ("view:User", "manage:UserPost"), ("Arkivet",), ("demo1",)),
    ("Vice ordförande", "Vice President", "Styrelsen", "Guild", 1, ("view:User",), ("Arkivet",), ("demo2",)),
    ("Kassör", "Treasurer", "Styrelsen", "Guild", 1, ("view:User",), ("Arkivet",), ("demo3",)),
    ("Bilförman", "Car Keeper", "Prylmästeriet", "Board", 1, ("manage:Car",), ("Sopkomprimatorn",), ("bilforman",)),
    (
        "Prylmästare",
        "Master of Gadgets",
        "Prylmästeriet",
        "Guild",
        1,
        ("manage:RoomBookings",),
        ("Arkivet",),
        ("demo4",),
    ),
    ("Sexmästare", "Sexmästare", "Sexmästeriet", "Guild", 1, ("manage:Event",), ("Pubförrådet",), ("demo5",)),
    ("Sexig", "Sexmästeri Worker", "Sexmästeriet", "Board Intermediate", 12, (), (), ("demo6", "demo7", "demo8")),
    ("Kulturminister", "Minister of Culture", "Kulturutskottet", "Guild", 1, ("manage:Event",), (), ("demo9",)),
    (
        "Spindelman",
        "Webmaster",
        "Informationsutskottet",
        "Board",
        5,
        ("manage:News", "view:User"),
        (),
        ("demo10", "demo11"),
    ),
    ("Fotograf", "Photographer", "Informationsutskottet", "Board", 8, ("manage:Gallery",), (), ("demo13", "demo14")),
    ("Överfös", "Head of Introduction", "Foset", "Guild", 1, ("manage:Nollning", "manage:Groups"), (), ("demo15",)),
    (
        "Cafémästare",
        "Café Manager",
        "Cafémästeriet",
        "Guild",
        1,
        ("manage:Cafe",),
        ("Hilbert Cafe", "Cafeförrådet"),
        ("demo16",),
    ),
    ("Studierådsordförande", "Head of the Study Council", "Studierådet", "Educational Council", 1, (), (), ("demo17",)),
    (
        "Näringslivsansvarig",
        "Head of Corporate Relations",
        "Näringslivsutskottet",
        "Guild",
        1,
        ("manage:Ads",),
        (),
        ("demo18",),
    ),
    (
        "Valberedningens ordförande",
        "Head of the Election Committee",
        "Styrelsen",
        "Guild",
        1,
        ("manage:Election",),
        (),
        ("demo19",),
    ),
)


async def seed(session: AsyncSession) -> None:
    """Write the posts, what they carry and who holds them."""
    councils = {council.name_sv: council.id for council in await session.scalars(select(Council))}
    words = {f"{word.action}:{word.target}": word.id for word in await session.scalars(select(Permission))}
    people = {user.email.partition("@")[0]: user.id for user in await session.scalars(select(User))}
    for name_sv, name_en, council, elector, size, permissions, doors, holders in POSTS:
        post = Post(
            name_sv=name_sv,
            name_en=name_en,
            council_id=councils[council],
            description_sv=f"{name_sv} i {council}.",
            description_en=f"{name_en} of the guild.",
            email=f"{name_en.lower().replace(' ', '.')}@fsektionen.se".replace("é", "e").replace("ä", "a"),
            elected_at_semester="HT",
            elected_by=elector,
            elected_user_recommended_limit=size,
            elected_user_max_limit=size,
        )
        session.add(post)
        await session.flush()
        session.add_all(PostPermission(post_id=post.id, permission_id=words[word]) for word in permissions)
        session.add_all(PostDoor(post_id=post.id, door=door) for door in doors)
        session.add_all(PostHolder(post_id=post.id, user_id=people[person]) for person in holders)
    await session.flush()
