"""Many want the car at once: one gets it, the others are told so, and nobody waits for ever."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
from sqlalchemy import event, text

from guildhall.core.database import sqlstate
from tests.domains.cars.trips import HOUR, MONDAY, booked, member_of, path_of, times, trip
from tests.guild import Guild, Person, code

OVERLAPS = """
SELECT count(*) FROM car_bookings AS a JOIN car_bookings AS b ON a.booking_id < b.booking_id AND a.period && b.period
"""
REFUSALS = {(403, "not_your_booking"), (404, "booking_not_found"), (409, "car_taken")}


@contextmanager
def database_errors(guild: Guild) -> Iterator[Counter[str]]:
    """How often the database refused, by SQLSTATE; 40P01 is a deadlock."""
    seen: Counter[str] = Counter()

    def note(context: Any) -> None:
        seen[sqlstate(context.sqlalchemy_exception)] += 1

    engine = guild.database.engine.sync_engine
    event.listen(engine, "handle_error", note)
    try:
        yield seen
    finally:
        event.remove(engine, "handle_error", note)


async def overlaps(guild: Guild) -> int:
    async with guild.session() as session:
        return (await session.execute(text(OVERLAPS))).scalar_one()


def outcomes(answers: list[httpx2.Response]) -> Counter[tuple[int, str]]:
    return Counter((200, "") if answer.status_code == 200 else code(answer) for answer in answers)


async def test_of_a_hundred_who_want_the_same_hour_one_gets_it(guild: Guild) -> None:
    people = await guild.members(*["Anna"] * 25)
    with database_errors(guild) as errors:
        answers = await asyncio.gather(*(person.post("/car/", json=trip()) for person in people * 4))
    assert outcomes(answers) == {(200, ""): 1, (409, "car_taken"): 99}
    assert errors == {"23P01": 99}
    assert len((await people[0].get("/car/")).json()) == len(await guild.mails("bil@fsektionen.se")) == 1


async def test_of_many_who_want_overlapping_hours_those_who_get_them_do_not_overlap(guild: Guild) -> None:
    people = await guild.members(*["Anna"] * 10)
    dice = random.Random(1961)
    wishes = [trip(MONDAY + dice.randrange(24) * HOUR, dice.randrange(1, 6)) for _ in range(100)]
    with database_errors(guild) as errors:
        answers = await asyncio.gather(
            *(person.post("/car/", json=wish) for person, wish in zip(people * 10, wishes, strict=True))
        )
    assert set(outcomes(answers)) == {(200, ""), (409, "car_taken")}
    assert set(errors) == {"23P01"}
    assert await overlaps(guild) == 0


async def test_of_many_bookings_moved_to_the_same_hour_one_arrives(guild: Guild) -> None:
    people = await guild.members(*["Anna"] * 10)
    paths = [path_of(await booked(person, MONDAY + (2 + i) * 3 * HOUR)) for i, person in enumerate(people)]
    answers = await asyncio.gather(
        *(person.patch(path, json=times()) for person, path in zip(people, paths, strict=True))
    )
    assert outcomes(answers) == {(200, ""): 1, (409, "car_taken"): 9}


async def test_two_bookings_cannot_change_places_at_once_nor_deadlock(guild: Guild) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    first, second = path_of(await booked(anna)), path_of(await booked(bo, MONDAY + 3 * HOUR))
    for _ in range(5):
        with database_errors(guild) as errors:
            answers = await asyncio.gather(
                anna.patch(first, json=times(MONDAY + 3 * HOUR)), bo.patch(second, json=times())
            )
        assert outcomes(list(answers)) == {(409, "car_taken"): 2}
        assert errors == {"23P01": 2}


async def test_nothing_but_refusals_comes_of_everybody_doing_everything(guild: Guild) -> None:
    people = [*await guild.members(*["Anna"] * 10), await guild.holder("manage:Car"), await guild.holder("super:Car")]
    dice = random.Random(2027)
    answers: list[httpx2.Response] = []
    with database_errors(guild) as errors:
        for _ in range(12):
            known = [path_of(booking) for booking in (await people[0].get("/car/")).json()]
            answers += await asyncio.gather(*(something(dice, dice.choice(people), known) for _ in range(25)))
    assert set(outcomes(answers)) <= {(200, ""), *REFUSALS}
    assert outcomes(answers)[200, ""] > 20
    assert set(errors) <= {"23P01"}
    assert await overlaps(guild) == 0


async def something(dice: random.Random, person: Person, known: list[str]) -> httpx2.Response:
    """Book, change or cancel, within one day, so that people get in each other's way."""
    when = times(MONDAY + dice.randrange(20) * HOUR, dice.randrange(1, 5))
    match dice.randrange(5) if known else 0:
        case 0 | 1:
            return await person.post("/car/", json=trip() | when)
        case 2 | 3:
            return await person.patch(dice.choice(known), json=when | {"confirmed": dice.random() < 0.5})
        case _:
            return await person.delete(dice.choice(known))


async def test_a_council_deleted_meanwhile_is_not_found_and_never_an_error(guild: Guild) -> None:
    """The booking found the council, then the foreign key did not, and the answer was a 500."""
    keeper = await guild.holder("manage:Car", "manage:Council")
    for number in range(10):
        council = await guild.council(f"Foset {number}")
        wishes = [trip(MONDAY + n * HOUR, 1, personal=False, council_id=council) for n in range(4)]
        deleted, *answers = await asyncio.gather(
            keeper.delete(f"/councils/{council}"), *(keeper.post("/car/", json=wish) for wish in wishes)
        )
        assert deleted.status_code == 200
        assert set(outcomes(answers)) <= {(200, ""), (404, "council_not_found")}
        assert (await keeper.get("/car/")).json() == []


async def test_a_booking_cancelled_while_it_is_changed_is_changed_first_or_not_found(guild: Guild) -> None:
    council = await guild.council()
    cecilia, keeper = await member_of(guild, council), await guild.holder("manage:Car")
    for _ in range(5):
        path = path_of(await booked(cecilia, personal=False, council_id=council))
        cancelled, *answers = await asyncio.gather(
            keeper.delete(path), *(cecilia.patch(path, json={"description": str(n)}) for n in range(3))
        )
        assert cancelled.status_code == 200
        assert set(outcomes(answers)) <= {(200, ""), (404, "booking_not_found")}
