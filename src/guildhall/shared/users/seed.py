"""The demo guild's people: four accounts to sign in with, and some sixty members of two years."""

import random

from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.shared.users.models import User

ACCOUNTS = (
    ("boss@fsektionen.se", "Boss", "Bossdotter", True),
    ("bilforman@fsektionen.se", "Bil", "Förman", True),
    ("medlem@fsektionen.se", "Medlem", "Medlemsson", True),
    ("gast@fsektionen.se", "Gäst", "Gästsson", False),
)
FIRST = (
    "Alva Åsa Bo Cecilia Dag Ebba Elin Emil Erik Fanny Filip Gustav Hanna Hugo Ida Isak Johan Julia Karin Karl "
    "Lea Linnéa Ludvig Maja Malte Märta Nils Noel Ola Örjan"
).split()
LAST = (
    "Andersson Bergström Claesson Dahl Ek Forsberg Grön Håkansson Ivarsson Jönsson Karlsson Lindén Månsson "
    "Nilsson Olsson Persson Qvist Rydén Sjöberg Åberg Öberg Ärlig"
).split()


async def seed(session: AsyncSession) -> None:
    """Write the people; `auth` gives them their password."""
    dice = random.Random(1961)
    for number, (email, first, last, is_member) in enumerate((*ACCOUNTS, *_members(dice))):
        session.add(_person(dice, number, email, first, last, is_member))
    await session.flush()


def _members(dice: random.Random) -> list[tuple[str, str, str, bool]]:
    people: list[tuple[str, str, str, bool]] = []
    for number in range(60):
        first, last = FIRST[number % len(FIRST)], dice.choice(LAST)
        people.append((f"demo{number + 1}@fsektionen.se", first, last, number % 12 != 11))
    return people


def _person(dice: random.Random, number: int, email: str, first: str, last: str, is_member: bool) -> User:
    year = clock.local(clock.now()).year
    return User(
        email=email,
        hashed_password="",
        is_verified=True,
        is_member=is_member,
        first_name=first,
        last_name=last,
        telephone_number=f"tel:+46-70-174-{number // 100:02}-{number % 100:02}",
        stil_id=f"de{number:04}mo-s" if is_member else None,
        start_year=year - number % 2,
        program=dice.choice(("F", "F", "F", "Pi", "Pi", "N")),
        standard_food_preferences=dice.choice(([], [], [], ["Vegetarian"], ["Vegan"], ["Gluten", "Milk"])),
    )
