"""Notifications on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from guildhall.core.manifest import Channel
from guildhall.core.types import Line60, Wire
from guildhall.platform import push
from guildhall.shared.notifications.models import TOKEN


class TargetRead(Wire):
    """The thing that a notification is about: a word and its id."""

    type: str
    id: int


class NotificationRead(Wire):
    """A notification in the inbox; `link` is a whole address on the guild's site."""

    id: int
    kind: str
    title_sv: str
    title_en: str
    body_sv: str
    body_en: str
    link: str | None
    target: TargetRead | None
    created_at: datetime
    read_at: datetime | None
    visited_at: datetime | None


class InboxRead(Wire):
    """A page of the inbox; `total` is how many there are to page through, `unread` how many are unread at all."""

    unread: int
    total: int
    notifications: list[NotificationRead]


class NotificationUpdate(Wire):
    """What is visited has been read; what is unread has not been visited."""

    read: bool | None = None
    visited: bool | None = None


class ChannelsRead(Wire):
    inbox: bool
    push: bool
    mail: bool


class NoticeKindRead(Wire):
    """A kind of notice: by what it is told unless the member says otherwise, and by what it is."""

    name: str
    name_sv: str
    name_en: str
    defaults: ChannelsRead
    channels: ChannelsRead


WallTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class QuietHoursRead(Wire):
    """From when until when nothing is pushed, in Stockholm; may cross midnight."""

    starts: WallTime = Field(alias="from")
    ends: WallTime = Field(alias="until")


class QuietHoursUpdate(QuietHoursRead):
    @model_validator(mode="after")
    def _last(self) -> Self:
        if self.starts == self.ends:
            raise ValueError("quiet hours must end at another time than they begin")
        return self


class PreferencesRead(Wire):
    """`notifications` is the master switch: off, nothing is pushed or mailed, and the inbox keeps everything."""

    notifications: bool
    quiet_hours: QuietHoursRead | None
    kinds: list[NoticeKindRead]


Choices = Annotated[dict[Channel, bool | None], Field(max_length=3)]


class PreferencesUpdate(Wire):
    """Sparse: by kind and channel what is wanted, null for the default. `quiet_hours` null ends them."""

    notifications: bool | None = None
    quiet_hours: QuietHoursUpdate | None = None
    kinds: Annotated[dict[str, Choices], Field(max_length=200)] | None = None


DeviceToken = Annotated[str, StringConstraints(pattern=r"^[!-~]+$", max_length=TOKEN)]


class PushDeviceCreate(Wire):
    """A device as it registers itself; `token` is the app's token, or the endpoint of the browser's subscription."""

    token: DeviceToken
    provider: Literal["app", "browser"]
    platform: Literal["android", "ios", "web"]
    language: Literal["sv", "en"] | None = None
    app_version: Annotated[Line60, Field(max_length=40)] | None = None
    p256dh: Annotated[str, Field(max_length=100)] | None = None
    auth: Annotated[str, Field(max_length=40)] | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        is_browser = self.provider == "browser"
        if is_browser != (self.platform == "web"):
            raise ValueError("a browser has the platform web, an app android or ios")
        if not is_browser:
            self.p256dh = self.auth = None
            return self
        if not push.has_keys(push.BrowserTarget(self.token, self.p256dh or "", self.auth or "")):
            raise ValueError("p256dh and auth must be the keys of a browser's subscription")
        return self


class PushDeviceRead(Wire):
    """A device of mine; `current` is the one that asks."""

    id: int
    provider: str
    platform: str
    language: str | None
    app_version: str | None
    created_at: datetime
    last_seen_at: datetime
    current: bool


class PushDeviceToken(Wire):
    token: DeviceToken


class VapidKeyRead(Wire):
    """What a browser wants as `applicationServerKey`."""

    key: str


def _lowered(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


class AppDevice(Wire):
    token: DeviceToken
    system: Annotated[Literal["android", "ios"], BeforeValidator(_lowered)]


class AppDeviceCreate(Wire):
    """How the app once registered itself."""

    push_device: AppDevice


class UnreadRead(Wire):
    unread: int
