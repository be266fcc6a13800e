"""What the tests of notifications do again and again: tell, fan out, push; and the kinds that they tell of."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select, text

from guildhall.core import manifest
from guildhall.core.manifest import Domain, NoticeKind
from guildhall.platform import push
from guildhall.shared.notifications import jobs
from guildhall.shared.notifications.models import NoticeRow, Notification, Push
from guildhall.shared.notifications.service import Notice, notify
from tests.guild import Guild, Person
from tests.push_services import Browser, PushService

ALL = NoticeKind("tests.all", "Everything", "Allt", frozenset({"inbox", "push", "mail"}))
QUIET = NoticeKind("tests.quiet", "Inbox only", "Bara inkorgen", frozenset({"inbox"}))
PUSHED = NoticeKind("tests.pushed", "Pushed <b>", "Pushat <b>", frozenset({"inbox", "push"}))
NONE = NoticeKind("tests.none", "Nothing", "Inget", frozenset())
manifest.install([Domain("tests", notices=(ALL, QUIET, PUSHED, NONE))])

SOFA = Notice(
    title_sv="Soffan är tillbaka",
    title_en="The sofa is back",
    body_sv="Den har fått nytt tyg",
    body_en="It has new fabric",
    link="/sofa",
    target=("sofa", 7),
)
SITE = "http://localhost:3000"
APP = {"provider": "app", "platform": "android"}


async def told(guild: Guild, to: Sequence[Person] | Select[int], kind: NoticeKind = ALL, notice: Notice = SOFA) -> int:
    """Tell people of something, as a domain does; the notice's id, 0 when nobody was told."""
    whom = to if isinstance(to, Select) else [person.id for person in to]
    async with guild.session() as session:
        await notify(session, kind.name, whom, notice)
    async with guild.session() as session:
        return await session.scalar(select(NoticeRow.id).order_by(NoticeRow.id.desc()).limit(1)) or 0


async def fan_out(guild: Guild, notice_id: int) -> None:
    """Do the job that writes pushes and mails."""
    async with guild.session() as session:
        await jobs.fan_out(session, notice_id)


async def push_jobs(guild: Guild) -> list[tuple[list[int], Any]]:
    """The jobs that push: the ids of their pushes, and when they are due."""
    wanted = text(
        "SELECT args -> 'push_ids', scheduled_at FROM procrastinate_jobs"
        " WHERE task_name = 'notifications.push' ORDER BY id"
    )
    async with guild.session() as session:
        return [(ids, due) for ids, due in await session.execute(wanted)]


async def pushed(guild: Guild) -> None:
    """Do the jobs that push, once each."""
    for ids, _ in await push_jobs(guild):
        async with guild.session() as session:
            await jobs.push(session, ids)


async def waiting(guild: Guild) -> list[Push]:
    """The pushes that wait."""
    async with guild.session() as session:
        return list(await session.scalars(select(Push).order_by(Push.id)))


async def ids_of(guild: Guild, person: Person) -> list[int]:
    """The ids of what somebody was told, the oldest first."""
    async with guild.session() as session:
        mine = select(Notification.id).where(Notification.user_id == person.id)
        return list(await session.scalars(mine.order_by(Notification.id)))


async def phone(person: Person, token: str = "phone", **facts: object) -> dict[str, Any]:
    """A phone that somebody has registered."""
    answer = await person.put("/push/devices", json={"token": token} | APP | facts)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def browser(guild: Guild, person: Person, service: PushService, name: str = "") -> Browser:
    """A browser that has subscribed, and that somebody has registered."""
    async with guild.session() as session:
        key = await push.vapid_key(session)
    made = service.browser(key.public, name)
    facts = {"provider": "browser", "platform": "web", "p256dh": made.target.p256dh, "auth": made.target.auth}
    answer = await person.put("/push/devices", json={"token": made.target.endpoint} | facts)
    assert answer.status_code == 200, answer.text
    return made


async def prefers(person: Person, kind: NoticeKind = ALL, **channels: bool | None) -> None:
    """Somebody says by what they want to be told."""
    answer = await person.patch("/notifications/preferences", json={"kinds": {kind.name: channels}})
    assert answer.status_code == 200, answer.text


async def deactivate(guild: Guild, person: Person) -> None:
    """An administrator deactivates somebody, whose sessions end by it."""
    boss = await guild.holder("manage:User")
    answer = await boss.patch(f"/users/admin/update/{person.id}", json={"is_active": False})
    assert answer.status_code == 200, answer.text


async def inbox(person: Person, **query: Any) -> dict[str, Any]:
    """Somebody's inbox."""
    answer = await person.get("/notifications", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()
