"""The bench's guild: the demo guild, filled up to 2,000 users, 1,000 bookings of the car, and 300 events."""

from datetime import timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.app.domains import DOMAINS
from guildhall.core import clock
from guildhall.domains.cars.models import CarBooking
from guildhall.domains.events.models import Event, EventSignup
from guildhall.shared.councils.models import Council
from guildhall.shared.posts.models import Post, PostHolder
from guildhall.shared.users.models import User
from guildhall.shared.users.seed import FIRST, LAST

USERS, BOOKINGS, EVENTS, SIGNUPS = 2_000, 1_000, 300, 20_000
PRESIDENT = "demo1@fsektionen.se"  # a member with one post, who may also see users


async def president(session: AsyncSession) -> int:
    """The id of the one who asks."""
    return (await session.scalars(select(User.id).where(User.email == PRESIDENT))).one()


async def fill(session: AsyncSession) -> None:
    """Write the demo guild, then whoever and whatever is missing; every tenth new user holds a post."""
    for domain in DOMAINS:
        if domain.seed:
            await domain.seed(session)
    missing = USERS - (await session.scalars(select(func.count(User.id)))).one()
    added = insert(User).returning(User.id)
    people = list(await session.scalars(added, [_person(number) for number in range(missing)]))
    posts = list(await session.scalars(select(Post.id).order_by(Post.id).offset(1)))  # not the administrator's
    holders = [{"user_id": one, "post_id": posts[number % len(posts)]} for number, one in enumerate(people[::10])]
    await session.execute(insert(PostHolder), holders)
    await _book(session, people)
    await _arrange(session, people)


async def _book(session: AsyncSession, people: list[int]) -> None:
    councils = list(await session.scalars(select(Council.id)))
    missing = BOOKINGS - (await session.scalars(select(func.count(CarBooking.booking_id)))).one()
    trips = [_trip(number, people, councils) for number in range(missing)]
    await session.execute(insert(CarBooking), trips)


async def _arrange(session: AsyncSession, people: list[int]) -> None:
    councils = list(await session.scalars(select(Council.id)))
    missing = EVENTS - (await session.scalars(select(func.count(Event.id)))).one()
    added = insert(Event).returning(Event.id)
    events = list(await session.scalars(added, [_event(number, councils) for number in range(missing)]))
    joined = SIGNUPS // len(events)
    signups = [
        {"event_id": event, "user_id": people[(31 * number + place) % len(people)], "priority": "Övrigt"}
        for number, event in enumerate(events)
        for place in range(joined)
    ]
    await session.execute(insert(EventSignup), signups)


def _event(number: int, councils: list[int]) -> dict[str, object]:
    start = clock.now() + timedelta(days=number - 250, hours=number % 9)
    return {
        "council_id": councils[number % len(councils)],
        "starts_at": start,
        "ends_at": start + timedelta(hours=5),
        "signup_start": start - timedelta(days=20),
        "signup_end": start - timedelta(days=5),
        "title_sv": f"Sittning {number}",
        "title_en": f"Sitting {number}",
        "description_sv": "Mat, sång och dans till långt in på natten. " * 8,
        "description_en": "Food, songs and dancing until late at night. " * 8,
        "location": "Gasque",
        "max_event_users": 60,
        "priorities": ["Nolla", "Gruppfadder"] if number % 3 else [],
        "can_signup": True,
    }


def _person(number: int) -> dict[str, object]:
    return {
        "email": f"bench{number}@fsektionen.se",
        "hashed_password": "none",
        "is_verified": True,
        "is_member": True,
        "first_name": FIRST[number % len(FIRST)],
        "last_name": LAST[number // len(FIRST) % len(LAST)],
        "telephone_number": f"tel:+46-70-174-{number // 100:02}-{number % 100:02}",
        "stil_id": f"be{number:04}nc-s",
        "start_year": 2020 + number % 6,
        "program": ("F", "Pi", "N")[number % 3],
    }


def _trip(number: int, people: list[int], councils: list[int]) -> dict[str, object]:
    start = clock.now() - timedelta(days=400, hours=8 * number)  # before the demo guild's trips
    council = councils[number % len(councils)] if number % 3 else None
    return {
        "description": "Till Systembolaget och tillbaka",
        "period": Range(start, start + timedelta(hours=3)),
        "user_id": people[number % len(people)],
        "council_id": council,
        "personal": council is None,
        "confirmed": True,
    }
