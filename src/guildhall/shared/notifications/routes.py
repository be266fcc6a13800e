"""Paths of the inbox, preferences, devices and the stream.

All of them are one's own things, so *verified* is enough: who is told of a booking may have left the guild since, and
must be able to read it; an address that nobody has proved is nobody's inbox.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from guildhall.core.access import Me, public, verified, who
from guildhall.core.database import Session
from guildhall.core.event_streams import STILL_HERE, EventStream, described
from guildhall.core.paging import Limit, Offset
from guildhall.core.routing import Router
from guildhall.core.types import INT32, Id
from guildhall.platform import push
from guildhall.shared.notifications.models import PushDevice
from guildhall.shared.notifications.schemas import (
    AppDeviceCreate,
    InboxRead,
    NotificationRead,
    NotificationUpdate,
    PreferencesRead,
    PreferencesUpdate,
    PushDeviceCreate,
    PushDeviceRead,
    PushDeviceToken,
    VapidKeyRead,
)
from guildhall.shared.notifications.service import devices, inbox, preferences, streaming

TAGS: list[Any] = ["notifications"]
mine = Router(prefix="/notifications", tags=TAGS, dependencies=[Depends(verified)])
screens = Router(prefix="/push", tags=TAGS, dependencies=[Depends(verified)])
browsers = Router(prefix="/push", tags=TAGS, dependencies=[Depends(public)])
app_once = Router(prefix="/api/push_devices", tags=TAGS, dependencies=[Depends(verified)])


@mine.get("")
async def get_notifications(
    db: Session, me: Me, unread: bool | None = None, limit: Limit = 20, offset: Offset = 0
) -> InboxRead:
    """What I was told, the newest first."""
    return await inbox.page(db, me, unread=unread, limit=limit, offset=offset)


@mine.post("/read-all", status_code=204)
async def read_all_notifications(db: Session, me: Me) -> None:
    """Mark everything as read."""
    await inbox.mark_all(db, me)


@mine.get("/preferences")
async def get_notification_preferences(db: Session, me: Me) -> PreferencesRead:
    """How I want to be told of what."""
    return await preferences.read(db, me.id)


@mine.patch("/preferences")
async def update_notification_preferences(db: Session, me: Me, wish: PreferencesUpdate) -> PreferencesRead:
    """Say how I want to be told of what."""
    await preferences.change(db, me, wish)
    return await preferences.read(db, me.id)


EVENTS = """event: notification
id: 17
data: {"id": 17, "kind": "guild.message", "title_sv": "..."}

event: unread
data: {"unread": 3}
"""


@mine.get("/stream", response_class=StreamingResponse, responses=described(EVENTS))
async def stream_notifications(
    request: Request, me: Me, last_event_id: Annotated[int | None, Header(ge=0, le=INT32)] = None
) -> StreamingResponse:
    """What I am told from now on, as it happens."""
    streams: streaming.Streams = request.app.state.streams
    streams.refuse_when_over()

    async def may_stay() -> bool:
        try:
            async with streams.database.transaction() as session:
                actor = await who(request, session)
        except streaming.TROUBLES:
            return True  # nothing can be told either; the next beat asks again
        return actor is not None and actor.is_verified

    async def source() -> AsyncGenerator[bytes]:
        async with aclosing(streaming.follow(streams, me.id, last_event_id, may_stay)) as events:
            async for event in events:
                yield _written(event)

    return EventStream(source())


def _written(event: streaming.Event | None) -> bytes:
    if event is None:
        return STILL_HERE
    named = None if event.id is None else str(event.id)
    return format_sse_event(data_str=event.data, event=event.name, id=named, retry=event.wait)


@mine.patch("/{notification_id}")
async def update_notification(db: Session, me: Me, notification_id: Id, wish: NotificationUpdate) -> NotificationRead:
    """Mark a notification as read or visited, or as not."""
    return await inbox.mark(db, me, notification_id, wish)


@mine.delete("/{notification_id}", status_code=204)
async def remove_notification(db: Session, me: Me, notification_id: Id) -> None:
    """Remove a notification from my inbox."""
    await inbox.remove(db, me, notification_id)


def _device(device: PushDevice, me: Me) -> PushDeviceRead:
    return PushDeviceRead.model_validate(vars(device) | {"current": device.session_id == me.session_id})


@screens.put("/devices")
async def register_push_device(db: Session, me: Me, wish: PushDeviceCreate) -> PushDeviceRead:
    """Let me be told on this device, or renew what is known of it."""
    return _device(await devices.register(db, me, wish), me)


@screens.get("/devices")
async def get_push_devices(db: Session, me: Me) -> list[PushDeviceRead]:
    """The devices on which I am told."""
    return [_device(device, me) for device in await devices.devices_of(db, me)]


@screens.delete("/devices/{device_id}", status_code=204)
async def remove_push_device(db: Session, me: Me, device_id: Id) -> None:
    """Tell me nothing more on this device."""
    await devices.forget(db, me, device_id)


@screens.delete("/devices", status_code=204)
async def remove_push_device_by_token(db: Session, me: Me, wish: PushDeviceToken) -> None:
    """Tell me nothing more on the device with this token."""
    await devices.forget_token(db, me, wish.token)


@browsers.get("/vapid-key")
async def get_vapid_key(db: Session) -> VapidKeyRead:
    """The key by which browsers know this guild."""
    return VapidKeyRead(key=(await push.vapid_key(db)).public)


@app_once.post("", status_code=201)
async def create_app_push_device(db: Session, me: Me, wish: AppDeviceCreate) -> PushDeviceRead:
    """As `PUT /push/devices`, in the app's old words."""
    named = wish.push_device
    device = PushDeviceCreate(token=named.token, provider="app", platform=named.system)
    return _device(await devices.register(db, me, device), me)


@app_once.delete("", status_code=204)
async def remove_app_push_device(db: Session, me: Me, wish: PushDeviceToken) -> None:
    """As `DELETE /push/devices`, in the app's old words."""
    await devices.forget_token(db, me, wish.token)
