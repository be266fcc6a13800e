"""The list of those who signed up, as a file for the organiser."""

import asyncio
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.database import AnyRow, release
from guildhall.domains.events.models import EventSignup
from guildhall.domains.events.rules import sheets
from guildhall.domains.events.schemas.organising import Who
from guildhall.domains.events.service import answering, asking, reading, signups
from guildhall.shared.users.models import User

Form = Literal["csv", "xlsx"]
STANDS = "Plats"
_rows: Select[*tuple[Any, ...]] = select(
    EventSignup.drink_package,
    EventSignup.group_name,
    EventSignup.priority,
    EventSignup.confirmed,
    EventSignup.position,
    User.stil_id,
    User.first_name,
    User.last_name,
    User.email,
    User.standard_food_preferences,
    User.other_food_preferences,
    signups.NUMBER_IN_LIST.label("number"),
    answering.GIVEN.label("answers"),
).join(User, User.id == EventSignup.user_id)
_WHO: dict[Who, ColumnElement[bool]] = {
    "places": EventSignup.confirmed.is_(True),
    "queue": EventSignup.confirmed.is_(False) & EventSignup.position.is_not(None),
    "all": true(),
}


async def export(session: AsyncSession, event_id: int, who: Who, form: Form) -> bytes:
    """Those with a place, the queue, or all, by last name, with what they answered.

    What the wire does not know stands to the right of what it does: how somebody stands, unless all have a place, and
    the organiser's questions, where there are any. Raises EventNotFound.
    """
    await reading.find(session, event_id)
    questions = await asking.of_event(session, event_id)
    wanted = _rows.where(EventSignup.event_id == event_id, _WHO[who]).order_by(User.sort_key, User.id)
    found = (await session.execute(wanted)).all()
    header = [*sheets.HEADER, *([] if who == "places" else [STANDS]), *(one.title_sv for one in questions)]
    rows = [_cells(row, who, [str(one.id) for one in questions]) for row in found]
    await release(session)  # others need the connection
    if form == "csv":
        return sheets.as_csv(header, rows).encode()
    return await asyncio.to_thread(sheets.as_xlsx, header, rows)


def _cells(row: AnyRow, who: Who, questions: list[str]) -> list[sheets.Cell]:
    answers: dict[str, Any] = row.answers or {}
    stands = [] if who == "places" else [_standing(row)]
    return [*sheets.cells(row), *stands, *(sheets.answer_cell(answers.get(one)) for one in questions)]


def _standing(row: AnyRow) -> str:
    if row.confirmed:
        return "Plats"
    return "" if row.position is None else f"Kö {row.number}"
