"""What becomes of sign-ups when their member's account is deleted."""

from tests.domains.events.happenings import arranged
from tests.guild import Guild


async def test_who_is_deleted_is_not_counted_any_more_before_places_are_published(guild: Guild) -> None:
    manager, gustav = await guild.holder("manage:Event", "super:User"), await guild.user()
    event = await arranged(guild, manager)
    await manager.post(f"/event-signup/{event['id']}", json={"user_id": gustav.id})
    assert (await manager.get(f"/events/{event['id']}")).json()["signup_count"] == 1
    assert (await manager.get("/events/")).json()[0]["signup_count"] == 1
    assert (await manager.delete(f"/users/admin/{gustav.id}")).status_code == 204
    assert (await manager.get(f"/events/{event['id']}")).json()["signup_count"] == 0
    assert (await manager.get("/events/")).json()[0]["signup_count"] == 0
