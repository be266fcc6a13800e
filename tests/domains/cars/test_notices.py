"""What booker and keepers find in their inboxes."""

from datetime import datetime
from typing import Any

from sqlalchemy import text

from guildhall.core import clock
from guildhall.core.clock import STOCKHOLM
from guildhall.domains.cars.jobs import remind
from tests.domains.cars.trips import DAY, MONDAY, booked, path_of, times, trip
from tests.guild import Guild, Person

EVENING = datetime(2027, 2, 28, 18, tzinfo=STOCKHOLM)


async def inbox(person: Person) -> list[dict[str, Any]]:
    """What the person was told, the oldest first."""
    answer = await person.get("/notifications")
    assert answer.status_code == 200, answer.text
    return answer.json()["notifications"][::-1]


async def kinds(person: Person) -> list[str]:
    return [notification["kind"] for notification in await inbox(person)]


async def test_keepers_are_told_of_a_new_booking_in_both_languages(guild: Guild) -> None:
    anna = await guild.member("Anna", last_name="Öst")
    keeper = await guild.holder("manage:Car")
    booking = await booked(anna)
    (told,) = await inbox(keeper)
    assert (told["kind"], told["title_sv"], told["title_en"]) == ("cars.booked", "Ny bilbokning", "New car booking")
    assert told["body_sv"] == "Anna Öst, 2027-03-01 10:00 till 2027-03-01 12:00: IKEA"
    assert told["body_en"] == "Anna Öst, 2027-03-01 10:00 to 2027-03-01 12:00: IKEA"
    assert told["target"] == {"type": "car_booking", "id": booking["booking_id"]}
    assert await inbox(anna) == []


async def test_every_keeper_is_told_whatever_their_step_and_nobody_else(guild: Guild) -> None:
    manager, higher, viewer = [await guild.holder(f"{step}:Car") for step in ("manage", "super", "view")]
    gone = await guild.holder("manage:Car")
    async with guild.session() as session:
        await session.execute(text("UPDATE users SET is_active = false WHERE id = :id"), {"id": gone.id})
    await booked(await guild.member())
    assert [await kinds(person) for person in (manager, higher, viewer)] == [["cars.booked"], ["cars.booked"], []]
    async with guild.session() as session:
        assert await session.scalar(text("SELECT count(*) FROM notifications")) == 2


async def test_a_keeper_is_not_told_of_their_own_booking(guild: Guild) -> None:
    keeper, other = await guild.holder("manage:Car"), await guild.holder("manage:Car", name="Olle")
    await booked(keeper)
    assert [await kinds(person) for person in (keeper, other)] == [[], ["cars.booked"]]


async def test_the_booker_is_told_what_a_keeper_does(guild: Guild) -> None:
    anna, keeper = await guild.member(), await guild.holder("manage:Car")
    path = path_of(await booked(anna))
    await keeper.patch(path, json={"confirmed": True})
    await keeper.patch(path, json={"confirmed": True})  # which changes nothing
    await keeper.patch(path, json=times(MONDAY + DAY))
    await keeper.delete(path)
    assert await kinds(anna) == ["cars.confirmed", "cars.changed", "cars.cancelled"]
    assert await kinds(keeper) == ["cars.booked"]


async def test_keepers_are_told_what_the_booker_does(guild: Guild) -> None:
    anna, keeper = await guild.member(), await guild.holder("manage:Car")
    path = path_of(await booked(anna))
    await anna.patch(path, json=times(MONDAY + DAY))
    await anna.delete(path)
    assert await kinds(keeper) == ["cars.booked", "cars.changed", "cars.cancelled"]
    assert await kinds(anna) == []


async def test_both_are_told_the_evening_before(guild: Guild) -> None:
    anna, keeper = await guild.member(), await guild.holder("manage:Car")
    booking = await booked(anna)
    with clock.stopped(EVENING):
        async with guild.session() as session:
            await remind(session, booking["booking_id"])
    assert await kinds(anna) == ["cars.tomorrow"]
    assert await kinds(keeper) == ["cars.booked", "cars.tomorrow"]


async def test_a_refused_booking_tells_nobody(guild: Guild) -> None:
    anna, keeper = await guild.member(), await guild.holder("manage:Car")
    await booked(anna)
    assert (await anna.post("/car/", json=trip())).status_code == 409
    assert await kinds(keeper) == ["cars.booked"]


async def test_booking_takes_as_many_statements_with_thirty_keepers_as_with_one(guild: Guild) -> None:
    anna = await guild.member()
    counts: list[int] = []
    for day, more in enumerate((1, 29)):
        for _ in range(more):
            await guild.holder("manage:Car")
        with guild.statements() as statements:
            await booked(anna, MONDAY + day * DAY)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 16


async def test_a_booker_is_written_to_in_their_own_language(guild: Guild) -> None:
    anna, keeper = await guild.member(language="en"), await guild.holder("manage:Car")
    await keeper.patch(path_of(await booked(anna)), json={"confirmed": True})
    (mail,) = await guild.mails(anna.email)
    assert mail.subject == "Your car booking is confirmed"
    assert "Din" not in mail.text
