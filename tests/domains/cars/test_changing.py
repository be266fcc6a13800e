"""Changing a booking of the car."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.domains.cars.trips import DAY, HOUR, MONDAY, booked, confirmed, member_of, path_of, times
from tests.guild import Guild, code, escaped

FRIDAY = MONDAY + 4 * DAY
NULLS = dict.fromkeys(("description", "start_time", "end_time", "confirmed", "personal", "council_id"))


async def test_only_what_was_sent_is_changed(guild: Guild) -> None:
    anna = await guild.member()
    booking = await booked(anna)
    answer = await anna.patch(path_of(booking), json={"description": "Skrylle"})
    assert answer.json() == booking | {"description": "Skrylle"}


@pytest.mark.parametrize("body", [{}, NULLS, {"colour": "red"}])
async def test_nothing_and_null_change_nothing(guild: Guild, body: dict[str, Any]) -> None:
    anna = await guild.member()
    booking = await booked(anna)
    assert (await anna.patch(path_of(booking), json=body)).json() == booking


async def test_an_empty_purpose_is_a_value(guild: Guild) -> None:
    anna = await guild.member()
    answer = await anna.patch(path_of(await booked(anna)), json={"description": ""})
    assert answer.json()["description"] == ""


async def test_each_time_can_be_changed_alone(guild: Guild) -> None:
    anna = await guild.member()
    path = path_of(await booked(anna))
    later = (await anna.patch(path, json={"end_time": "2027-03-01T12:30:00Z"})).json()
    assert (later["start_time"], later["end_time"]) == ("2027-03-01T09:00:00Z", "2027-03-01T12:30:00Z")
    sooner = (await anna.patch(path, json={"start_time": "2027-03-01T08:00:00Z"})).json()
    assert (sooner["start_time"], sooner["end_time"]) == ("2027-03-01T08:00:00Z", "2027-03-01T12:30:00Z")


async def test_a_booking_ends_after_it_begins_whichever_time_was_sent(guild: Guild) -> None:
    anna = await guild.member()
    path = path_of(await booked(anna))
    for body in ({"start_time": "2027-03-01T11:00:00Z"}, {"end_time": "2027-03-01T09:00:00Z"}, times(hours=-1)):
        assert code(await anna.patch(path, json=body)) == (400, "ends_before_it_begins")


async def test_a_booking_cannot_be_moved_onto_another_not_even_by_a_keeper(guild: Guild) -> None:
    anna, keeper = await guild.member(), await guild.holder("manage:Car")
    await booked(keeper, MONDAY + 3 * HOUR)
    path = path_of(await booked(anna))
    reaching, moved = {"end_time": "2027-03-01T12:00:00.000001Z"}, times(MONDAY + 4 * HOUR)
    for person in (anna, keeper):
        assert code(await person.patch(path, json=reaching)) == (409, "car_taken")
        assert code(await person.patch(path, json=moved)) == (409, "car_taken")
    assert (await anna.patch(path, json={"end_time": "2027-03-01T12:00:00Z"})).status_code == 200


async def test_a_booking_may_overlap_where_it_was_itself(guild: Guild) -> None:
    anna = await guild.member()
    answer = await anna.patch(path_of(await booked(anna)), json=times(MONDAY + HOUR))
    assert answer.json()["start_time"] == "2027-03-01T10:00:00Z"


async def test_a_refused_change_changes_nothing(guild: Guild) -> None:
    anna = await guild.member()
    await booked(anna, MONDAY + 3 * HOUR)
    booking = await booked(anna)
    await anna.patch(path_of(booking), json={"description": "changed", **times(hours=5)})
    assert (await anna.get(path_of(booking))).json() == booking


# Confirmation


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("sent", [True, False])
async def test_what_a_member_says_of_confirmation_is_ignored(guild: Guild, before: bool, sent: bool) -> None:
    anna = await guild.member()
    path = await confirmed(guild, anna) if before else path_of(await booked(anna))
    answer = await anna.patch(path, json={"confirmed": sent})
    assert (answer.status_code, answer.json()["confirmed"]) == (200, before)


async def test_the_websites_form_sends_everything_and_keeps_the_confirmation(guild: Guild) -> None:
    anna = await guild.member()
    path = await confirmed(guild, anna)
    form = {"description": "IKEA, two sofas", "personal": True, "council_id": None, "confirmed": True, **times()}
    answer = await anna.patch(path, json=form)
    assert (answer.json()["confirmed"], answer.json()["description"]) == (True, "IKEA, two sofas")


@pytest.mark.parametrize(
    ("start", "hours"),
    [
        (MONDAY - 2 * HOUR, 2),  # at eight
        (MONDAY, 6.99),  # until one minute to five
        (MONDAY + HOUR, 2),
    ],
)
async def test_a_small_edit_in_office_hours_keeps_the_confirmation(guild: Guild, start: datetime, hours: float) -> None:
    anna = await guild.member()
    answer = await anna.patch(await confirmed(guild, anna), json=times(start, hours))
    assert answer.json()["confirmed"] is True


@pytest.mark.parametrize(
    ("start", "hours"),
    [
        (MONDAY - 2 * HOUR - timedelta(microseconds=1), 3),
        (MONDAY, 7),
        (MONDAY + 12 * HOUR, 2),
        (MONDAY - DAY, 2),
        (MONDAY + DAY, 2),
        (MONDAY, 26),
    ],
    ids=["before eight", "until five", "at night", "on Sunday", "a day later", "more than a day"],
)
async def test_a_large_edit_takes_the_confirmation_away(guild: Guild, start: datetime, hours: float) -> None:
    anna = await guild.member()
    answer = await anna.patch(await confirmed(guild, anna), json=times(start, hours))
    assert (answer.status_code, answer.json()["confirmed"]) == (200, False)


async def test_a_time_out_of_hours_counts_also_when_it_is_as_before(guild: Guild) -> None:
    anna = await guild.member()
    path = await confirmed(guild, anna, MONDAY, hours=9)
    assert (await anna.patch(path, json={"description": "still mine"})).json()["confirmed"] is True
    assert (await anna.patch(path, json={"start_time": MONDAY.isoformat()})).json()["confirmed"] is True
    assert (await anna.patch(path, json=times(MONDAY, hours=9))).json()["confirmed"] is False


async def test_a_keepers_change_keeps_the_confirmation_unless_they_say_otherwise(guild: Guild) -> None:
    anna, keeper = await guild.member(), await guild.holder("manage:Car")
    path = await confirmed(guild, anna)
    assert (await keeper.patch(path, json=times(FRIDAY + 12 * HOUR, 48))).json()["confirmed"] is True
    assert (await keeper.patch(path, json={"confirmed": None})).json()["confirmed"] is True
    assert (await keeper.patch(path, json={"confirmed": False})).json()["confirmed"] is False
    assert (await keeper.patch(path, json={"confirmed": True})).json()["confirmed"] is True


# Council or personal


async def test_a_councils_booking_keeps_its_confirmation_whatever_the_change(guild: Guild) -> None:
    council = await guild.council()
    cecilia = await member_of(guild, council)
    path = path_of(await booked(cecilia, personal=False, council_id=council))
    answer = await cecilia.patch(path, json=times(FRIDAY + 12 * HOUR, 48))
    assert answer.json()["confirmed"] is True


async def test_a_booking_that_becomes_a_councils_needs_the_council_with_it(guild: Guild) -> None:
    """Left out, the council was taken to be the same as before, none, and the answer was a 500."""
    anna, keeper = await guild.member(), await guild.holder("manage:Car")
    path = path_of(await booked(anna))
    for body in ({"personal": False}, {"personal": False, "council_id": None}):
        for person in (anna, keeper):
            assert code(await person.patch(path, json=body)) == (400, "council_needed")


async def test_a_booking_that_becomes_a_councils_waits_as_it_did(guild: Guild) -> None:
    council = await guild.council()
    cecilia = await member_of(guild, council)
    path = path_of(await booked(cecilia))
    answer = await cecilia.patch(path, json={"personal": False, "council_id": council})
    assert (answer.json()["personal"], answer.json()["council_id"], answer.json()["confirmed"]) == (
        False,
        council,
        False,
    )


async def test_a_booking_that_becomes_personal_leaves_the_council_and_waits_for_the_keeper(guild: Guild) -> None:
    council = await guild.council()
    cecilia = await member_of(guild, council)
    path = path_of(await booked(cecilia, personal=False, council_id=council))
    answer = (await cecilia.patch(path, json={"personal": True, "council_id": council})).json()
    assert (answer["personal"], answer["council_id"], answer["council"], answer["confirmed"]) == (
        True,
        None,
        None,
        False,
    )


async def test_a_booking_that_a_keeper_makes_personal_stays_confirmed(guild: Guild) -> None:
    council = await guild.council()
    cecilia, keeper = await member_of(guild, council), await guild.holder("manage:Car")
    path = path_of(await booked(cecilia, personal=False, council_id=council))
    answer = (await keeper.patch(path, json={"personal": True, "council_id": None})).json()
    assert (answer["personal"], answer["council_id"], answer["confirmed"]) == (True, None, True)


async def test_a_booking_that_stays_a_councils_keeps_it_unless_another_is_sent(guild: Guild) -> None:
    foset, board = await guild.council("Foset"), await guild.council("Styrelsen")
    cecilia = await member_of(guild, foset)
    await guild.give(cecilia, await guild.post(council=board))
    path = path_of(await booked(cecilia, personal=False, council_id=foset))
    assert (await cecilia.patch(path, json={"personal": False})).json()["council_id"] == foset
    assert (await cecilia.patch(path, json={"personal": None, "description": "a"})).json()["council_id"] == foset
    assert (await cecilia.patch(path, json={"council_id": board})).json()["council"]["name_sv"] == "Styrelsen"


async def test_a_council_cannot_be_cleared_from_a_booking_that_stays_a_councils(guild: Guild) -> None:
    council = await guild.council()
    cecilia, keeper = await member_of(guild, council), await guild.holder("manage:Car")
    path = path_of(await booked(cecilia, personal=False, council_id=council))
    for person in (cecilia, keeper):
        for body in ({"council_id": None}, {"council_id": None, "personal": False}):
            assert code(await person.patch(path, json=body)) == (400, "council_needed")


async def test_a_council_sent_with_a_booking_that_stays_personal_is_dropped(guild: Guild) -> None:
    anna = await guild.member()
    answer = await anna.patch(path_of(await booked(anna)), json={"council_id": 999})
    assert (answer.status_code, answer.json()["council_id"], answer.json()["personal"]) == (200, None, True)


async def test_a_member_hands_a_booking_only_to_a_council_where_they_hold_a_post(guild: Guild) -> None:
    foset, other = await guild.council("Foset"), await guild.council("Styrelsen")
    cecilia, keeper = await member_of(guild, foset), await guild.holder("manage:Car")
    path = path_of(await booked(cecilia, personal=False, council_id=foset))
    for council, refusal in ((other, (403, "not_your_council")), (999, (404, "council_not_found"))):
        assert code(await cecilia.patch(path, json={"council_id": council})) == refusal
        assert code(await cecilia.patch(path, json={"council_id": council, "personal": False})) == refusal
    assert (await keeper.patch(path, json={"council_id": other})).json()["council_id"] == other


async def test_who_has_left_the_council_no_longer_changes_its_booking(guild: Guild) -> None:
    """A member whose post was taken away could move the council's booking anywhere, and it stayed confirmed."""
    council = await guild.council()
    cecilia, giver = await member_of(guild, council), await guild.holder("manage:UserPost")
    path = path_of(await booked(cecilia, personal=False, council_id=council))
    await giver.patch(f"/users/admin/user-posts/{cecilia.id}", json={"post_ids": []})
    for body in (times(FRIDAY, 48), {"council_id": council}):
        assert code(await cecilia.patch(path, json=body)) == (403, "not_your_council")
    assert (await cecilia.patch(path, json={"personal": True})).json()["confirmed"] is False


# Who may


async def test_only_the_booker_and_keepers_change_a_booking(guild: Guild) -> None:
    anna, bo, viewer = await guild.member("Anna"), await guild.member("Bo"), await guild.holder("view:Car")
    path = path_of(await booked(anna))
    for person in (bo, viewer):
        assert code(await person.patch(path, json={"description": "mine"})) == (403, "not_your_booking")
    keeper = await guild.holder("manage:Car")
    assert (await keeper.patch(path, json={"description": "theirs"})).status_code == 200


async def test_a_booking_that_is_not_there_cannot_be_changed(guild: Guild) -> None:
    anna, keeper = await guild.member(), await guild.holder("manage:Car")
    for person in (anna, keeper):
        for booking_id in (999, 0, -1):
            assert code(await person.patch(f"/car/{booking_id}", json={})) == (404, "booking_not_found")


@pytest.mark.parametrize("body", [{}, {"start_time": "nonsense"}])
async def test_who_may_not_enter_hears_so_before_anything_else(guild: Guild, body: dict[str, str]) -> None:
    path = path_of(await booked(await guild.member()))
    stranger, gustav = await guild.client(), await guild.user()
    keeper = await guild.holder("manage:Car", is_member=False)
    for where in (path, "/car/999", "/car/nonsense"):
        assert code(await stranger.patch(where, json=body)) == (401, "not_authenticated")
        assert code(await gustav.patch(where, json=body)) == (403, "not_member")
        assert code(await keeper.patch(where, json=body)) == (403, "not_member")


@pytest.mark.parametrize(
    "body",
    [
        {"description": "x" * 1001},
        {"description": "\x00"},
        {"description": "\udc00"},
        {"description": 7},
        {"start_time": "2027-03-01T09:00:00"},
        {"end_time": 0},
        {"confirmed": "maybe"},
        {"personal": []},
        {"council_id": 2**31},
        {"council_id": 1.5},
        [],
        None,
    ],
)
async def test_what_does_not_fit_is_422(guild: Guild, body: object) -> None:
    anna = await guild.member()
    path = path_of(await booked(anna))
    assert code(await anna.patch(path, **escaped(body))) == (422, "invalid_input")


@pytest.mark.parametrize("booking_id", ["x", "1.5", str(2**31), "9" * 50, "%00", "%ED%A0%80", "٣"])
async def test_an_id_that_is_none_is_422(guild: Guild, booking_id: str) -> None:
    anna = await guild.member()
    assert code(await anna.patch(f"/car/{booking_id}", json={})) == (422, "invalid_input")
