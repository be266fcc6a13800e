"""The demo guild's events: a year that was and months to come, with every state that an event can be in."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.domains.events.models import Event, EventAnswer, EventDraw, EventQuestion, EventSignup, EventTag
from guildhall.domains.events.rules.proof import proof
from guildhall.domains.events.service import lining, publishing, signups, telling
from guildhall.shared.councils.models import Council
from guildhall.shared.tags.models import Tag
from guildhall.shared.users.models import User

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FIRST, LAST, EVERY = -360, 75, 12  # days from today, and days between two ordinary events


@dataclass(frozen=True)
class Kind:
    """A kind of event that comes again and again."""

    title_sv: str
    title_en: str
    council: str
    tag: str
    location: str
    hour: int = 18
    facts: dict[str, Any] = field(default_factory=dict[str, Any])


SITTING = Kind(
    "Sittning", "Sitting", "Sexmästeriet", "Sittning", "Gasque", 18, {"food": True, "drink_package": True, "price": 250}
)
KINDS = (
    SITTING,
    Kind("Lunchföreläsning", "Lunch lecture", "Näringslivsutskottet", "Lunchföreläsning", "MA:3", 12, {"food": True}),
    Kind("Spelkväll", "Games night", "Kulturutskottet", "Kultur", "Hilbert"),
    Kind("Pluggkväll", "Study night", "Studierådet", "Möte", "Hilbert", 17),
    Kind("Bakdag", "Baking day", "Cafémästeriet", "Café", "Hilbert Café", 10, {"food": True}),
)
# Days from today until each of these begins, and what is special about it.
SPECIAL: tuple[tuple[int, Kind, dict[str, Any]], ...] = (
    (
        9,
        SITTING,
        {"title_sv": "Höjdarsittning", "title_en": "Sitting with a queue", "max_event_users": 24, "drawn": True},
    ),
    (16, KINDS[2], {"title_sv": "Först till kvarn", "title_en": "First come", "max_event_users": 20, "at_once": True}),
    (23, SITTING, {"title_sv": "Lottad sittning", "title_en": "Drawn sitting", "max_event_users": 30, "lottery": True}),
    (30, KINDS[1], {"title_sv": "Studieresa", "title_en": "Excursion", "max_event_users": 40, "asks": True}),
    (
        37,
        Kind("Nollningssittning", "Introduction sitting", "Foset", "Nollning", "Gasque", 18, SITTING.facts),
        {"is_nollning_event": True, "priorities": ["Nolla", "Gruppfadder"], "max_event_users": 60},
    ),
)
SONGS = [{"sv": "Helan går", "en": "Helan går"}, {"sv": "En nubbevisa", "en": "A snaps song"}]


async def seed(session: AsyncSession) -> None:
    """Write the events, who signed up for them, and the places of those that are published."""
    councils = {row.name_sv: row.id for row in await session.execute(select(Council.name_sv, Council.id))}
    tags = {row.name: row.id for row in await session.execute(select(Tag.name, Tag.id))}
    people = list(await session.scalars(select(User.id).where(User.is_member).order_by(User.id)))
    plans: list[tuple[int, Kind, dict[str, Any]]] = [
        (day, KINDS[number % len(KINDS)], {}) for number, day in enumerate(range(FIRST, LAST, EVERY))
    ]
    events: list[Event] = []
    dice = random.Random(1961)
    for day, kind, special in (*plans, *SPECIAL):
        event = _event(day, kind, councils[kind.council], special)
        session.add(event)
        await session.flush()
        session.add(EventTag(event_id=event.id, tag_id=tags[kind.tag]))
        await _sign_up(session, dice, event, people)
        if special.get("asks"):
            await _ask(session, dice, event)
        if special.get("drawn"):
            await publishing.publish(session, event.id)
        events.append(event)
    for event in events:
        if event.starts_at < clock.now():
            await _publish_long_ago(session, event)
        else:
            await telling.remember(session, event)


def _event(day: int, kind: Kind, council_id: int, special: dict[str, Any]) -> Event:
    midnight = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    starts = midnight + timedelta(days=day) + kind.hour * HOUR
    is_drawn = bool(special.get("drawn"))
    is_at_once = bool(special.get("at_once"))
    columns = {name: value for name, value in special.items() if name not in ("drawn", "at_once", "asks")}
    facts: dict[str, Any] = {
        "title_sv": kind.title_sv,
        "title_en": kind.title_en,
        "description_sv": f"**{kind.title_sv}** i {kind.location}. Alla är välkomna!",
        "description_en": f"**{kind.title_en}** in {kind.location}. Everybody is welcome!",
        "location": kind.location,
        "council_id": council_id,
        "starts_at": starts,
        "ends_at": starts + 4 * HOUR,
        "signup_start": min(starts - 21 * DAY, midnight - DAY) if special else starts - 21 * DAY,
        "signup_end": midnight - 2 * HOUR if is_drawn else starts - 3 * DAY,
        "can_signup": True,
        "max_event_users": 30,
        "places_at_once": is_at_once,
        "event_users_confirmed": is_at_once,
        "published_at": starts - 21 * DAY if is_at_once else None,
    }
    return Event(**facts | kind.facts | columns)


async def _sign_up(session: AsyncSession, dice: random.Random, event: Event, people: Sequence[int]) -> None:
    if event.signup_start > clock.now():
        return
    chosen = dice.sample(people, dice.randrange(len(people) // 4, len(people) - 5))
    until = min(event.signup_end, clock.now())
    rows: list[dict[str, Any]] = []
    for number, user_id in enumerate(chosen, start=1):
        moment = event.signup_start + (until - event.signup_start) * number / (len(chosen) + 1)
        row: dict[str, Any] = {
            "event_id": event.id,
            "user_id": user_id,
            "priority": "Nolla" if event.is_nollning_event and number % 3 else "Övrigt",
            "drink_package": dice.choice(("Alcohol", "AlcoholFree", "None")) if event.drink_package else "None",
            "created_at": moment,
            "latest_modified": moment,
            "position": number if event.places_at_once else None,
            "confirmed": event.places_at_once and number <= event.max_event_users,
        }
        rows.append(row)
    await session.execute(insert(EventSignup), rows)
    if event.places_at_once:
        event.last_position = len(rows)
    await session.refresh(event, ["places_given"])


async def _ask(session: AsyncSession, dice: random.Random, event: Event) -> None:
    song = EventQuestion(
        event_id=event.id, place=1, kind="one", title_sv="Vad sjunger vi?", title_en="What do we sing?", options=SONGS
    )
    seats = EventQuestion(
        event_id=event.id, place=2, kind="number", title_sv="Platser i din bil?", title_en="Seats in your car?", least=0
    )
    session.add_all([song, seats])
    await session.flush()
    joined = select(EventSignup.user_id).where(EventSignup.event_id == event.id).order_by(EventSignup.user_id)
    for number, user_id in enumerate(await session.scalars(joined)):
        if number % 3:
            whose = {"event_id": event.id, "user_id": user_id}
            session.add(EventAnswer(**whose, question_id=song.id, answer=dice.choice(SONGS)["sv"]))
            session.add(EventAnswer(**whose, question_id=seats.id, answer=dice.randrange(5)))
    await session.flush()


async def _publish_long_ago(session: AsyncSession, event: Event) -> None:
    """As publishing does, without telling anybody: it is old news."""
    draft = lining.drafted(event, await signups.rows(session, event.id))
    await lining.write(session, event, draft)
    document = proof(event.id, event.seed, draft.capacity, draft.plan, draft.rank, draft.signups)
    session.add(EventDraw(event_id=event.id, document=document))
    event.event_users_confirmed, event.published_at = True, event.signup_end + HOUR
    await session.flush()
