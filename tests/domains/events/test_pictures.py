"""The picture of an event."""

import io

from PIL import Image
from sqlalchemy import select

from guildhall.shared.pictures.models import Picture
from tests import images
from tests.domains.events.happenings import arranged
from tests.guild import Guild, code

NOBODY = (401, "not_authenticated")
FILE = {"image": ("event.png", images.png(50, 30))}


async def test_a_manager_of_events_gives_an_event_a_picture(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    event = await arranged(guild, manager)
    path = f"/events/{event['id']}"
    answer = await manager.post(f"{path}/image", files=FILE)
    assert (answer.status_code, answer.json()) == (200, None)
    for size in ("small", "original", "stream"):
        shown = await manager.get(f"{path}/image/{size}")
        assert (shown.status_code, Image.open(io.BytesIO(shown.content)).size) == (200, (50, 30))
    assert (event["has_image"], (await manager.get(path)).json()["has_image"]) == (False, True)


async def test_nobody_else_may(guild: Guild) -> None:
    event = await arranged(guild, await guild.holder("manage:Event"))
    path = f"/events/{event['id']}/image"
    for asker, refusal in ((await guild.member(), (403, "missing_permission")), (await guild.client(), NOBODY)):
        assert code(await asker.post(path, files=FILE)) == refusal
        assert code(await asker.get(f"{path}/small")) == refusal
        assert code(await asker.delete(path)) == refusal


async def test_an_event_that_is_not_there_has_no_picture(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    assert code(await manager.post("/events/0/image", files=FILE)) == (404, "event_not_found")
    assert code(await manager.delete("/events/0/image")) == (404, "event_not_found")
    assert code(await manager.get("/events/0/image/small")) == (404, "picture_not_found")


async def test_the_picture_goes_with_the_event_or_alone_or_is_replaced(guild: Guild) -> None:
    manager = await guild.holder("manage:Event")
    event = await arranged(guild, manager)
    for path in (f"/events/{event['id']}/image", f"/events/{event['id']}"):
        for _ in range(2):
            await manager.post(f"/events/{event['id']}/image", files=FILE)
        async with guild.session() as session:
            assert len((await session.scalars(select(Picture))).all()) == 1
        assert (await manager.delete(path)).status_code in {200, 204}
        async with guild.session() as session:
            assert (await session.scalars(select(Picture))).all() == []
