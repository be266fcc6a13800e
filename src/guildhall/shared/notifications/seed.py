"""The demo guild's inboxes: what everybody was told lately, of which the oldest has been read."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.shared.notifications.models import NoticeRow, Notification
from guildhall.shared.notifications.service import Notice, notify
from guildhall.shared.users.models import User

KIND = "guild.message"
MESSAGES = (
    (
        21,
        "Välkommen till sektionen",
        "Welcome to the guild",
        "Här får du veta vad som händer. Under inställningarna väljer du hur.",
        "This is where you hear what happens. In the settings you choose how.",
    ),
    (
        6,
        "Soffan i Hilbert är tillbaka",
        "The sofa in Hilbert is back",
        "Den har fått nytt tyg och två kuddar till.",
        "It has new fabric and two more cushions.",
    ),
    (
        1,
        "Kaffet är gratis på fredag",
        "Free coffee on Friday",
        "Caféet fyller år. Kom mellan tolv och ett.",
        "It is the café's birthday. Come between twelve and one.",
    ),
)


async def seed(session: AsyncSession) -> None:
    """Tell every member, some days ago."""
    for days, title_sv, title_en, body_sv, body_en in MESSAGES:
        members = select(User.id).where(User.is_member)
        await notify(session, KIND, members, Notice(title_sv, title_en, body_sv, body_en))
        told = update(NoticeRow).where(NoticeRow.title_sv == title_sv)
        await session.execute(told.values(created_at=clock.now() - timedelta(days=days)))
    oldest = select(NoticeRow.id).where(NoticeRow.title_sv == MESSAGES[0][1])
    read = update(Notification).where(Notification.notice_id.in_(oldest))
    await session.execute(read.values(read_at=clock.now() - timedelta(days=20)))
