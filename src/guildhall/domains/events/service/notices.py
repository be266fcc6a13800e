"""What those who signed up are told: their places, and what becomes of the event."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.clock import local
from guildhall.core.manifest import Channel, NoticeKind
from guildhall.domains.events.models import Event, EventSignup
from guildhall.domains.events.service import signups
from guildhall.shared.notifications.service import Notice, notify, notify_each

_ON: frozenset[Channel] = frozenset({"inbox", "push", "mail"})
_QUIET: frozenset[Channel] = frozenset({"inbox", "push"})
KINDS = (
    NoticeKind(
        "events.places", "Events: your place, or number in the queue", "Evenemang: din plats eller köplats", _ON
    ),
    NoticeKind("events.moved", "Events: moved or cancelled", "Evenemang: flyttade eller inställda", _ON),
    NoticeKind("events.starts", "Events: they start soon", "Evenemang: de börjar snart", _QUIET),
    NoticeKind("events.opens", "Events that you follow: sign-up opens", "Evenemang du följer: anmälan öppnar", _QUIET),
    NoticeKind(
        "events.closes",
        "Events that you follow: sign-up closes soon, and there are places",
        "Evenemang du följer: anmälan stänger snart, och det finns platser",
        frozenset(),
    ),
    NoticeKind("events.messages", "Events: messages from organisers", "Evenemang: meddelanden från arrangörer", _ON),
)


async def places_published(session: AsyncSession, event: Event) -> None:
    """Tell everybody who signed up whether they have a place, and if not, which number they are."""
    rows = await signups.rows(session, event.id)
    with_place = [row.user_id for row in rows if row.confirmed]
    sure = "Anmäl dig av om du inte kan komma.", "Sign off if you cannot come."
    title = f"Du har plats på {event.title_sv}", f"You have a place at {event.title_en}"
    await _tell(session, "events.places", with_place, event, title, sure)
    waiting = [(row.user_id, _in_queue(event, row.number)) for row in rows if not row.confirmed and row.position]
    await notify_each(session, "events.places", waiting)
    title = f"Du fick ingen plats på {event.title_sv}", f"You got no place at {event.title_en}"
    left_out = [row.user_id for row in rows if row.position is None]
    await _tell(session, "events.places", left_out, event, title, ("Fråga arrangören.", "Ask the organiser."))


async def moved_up(session: AsyncSession, event: Event, user_ids: Sequence[int]) -> None:
    """Tell those who came from the queue to a place, and until when they may pass it on."""
    until = _time(event.signoff_end or event.starts_at)
    title = f"Du har fått plats på {event.title_sv}", f"You got a place at {event.title_en}"
    body = (
        f"En plats blev ledig. Anmäl dig av senast {until} om du inte kan komma.",
        f"A place became free. Sign off by {until} if you cannot come.",
    )
    await _tell(session, "events.places", user_ids, event, title, body)


async def lost_place(session: AsyncSession, event: Event, user_ids: Sequence[int]) -> None:
    """Tell those who had a place, and have none any more."""
    title = f"Du har inte längre plats på {event.title_sv}", f"You have no place at {event.title_en} any more"
    body = "Arrangören har ändrat platserna.", "The organiser has changed the places."
    await _tell(session, "events.places", user_ids, event, title, body)


async def event_moved(session: AsyncSession, event: Event) -> None:
    """Tell everybody who signed up when and where the event is now."""
    where = f"{_time(event.starts_at)}, {event.location}"
    title = f"{event.title_sv} har flyttats", f"{event.title_en} has been moved"
    await _tell(session, "events.moved", await _everybody(session, event), event, title, (where, where))


async def event_cancelled(session: AsyncSession, event: Event) -> None:
    """Tell everybody who signed up that the event is off; before it is removed."""
    when = f"{_time(event.starts_at)}, {event.location}"
    title = f"{event.title_sv} är inställt", f"{event.title_en} is cancelled"
    await _tell(session, "events.moved", await _everybody(session, event), event, title, (when, when))


async def signup_opens(session: AsyncSession, event: Event, to: Select[int]) -> None:
    """Tell these that sign-up is open, and until when."""
    title = f"Anmälan till {event.title_sv} är öppen", f"Sign-up for {event.title_en} is open"
    until, starts = _time(event.signup_end), _time(event.starts_at)
    body = (
        f"Anmäl dig senast {until}. Evenemanget börjar {starts}, {event.location}.",
        f"Sign up by {until}. The event starts {starts}, {event.location}.",
    )
    await _tell(session, "events.opens", to, event, title, body)


async def signup_closes(session: AsyncSession, event: Event, to: Select[int]) -> None:
    """Tell these that sign-up closes soon, and that there are places left."""
    title = f"Anmälan till {event.title_sv} stänger snart", f"Sign-up for {event.title_en} closes soon"
    until = _time(event.signup_end)
    body = (
        f"Det finns platser kvar. Anmäl dig senast {until}.",
        f"There are places left. Sign up by {until}.",
    )
    await _tell(session, "events.closes", to, event, title, body)


async def event_starts(session: AsyncSession, event: Event, to: Select[int]) -> None:
    """Remind these of the event: when, where, and what the organiser wants them to know."""
    title = f"{event.title_sv} börjar snart", f"{event.title_en} starts soon"
    where = f"{_time(event.starts_at)}, {event.location}"
    notes = event.note_sv or event.note_en, event.note_en or event.note_sv
    sv, en = (f"{where}\n\n{note}".strip() for note in notes)
    await _tell(session, "events.starts", to, event, title, (sv, en))


async def message(
    session: AsyncSession, event: Event, to: Sequence[int], title: tuple[str, str], body: tuple[str, str]
) -> None:
    """Tell these what the organiser wrote."""
    named = f"{event.title_sv}: {title[0]}", f"{event.title_en}: {title[1]}"
    await _tell(session, "events.messages", to, event, named, body)


async def _everybody(session: AsyncSession, event: Event) -> Sequence[int]:
    return list(await session.scalars(select(EventSignup.user_id).where(EventSignup.event_id == event.id)))


def _in_queue(event: Event, number: int) -> Notice:
    return _notice(
        event,
        (
            f"Du är nummer {number} i kön till {event.title_sv}",
            f"You are number {number} in the queue for {event.title_en}",
        ),
        ("Du får besked om en plats blir ledig.", "You are told when a place becomes free."),
    )


async def _tell(
    session: AsyncSession,
    kind: str,
    to: Sequence[int] | Select[int],
    event: Event,
    title: tuple[str, str],
    body: tuple[str, str],
) -> None:
    if isinstance(to, Select) or to:
        await notify(session, kind, to, _notice(event, title, body))


def _notice(event: Event, title: tuple[str, str], body: tuple[str, str]) -> Notice:
    return Notice(*title, *body, target=("event", event.id))


def _time(moment: datetime) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M}"
