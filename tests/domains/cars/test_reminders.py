"""Booker and keeper are reminded the evening before."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from guildhall.core import clock
from guildhall.core.clock import STOCKHOLM
from guildhall.domains.cars.jobs import remind
from guildhall.domains.cars.rules import reminder_time
from tests.domains.cars.trips import DAY, HOUR, MONDAY, TODAY, booked, confirmed, path_of, times
from tests.guild import Guild, Person

EVENING = datetime(2027, 2, 28, 18, tzinfo=STOCKHOLM)  # before MONDAY
YOURS, BOOKED = (
    "Bilen är din i morgon / The car is yours tomorrow",
    "Bilen är bokad i morgon / The car is booked tomorrow",
)
KEEPER = "bil@fsektionen.se"


async def reminders(guild: Guild) -> list[tuple[int, datetime]]:
    """The reminders that wait: of which booking, and until when."""
    waiting = "SELECT args, scheduled_at FROM procrastinate_jobs WHERE task_name = 'cars.remind' AND status = 'todo'"
    async with guild.session() as session:
        return [(args["booking_id"], moment) for args, moment in await session.execute(text(waiting))]


async def remind_at(guild: Guild, moment: datetime, booking_id: int) -> None:
    with clock.stopped(moment):
        async with guild.session() as session:
            await remind(session, booking_id)


async def told(guild: Guild, anna: Person) -> tuple[int, int]:
    """How often the booker and the keeper have been reminded."""
    counts = [
        [mail.subject for mail in await guild.mails(to)].count(subject)
        for to, subject in ((anna.email, YOURS), (KEEPER, BOOKED))
    ]
    return counts[0], counts[1]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (datetime(2027, 3, 1, 10), datetime(2027, 2, 28, 18)),
        (datetime(2027, 3, 1, 0), datetime(2027, 2, 28, 18)),
        (datetime(2027, 3, 1, 23, 59), datetime(2027, 2, 28, 18)),
        (datetime(2027, 3, 28, 10), datetime(2027, 3, 27, 18)),  # the clocks go forward in between
        (datetime(2027, 10, 31, 10), datetime(2027, 10, 30, 18)),  # and back
        (datetime(2028, 1, 1, 1), datetime(2027, 12, 31, 18)),
    ],
)
def test_the_reminder_comes_at_six_the_evening_before_by_the_wall_clock(start: datetime, expected: datetime) -> None:
    assert reminder_time(start.replace(tzinfo=STOCKHOLM)) == expected.replace(tzinfo=STOCKHOLM)


async def test_a_booking_brings_its_reminder(guild: Guild) -> None:
    booking = await booked(await guild.member())
    assert await reminders(guild) == [(booking["booking_id"], EVENING)]


async def test_whoever_books_on_the_evening_before_is_not_reminded(guild: Guild) -> None:
    with clock.stopped(EVENING + HOUR):
        await booked(await guild.member())
    assert await reminders(guild) == []


async def test_a_trip_that_moves_takes_its_reminder_along(guild: Guild) -> None:
    anna = await guild.member()
    booking = await booked(anna)
    await anna.patch(path_of(booking), json=times(MONDAY + 2 * DAY))
    assert await reminders(guild) == [(booking["booking_id"], EVENING + 2 * DAY)]


async def test_a_trip_that_only_gets_longer_keeps_its_reminder(guild: Guild) -> None:
    anna = await guild.member()
    booking = await booked(anna)
    before = await reminders(guild)
    await anna.patch(path_of(booking), json=times(MONDAY, hours=5) | {"description": "Ikea"})
    assert await reminders(guild) == before


async def test_a_trip_that_moves_to_today_is_not_remembered(guild: Guild) -> None:
    anna = await guild.member()
    booking = await booked(anna)
    await anna.patch(path_of(booking), json=times(TODAY + HOUR))
    assert await reminders(guild) == []


async def test_a_cancelled_trip_is_not_remembered(guild: Guild) -> None:
    anna = await guild.member()
    await anna.delete(path_of(await booked(anna)))
    assert await reminders(guild) == []


async def test_booker_and_keeper_are_told_once(guild: Guild) -> None:
    anna = await guild.member("Anna")
    booking = await booked(anna)
    for minutes in (0, 1):
        await remind_at(guild, EVENING + timedelta(minutes=minutes), booking["booking_id"])
    assert await told(guild, anna) == (1, 1)
    mine = (await guild.mails(anna.email))[-1].text
    keepers = (await guild.mails(KEEPER))[-1].text
    assert "I morgon är bilen bokad för dig, från 2027-03-01 10:00 till 2027-03-01 12:00." in mine
    assert "The car keeper has not confirmed the booking yet." in mine
    assert "The booking still waits for you to confirm or remove it." in keepers
    assert "Purpose: IKEA" in keepers


async def test_a_confirmed_trip_is_not_said_to_wait(guild: Guild) -> None:
    anna = await guild.member("Anna")
    path = await confirmed(guild, anna)
    await remind_at(guild, EVENING, int(path.rpartition("/")[2]))
    for to in (anna.email, KEEPER):
        assert "confirm" not in (await guild.mails(to))[-1].text


@pytest.mark.parametrize("moment", [EVENING - HOUR, MONDAY - 10 * HOUR, MONDAY - HOUR, MONDAY, MONDAY + DAY])
async def test_nobody_is_reminded_too_early_or_too_late(guild: Guild, moment: datetime) -> None:
    """A worker that was away for a night said on the day itself that the trip was tomorrow."""
    anna = await guild.member()
    booking = await booked(anna)
    await remind_at(guild, moment, booking["booking_id"])
    assert await told(guild, anna) == (0, 0)


async def test_a_clock_that_is_a_little_behind_loses_no_reminder(guild: Guild) -> None:
    """The database says when a job is due, by its own clock; the job found that it was too early, and was over."""
    anna = await guild.member()
    booking = await booked(anna)
    await remind_at(guild, EVENING - timedelta(seconds=2), booking["booking_id"])
    assert await told(guild, anna) == (1, 1)


async def test_a_trip_that_moved_after_its_reminder_is_remembered_anew(guild: Guild) -> None:
    anna = await guild.member()
    booking = await booked(anna)
    await remind_at(guild, EVENING, booking["booking_id"])
    await anna.patch(path_of(booking), json=times(MONDAY + 7 * DAY))
    await remind_at(guild, EVENING + 7 * DAY, booking["booking_id"])
    assert await told(guild, anna) == (2, 2)


async def test_the_reminder_of_a_trip_that_is_gone_says_nothing(guild: Guild) -> None:
    await remind_at(guild, EVENING, 4711)
    assert await guild.mails(KEEPER) == []
