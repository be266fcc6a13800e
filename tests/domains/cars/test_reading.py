"""Reading the bookings of the car."""

import pytest
from sqlalchemy import text

from tests.domains.cars.trips import DAY, MONDAY, booked, member_of, path_of
from tests.guild import Guild, code

A_THOUSAND = """
INSERT INTO car_bookings (description, period, user_id, council_id, confirmed, personal)
SELECT 'trip ' || n, tstzrange(moment, moment + interval '1 hour'), :user, NULLIF(n % 2, 0) * :council, true, n % 2 = 0
FROM generate_series(1, 1000) AS n, LATERAL (SELECT timestamptz '2027-05-01Z' - n * interval '2 hours') AS m (moment)
"""


async def test_every_member_sees_every_booking_by_its_start(guild: Guild) -> None:
    council = await guild.council()
    anna, cecilia, bo = await guild.member("Anna"), await member_of(guild, council), await guild.member("Bo")
    later = await booked(anna, MONDAY + DAY)
    sooner = await booked(cecilia, personal=False, council_id=council)
    for person in (anna, cecilia, bo):
        assert (await person.get("/car/")).json() == [sooner, later]
    assert (await bo.get(path_of(sooner))).json() == sooner


async def test_no_bookings_are_an_empty_list(guild: Guild) -> None:
    assert (await (await guild.member()).get("/car/")).json() == []


async def test_a_thousand_bookings_take_as_many_statements_as_none(guild: Guild) -> None:
    anna, council = await guild.member(), await guild.council()
    async with guild.session() as session:
        await session.execute(text(A_THOUSAND), {"user": anna.id, "council": council})
    with guild.statements() as statements:
        answer = await anna.get("/car/")
    bookings = answer.json()
    assert (len(bookings), bookings[0]["description"], bookings[-1]["description"]) == (1000, "trip 1000", "trip 1")
    assert len(statements) <= 3


async def test_one_booking_takes_few_statements(guild: Guild) -> None:
    keeper = await guild.holder("manage:Car")
    booking = await booked(keeper)
    for path in (path_of(booking), f"/car/admin/{booking['booking_id']}"):
        with guild.statements() as statements:
            assert (await keeper.get(path)).status_code == 200
        assert len(statements) <= 3


async def test_only_a_keeper_sees_how_to_reach_the_booker(guild: Guild) -> None:
    anna, keeper = await guild.member("Anna", stil_id="an1234na-s"), await guild.holder("manage:Car")
    booking = await booked(anna)
    answer = await keeper.get(f"/car/admin/{booking['booking_id']}")
    contact = {"email": anna.email, "telephone_number": "tel:+46-70-174-06-05", "stil_id": "an1234na-s"}
    assert answer.json() == booking | {"user": booking["user"] | contact}
    assert anna.email not in (await keeper.get(path_of(booking))).text
    assert anna.email not in (await keeper.get("/car/")).text


async def test_a_booker_without_stil_id_has_null(guild: Guild) -> None:
    keeper = await guild.holder("manage:Car")
    booking = await booked(await guild.member())
    answer = await keeper.get(f"/car/admin/{booking['booking_id']}")
    assert answer.json()["user"]["stil_id"] is None


async def test_a_keeper_need_not_be_a_member_to_see_how_to_reach_the_booker(guild: Guild) -> None:
    booking = await booked(await guild.member())
    keeper = await guild.holder("manage:Car", is_member=False)
    assert (await keeper.get(f"/car/admin/{booking['booking_id']}")).status_code == 200


@pytest.mark.parametrize("path", ["/car/999", "/car/admin/999", "/car/0", "/car/admin/-1"])
async def test_a_booking_that_is_not_there_is_not_found(guild: Guild, path: str) -> None:
    keeper = await guild.holder("manage:Car")
    assert code(await keeper.get(path)) == (404, "booking_not_found")


@pytest.mark.parametrize("path", ["/car/", "/car/1", "/car/999", "/car/nonsense"])
async def test_bookings_are_for_members(guild: Guild, path: str) -> None:
    await booked(await guild.member())
    assert code(await (await guild.client()).get(path)) == (401, "not_authenticated")
    assert code(await (await guild.member(is_verified=False)).get(path)) == (401, "not_authenticated")
    assert code(await (await guild.user()).get(path)) == (403, "not_member")
    assert code(await (await guild.holder("super:Car", is_member=False)).get(path)) == (403, "not_member")


@pytest.mark.parametrize("path", ["/car/admin/1", "/car/admin/999", "/car/admin/nonsense"])
async def test_contact_data_is_for_keepers(guild: Guild, path: str) -> None:
    anna = await guild.member()
    await booked(anna)
    assert code(await (await guild.client()).get(path)) == (401, "not_authenticated")
    for person in (anna, await guild.holder("view:Car", "super:User")):
        assert code(await person.get(path)) == (403, "missing_permission")


@pytest.mark.parametrize("path", ["/car/nonsense", f"/car/{2**31}", "/car/admin/1e3", "/car/admin/%00"])
async def test_an_id_that_is_none_is_422(guild: Guild, path: str) -> None:
    assert code(await (await guild.holder("manage:Car")).get(path)) == (422, "invalid_input")
