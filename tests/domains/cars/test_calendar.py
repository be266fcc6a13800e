"""Trips in the booker's own calendar."""

from sqlalchemy import text

from guildhall.core import clock
from tests import ics
from tests.domains.cars.trips import DAY, HOUR, MONDAY, TODAY, booked, member_of, path_of
from tests.guild import Guild, Person

OF_OLD = """
INSERT INTO car_bookings (description, period, user_id, confirmed, personal)
VALUES ('IKEA', '[2027-03-01Z, 2027-03-02Z)', :user, true, true)
"""


async def feed_of(person: Person, lang: str = "sv") -> str:
    """The path of the person's calendar feed."""
    made = await person.post("/calendar/me", json={"language": lang})
    return made.json()["url"].removeprefix("http://localhost:8000")


async def read(person: Person, feed: str) -> ics.Calendar:
    """What a calendar program finds there."""
    return ics.read((await person.client.get(feed)).content)


async def test_a_trip_stands_in_the_bookers_calendar_and_in_nobody_elses(guild: Guild) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    trip = await booked(anna, description="IKEA, och\nhem igen", hours=3)
    (event,) = (await read(anna, await feed_of(anna))).events
    assert event.text("UID") == f"car-{trip['booking_id']}@localhost"
    assert event.text("SUMMARY") == "Bilen: IKEA, och hem igen"
    assert event.one("CATEGORIES").value == "Bilen"
    assert (ics.time_of(event.one("DTSTART")), ics.lasts(event)) == (MONDAY, 3 * HOUR)
    assert (await read(bo, await feed_of(bo))).events == []


async def test_a_trip_is_tentative_until_the_keeper_confirms_it(guild: Guild) -> None:
    anna, keeper = await guild.member(), await guild.holder("manage:Car")
    trip, feed = await booked(anna), await feed_of(anna, "en")
    (waiting,) = (await read(anna, feed)).events
    assert waiting.one("STATUS").value == "TENTATIVE"
    assert waiting.text("DESCRIPTION") == "Waits for the keeper of the car to confirm it."
    with clock.stopped(TODAY + HOUR):
        await keeper.patch(path_of(trip), json={"confirmed": True})
    (confirmed,) = (await read(anna, feed)).events
    assert confirmed.one("STATUS").value == "CONFIRMED"
    assert not confirmed.has("DESCRIPTION")


async def test_a_councils_trip_stands_in_the_calendar_of_who_booked_it(guild: Guild) -> None:
    council = await guild.council()
    cecilia = await member_of(guild, council)
    await booked(cecilia, personal=False, council_id=council)
    (event,) = (await read(cecilia, await feed_of(cecilia, "en"))).events
    assert (event.text("SUMMARY"), event.one("STATUS").value) == ("The car: IKEA", "CONFIRMED")


async def test_a_trip_that_is_changed_says_so_and_one_that_is_not_does_not(guild: Guild) -> None:
    anna = await guild.member()
    trip, feed = await booked(anna), await feed_of(anna)
    before = (await anna.get(feed)).headers["etag"]
    with clock.stopped(TODAY + HOUR):
        await anna.patch(path_of(trip), json={"description": "IKEA"})
        assert (await anna.get(feed)).headers["etag"] == before
        await anna.patch(path_of(trip), json={"start_time": (MONDAY + HOUR).isoformat()})
    (event,) = (await read(anna, feed)).events
    assert event.one("SEQUENCE").value == "1"
    assert event.one("DTSTAMP").value == event.one("LAST-MODIFIED").value == "20270201T120000Z"
    assert ics.time_of(event.one("DTSTART")) == MONDAY + HOUR


async def test_a_trip_that_is_cancelled_is_gone(guild: Guild) -> None:
    anna = await guild.member()
    trip, feed = await booked(anna), await feed_of(anna)
    await anna.delete(path_of(trip))
    assert (await read(anna, feed)).events == []


async def test_trips_of_the_last_year_stay(guild: Guild) -> None:
    anna = await guild.member()
    await booked(anna)
    feed = await feed_of(anna)
    for later, many in ((364 * DAY, 1), (366 * DAY, 0)):
        with clock.stopped(MONDAY + later):
            assert len((await read(anna, feed)).events) == many


async def test_a_booking_from_before_calendars_has_a_moment_of_change(guild: Guild) -> None:
    anna = await guild.member()
    async with guild.session() as session:
        await session.execute(text(OF_OLD), {"user": anna.id})
    (event,) = (await read(anna, await feed_of(anna))).events
    assert event.one("SEQUENCE").value == "0"


async def test_a_calendar_with_many_trips_takes_as_many_statements_as_one_without(guild: Guild) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    for day in range(20):
        await booked(anna, MONDAY + day * DAY)
    counts: list[int] = []
    for person in (anna, bo):
        feed = await feed_of(person)
        with guild.statements() as statements:
            await person.client.get(feed)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 6
