"""Events that the tests need: a sitting in March 2027, whose sign-up is open on the day of the tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.guild import Guild, Person

TODAY = datetime(2027, 2, 1, 11, tzinfo=UTC)  # noon in Stockholm, a Monday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
STARTS = datetime(2027, 3, 6, 17, tzinfo=UTC)  # six in the evening in Stockholm, a Saturday
# Says no to whoever gives a place too many, whatever the counting of the house says.
WATCH = """
CREATE FUNCTION watch_places() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM event_signups WHERE event_id = NEW.event_id AND confirmed)
        > (SELECT coalesce(nullif(max_event_users, 0), 1000000) FROM events WHERE id = NEW.event_id)
    THEN RAISE EXCEPTION 'over-booked';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER watch_places AFTER INSERT OR UPDATE ON event_signups FOR EACH ROW EXECUTE FUNCTION watch_places();
"""
UNWATCH = "DROP TRIGGER watch_places ON event_signups; DROP FUNCTION watch_places()"

OPENS, CLOSES = TODAY - DAY, TODAY + 7 * DAY


def sitting(council: int, **fields: object) -> dict[str, Any]:
    """A wish for an event, with every field of the wire; `fields` say what is different."""
    wish: dict[str, Any] = {
        "council_id": council,
        "starts_at": STARTS,
        "ends_at": STARTS + 8 * HOUR,
        "signup_start": OPENS,
        "signup_end": CLOSES,
        "title_sv": "Vårsittning",
        "title_en": "Spring sitting",
        "description_sv": "Mat och sång.",
        "description_en": "Food and songs.",
        "location": "Gasque",
        "max_event_users": 2,
        "priorities": [],
        "all_day": False,
        "recurring": False,
        "food": True,
        "closed": False,
        "can_signup": True,
        "drink_package": True,
        "is_nollning_event": False,
        "mentor_group_types": ["Mentor", "Mission", "Default", "Committee"],
        "allow_other_mentors": False,
        "alcohol_event_type": "Alcohol-Served",
        "dress_code": "Ouvve",
        "price": 250,
        "dot": "Single",
        "lottery": False,
        **fields,
    }
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in wish.items()}


async def arranged(guild: Guild, manager: Person, **fields: object) -> dict[str, Any]:
    """An event that the manager has made, as it was answered; of a new council unless `council_id` is given."""
    council = fields.pop("council_id", None) or await guild.council(f"Utskottet {await _how_many(guild)}")
    assert isinstance(council, int)
    answer = await manager.post("/events/", json=sitting(council, **fields))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def _how_many(guild: Guild) -> int:
    return len((await (await guild.client()).get("/events/")).json())


async def change(manager: Person, event: dict[str, Any], **fields: object) -> dict[str, Any]:
    """The event after the manager has changed some of its fields."""
    wish = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in fields.items()}
    answer = await manager.patch(f"/events/{event['id']}", json=wish)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def close_signup(manager: Person, event: dict[str, Any]) -> None:
    """Let the sign-up be over since a minute ago."""
    await change(manager, event, signup_end=TODAY - MINUTE)
