"""Shapes of domains that are not built yet, so that the clients' generators already know them."""

from datetime import datetime

from guildhall.core.types import Wire
from guildhall.shared.users.schemas import SimpleUserRead


class SimpleUserAccessRead(Wire):
    door: str
    starttime: datetime
    endtime: datetime


class NewsRead(Wire):
    id: int
    title_sv: str
    title_en: str
    content_sv: str
    content_en: str
    author_id: int
    author: SimpleUserRead
    created_at: datetime
    bumped_at: datetime | None
    pinned_from: datetime | None
    pinned_to: datetime | None


class NewsTagRead(Wire):
    news: NewsRead
