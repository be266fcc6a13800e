"""Booking the car."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.domains.cars.trips import DAY, HOUR, MONDAY, TODAY, booked, member_of, trip
from tests.guild import Guild, code, escaped


async def test_two_members_cannot_have_the_car_at_once(guild: Guild) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    assert (await anna.post("/car/", json=trip())).status_code == 200
    assert code(await bo.post("/car/", json=trip(MONDAY + HOUR))) == (409, "car_taken")


async def test_a_members_own_booking_waits_for_the_keeper(guild: Guild) -> None:
    anna = await guild.member("Anna")
    booking = await booked(anna)
    assert booking == {
        "booking_id": booking["booking_id"],
        "description": "IKEA",
        "start_time": "2027-03-01T09:00:00Z",
        "end_time": "2027-03-01T11:00:00Z",
        "confirmed": False,
        "personal": True,
        "council_id": None,
        "council": None,
        "user": {"id": anna.id, "first_name": "Anna", "last_name": booking["user"]["last_name"]},
    }


async def test_a_keepers_own_booking_is_confirmed_at_once(guild: Guild) -> None:
    assert (await booked(await guild.holder("manage:Car")))["confirmed"] is True


async def test_a_councils_booking_is_confirmed_at_once_at_any_hour(guild: Guild) -> None:
    council = await guild.council("Foset")
    cecilia = await member_of(guild, council)
    saturday_night = datetime(2027, 3, 6, 23, tzinfo=UTC)
    booking = await booked(cecilia, saturday_night, personal=False, council_id=council)
    assert (booking["confirmed"], booking["council_id"]) == (True, council)
    assert booking["council"] == {"id": council, "name_sv": "Foset", "name_en": "Foset in English"}


async def test_a_personal_booking_drops_the_council(guild: Guild) -> None:
    booking = await booked(await guild.member(), council_id=await guild.council())
    assert (booking["council_id"], booking["council"], booking["confirmed"]) == (None, None, False)


async def test_a_personal_booking_drops_also_a_council_that_is_not_there(guild: Guild) -> None:
    assert (await booked(await guild.member(), council_id=999))["council_id"] is None


async def test_a_booking_that_is_not_personal_needs_a_council(guild: Guild) -> None:
    anna, keeper = await guild.member(), await guild.holder("manage:Car")
    for person in (anna, keeper):
        assert code(await person.post("/car/", json=trip(personal=False))) == (400, "council_needed")


async def test_a_council_that_is_not_there_cannot_have_the_car(guild: Guild) -> None:
    anna, keeper = await guild.member(), await guild.holder("manage:Car")
    for person in (anna, keeper):
        refusal = await person.post("/car/", json=trip(personal=False, council_id=999))
        assert code(refusal) == (404, "council_not_found")


async def test_a_member_books_only_for_a_council_where_they_hold_a_post(guild: Guild) -> None:
    foset, other = await guild.council("Foset"), await guild.council("Styrelsen")
    cecilia = await member_of(guild, foset)
    refusal = await cecilia.post("/car/", json=trip(personal=False, council_id=other))
    assert code(refusal) == (403, "not_your_council")


async def test_a_post_taken_away_counts_on_the_next_request(guild: Guild) -> None:
    council = await guild.council()
    cecilia, giver = await member_of(guild, council), await guild.holder("manage:UserPost")
    await giver.patch(f"/users/admin/user-posts/{cecilia.id}", json={"post_ids": []})
    refusal = await cecilia.post("/car/", json=trip(personal=False, council_id=council))
    assert code(refusal) == (403, "not_your_council")


async def test_a_keeper_books_for_any_council(guild: Guild) -> None:
    council = await guild.council()
    booking = await booked(await guild.holder("manage:Car"), personal=False, council_id=council)
    assert booking["council_id"] == council


@pytest.mark.parametrize(
    ("start", "hours"),
    [
        (MONDAY, 2),
        (MONDAY - HOUR, 2),
        (MONDAY + HOUR, 2),
        (MONDAY + HOUR / 2, 1),
        (MONDAY - DAY, 72),
        (MONDAY + 2 * HOUR - timedelta(microseconds=1), 1),
    ],
    ids=["the same", "its beginning", "its end", "within", "around", "its last microsecond"],
)
async def test_no_booking_overlaps_another_not_even_a_keepers(guild: Guild, start: datetime, hours: float) -> None:
    anna, keeper = await guild.member(), await guild.holder("manage:Car")
    assert (await booked(anna))["confirmed"] is False
    assert code(await keeper.post("/car/", json=trip(start, hours))) == (409, "car_taken")


async def test_bookings_may_touch(guild: Guild) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    await booked(anna)
    await booked(bo, MONDAY - 2 * HOUR)
    await booked(bo, MONDAY + 2 * HOUR)


async def test_there_is_no_limit_to_how_long_or_how_far_ahead_or_how_many(guild: Guild) -> None:
    anna = await guild.member()
    await booked(anna, MONDAY, hours=24 * 60)
    await booked(anna, datetime(2099, 12, 31, tzinfo=UTC))


@pytest.mark.parametrize("hours", [0, -1, -48])
async def test_a_booking_ends_after_it_begins(guild: Guild, hours: float) -> None:
    anna = await guild.member()
    assert code(await anna.post("/car/", json=trip(hours=hours))) == (400, "ends_before_it_begins")


async def test_a_booking_may_begin_now_but_not_in_the_past(guild: Guild) -> None:
    anna, keeper = await guild.member(), await guild.holder("manage:Car")
    before = TODAY - timedelta(microseconds=1)
    for person in (anna, keeper):
        assert code(await person.post("/car/", json=trip(before))) == (400, "begins_in_the_past")
    await booked(anna, TODAY)


async def test_times_keep_their_microseconds(guild: Guild) -> None:
    start = "2027-03-01T09:00:00.123456Z"
    answer = await (await guild.member()).post("/car/", json=trip() | {"start_time": start})
    assert answer.json()["start_time"] == start


@pytest.mark.parametrize(
    "moment",
    [
        "2027-03-01T09:00:00",
        "2027-03-01T10:00:00+01:00",
        "2027-03-01T09:00:00-00:30",
        "2027-03-01",
        "tomorrow",
        "",
        1803891600,
        None,
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00Z",
        "2027-02-30T09:00:00Z",
        "\x00",
        "\ud800",
    ],
)
@pytest.mark.parametrize("field", ["start_time", "end_time"])
async def test_times_must_be_written_in_utc(guild: Guild, field: str, moment: object) -> None:
    answer = await (await guild.member()).post("/car/", **escaped(trip() | {field: moment}))
    assert code(answer) == (422, "invalid_input")


@pytest.mark.parametrize(
    "fields",
    [
        {"description": "x" * 1001},
        {"description": "NUL \x00"},
        {"description": "half \ud83d"},
        {"description": None},
        {"personal": None},
        {"personal": "perhaps"},
        {"personal": False, "council_id": 2**31},
        {"personal": False, "council_id": 10**40},
        {"personal": False, "council_id": "all"},
    ],
)
async def test_what_does_not_fit_is_422(guild: Guild, fields: dict[str, Any]) -> None:
    answer = await (await guild.member()).post("/car/", **escaped(trip(**fields)))
    assert code(answer) == (422, "invalid_input")


@pytest.mark.parametrize("description", ["", "x" * 1000, "<b>å'; --</b>\n{{ 7 * 7 }}", "🚗" * 1000])
async def test_a_purpose_is_kept_as_it_was_typed(guild: Guild, description: str) -> None:
    assert (await booked(await guild.member(), description=description))["description"] == description


async def test_a_stranger_is_asked_to_sign_in_whatever_they_send(guild: Guild) -> None:
    stranger = await guild.client()
    for body in (trip(), {}):
        assert code(await stranger.post("/car/", json=body)) == (401, "not_authenticated")


async def test_somebody_unverified_is_asked_to_sign_in(guild: Guild) -> None:
    anna = await guild.member(is_verified=False)
    assert code(await anna.post("/car/", json=trip())) == (401, "not_authenticated")


async def test_only_members_book_and_hear_so_before_their_wish_is_read(guild: Guild) -> None:
    gustav = await guild.user()
    keeper = await guild.holder("super:Car", is_member=False)
    for person in (gustav, keeper):
        assert code(await person.post("/car/", json={})) == (403, "not_member")


async def test_a_refusal_is_said_in_the_language_that_is_asked_for(guild: Guild) -> None:
    anna = await guild.member()
    await booked(anna)
    swedish = await anna.post("/car/", json=trip(), headers={"Accept-Language": "sv-SE, en;q=0.5"})
    english = await anna.post("/car/", json=trip())
    assert swedish.json()["detail"] == "Bilen är redan bokad då"
    assert english.json()["detail"] == "The car is already booked then"
    assert english.headers["content-type"] == "application/problem+json"
