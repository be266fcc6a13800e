"""What members say about how they want to be told: by kind and channel, sparse, and only what differs is kept."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select, text

from guildhall.shared.notifications.models import NotificationPreference, QuietHours
from tests.guild import Guild, Person, code
from tests.shared.notifications.telling import ALL, NONE, QUIET, prefers

PATH = "/notifications/preferences"
NIGHT = {"from": "22:00", "until": "07:00"}


async def read(person: Person) -> dict[str, Any]:
    answer = await person.get(PATH)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def change(person: Person, **body: Any) -> dict[str, Any]:
    answer = await person.patch(PATH, json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json() == await read(person)
    return answer.json()


def channels(preferences: dict[str, Any], kind: str) -> set[str]:
    """The channels that are on for a kind."""
    (found,) = [one for one in preferences["kinds"] if one["name"] == kind]
    return {channel for channel, is_on in found["channels"].items() if is_on}


async def kept(guild: Guild) -> list[tuple[str, str, bool]]:
    """What the database has of it."""
    async with guild.session() as session:
        rows = await session.scalars(select(NotificationPreference).order_by(NotificationPreference.channel))
        return [(row.kind, row.channel, row.wanted) for row in rows]


async def test_who_has_said_nothing_has_the_defaults_of_every_kind(guild: Guild) -> None:
    preferences = await read(await guild.member())
    assert (preferences["notifications"], preferences["quiet_hours"]) == (True, None)
    assert {one["name"] for one in preferences["kinds"]} >= {"guild.message", "tests.all", "tests.quiet", "tests.none"}
    assert all(one["defaults"] == one["channels"] for one in preferences["kinds"])
    (one,) = [one for one in preferences["kinds"] if one["name"] == "tests.quiet"]
    assert one == {
        "name": "tests.quiet",
        "name_sv": "Bara inkorgen",
        "name_en": "Inbox only",
        "defaults": {"inbox": True, "push": False, "mail": False},
        "channels": {"inbox": True, "push": False, "mail": False},
    }


async def test_a_change_is_sparse_and_what_is_the_default_is_not_kept(guild: Guild) -> None:
    anna = await guild.member()
    changed = await change(anna, kinds={"tests.all": {"mail": False}, "tests.quiet": {"push": True, "mail": False}})
    assert channels(changed, "tests.all") == {"inbox", "push"}
    assert channels(changed, "tests.quiet") == {"inbox", "push"}
    assert await kept(guild) == [("tests.all", "mail", False), ("tests.quiet", "push", True)]
    changed = await change(anna, kinds={"tests.all": {"mail": True}})
    assert channels(changed, "tests.all") == {"inbox", "push", "mail"}
    await change(anna, kinds={"tests.quiet": {"push": None}})
    assert await kept(guild) == []


async def test_what_is_pushed_or_mailed_is_in_the_inbox_and_the_answer_says_so(guild: Guild) -> None:
    anna = await guild.member()
    assert channels(await change(anna, kinds={"tests.all": {"inbox": False}}), "tests.all") == {"inbox", "push", "mail"}
    assert channels(await change(anna, kinds={"tests.all": {"push": False, "mail": False}}), "tests.all") == set()
    assert channels(await change(anna, kinds={"tests.all": {"mail": True}}), "tests.all") == {"inbox", "mail"}


async def test_everybody_has_preferences_of_their_own(guild: Guild) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    await change(anna, notifications=False, quiet_hours=NIGHT, kinds={"tests.all": {"mail": False}})
    preferences = await read(bo)
    assert (preferences["notifications"], preferences["quiet_hours"]) == (True, None)
    assert channels(preferences, "tests.all") == {"inbox", "push", "mail"}


async def test_the_master_switch_is_the_one_that_the_app_knows(guild: Guild) -> None:
    anna = await guild.member()
    assert (await change(anna, notifications=False))["notifications"] is False
    assert (await anna.get("/users/me")).json()["want_notifications"] is False
    await anna.patch("/users/update/me", json={"notifications": True})
    assert (await read(anna))["notifications"] is True


async def test_quiet_hours_are_set_changed_kept_and_ended(guild: Guild) -> None:
    anna = await guild.member()
    assert (await change(anna, quiet_hours=NIGHT))["quiet_hours"] == NIGHT
    lunch = {"from": "12:00", "until": "13:05"}
    assert (await change(anna, quiet_hours=lunch))["quiet_hours"] == lunch
    assert (await change(anna, notifications=None))["quiet_hours"] == lunch
    assert (await change(anna, quiet_hours=None))["quiet_hours"] is None
    async with guild.session() as session:
        assert (await session.scalars(select(QuietHours))).all() == []


@pytest.mark.parametrize(
    "body",
    [
        {"quiet_hours": {"from": "22:00"}},
        {"quiet_hours": {"until": "07:00"}},
        {"quiet_hours": {"from": "22:00", "until": None}},
        {"quiet_hours": {"from": "22:00", "until": "22:00"}},
        {"quiet_hours": {"from": "24:00", "until": "07:00"}},
        {"quiet_hours": {"from": "7:00", "until": "08:00"}},
        {"quiet_hours": {"from": "22:00+01:00", "until": "08:00"}},
        {"quiet_hours": {"from": 79200, "until": "08:00"}},
        {"quiet_hours": {"from": "٢٢:٠٠", "until": "08:00"}},
        {"quiet_hours": "always"},
        {"kinds": {"tests.all": {"pigeon": True}}},
        {"kinds": {"tests.all": {"mail": "perhaps"}}},
        {"kinds": {"tests.all": True}},
        {"kinds": {f"kind{n}": {"mail": True} for n in range(201)}},
        {"notifications": "now and then"},
    ],
)
async def test_what_does_not_fit_is_422_and_changes_nothing(guild: Guild, body: dict[str, Any]) -> None:
    anna = await guild.member()
    before = await read(anna)
    assert code(await anna.patch(PATH, json={"notifications": False} | body)) == (422, "invalid_input")
    assert await read(anna) == before


@pytest.mark.parametrize("kind", ["tests.nobodys", "", "\x00", "x" * 500])
async def test_a_kind_that_nobody_declares_is_refused_and_changes_nothing(guild: Guild, kind: str) -> None:
    anna = await guild.member()
    before = await read(anna)
    body = {"notifications": False, "quiet_hours": NIGHT, "kinds": {"tests.all": {"mail": False}, kind: {"mail": True}}}
    assert code(await anna.patch(PATH, json=body)) == (404, "notice_kind_not_found")
    assert await read(anna) == before


async def test_many_changes_at_once_end_as_one_of_them(guild: Guild) -> None:
    anna = await guild.member()

    async def flip(number: int) -> None:
        wish = bool(number % 2)
        for kind in (ALL, QUIET, NONE)[:: 1 if wish else -1]:
            await prefers(anna, kind, inbox=wish, push=wish, mail=wish)

    await asyncio.gather(*(flip(number) for number in range(6)))
    both = {"kinds": {kind.name: {"inbox": True, "push": False, "mail": True} for kind in (NONE, ALL, QUIET)}}
    answers = await asyncio.gather(*(anna.patch(PATH, json=both) for _ in range(6)))
    assert {answer.status_code for answer in answers} == {200}
    assert channels(await read(anna), "tests.all") == {"inbox", "mail"}


@pytest.mark.parametrize(
    "wish", [{"kinds": {"tests.all": {"push": False}}}, {"quiet_hours": NIGHT}, {"notifications": False}]
)
async def test_who_is_removed_while_they_change_something_is_signed_out(guild: Guild, wish: dict[str, Any]) -> None:
    """The foreign key failed, and it was a 500."""
    anna = await guild.member()
    async with guild.session() as session:
        await session.execute(text("DELETE FROM users WHERE id = :id"), {"id": anna.id})
        asking = asyncio.create_task(anna.patch(PATH, json=wish))
        await guild.until_waiting()
    assert (await asking).status_code == 401
