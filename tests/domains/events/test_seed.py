"""The demo guild's events are those of a guild that lives."""

from guildhall.app import starting
from guildhall.core import clock
from tests.guild import Guild


async def test_the_demo_guild_has_events_in_every_state(guild: Guild) -> None:
    async with guild.session() as session:
        await starting.seed(session)
    manager = await guild.holder("manage:Event")
    events = (await manager.get("/events/")).json()
    to_come = {event["title_en"]: event for event in events if event["starts_at"] > clock.now().isoformat()}
    assert 35 <= len(events) <= 50
    assert all(event["tags"] for event in events)
    assert to_come["Drawn sitting"]["lottery"]
    assert to_come["Introduction sitting"]["is_nollning_event"]
    published = [to_come[title] for title in ("Sitting with a queue", "First come")]
    for event in published:
        places = (await manager.get(f"/events/{event['id']}/places")).json()
        assert event["event_users_confirmed"]
        assert sum(one["has_place"] for one in places) == event["max_event_users"] or len(places) < 20
    questions = await manager.get(f"/events/{to_come['Excursion']['id']}/questions")
    answers = await manager.get(f"/events/{to_come['Excursion']['id']}/answers")
    assert len(questions.json()) == 2
    assert any(one["answers"] for one in answers.json())
