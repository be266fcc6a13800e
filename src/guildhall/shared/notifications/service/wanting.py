"""What members want, as conditions of a statement; in one place, because three statements ask."""

from sqlalchemy import ColumnElement, exists, or_

from guildhall.core.manifest import CHANNELS, Channel, NoticeKind
from guildhall.shared.notifications.models import NotificationPreference
from guildhall.shared.users.models import User


def wants(kind: NoticeKind, channel: Channel) -> ColumnElement[bool]:
    """Whether the member of the row of `users` wants the channel for this kind."""
    default = channel in kind.on
    differs = exists().where(
        NotificationPreference.user_id == User.id,
        NotificationPreference.kind == kind.name,
        NotificationPreference.channel == channel,
        NotificationPreference.wanted.is_(not default),
    )
    return ~differs if default else differs


def wants_any(kind: NoticeKind) -> ColumnElement[bool]:
    """Whether they want to be told of this kind at all."""
    return or_(*(wants(kind, channel) for channel in CHANNELS))
