"""Answers to the organiser's questions."""

from typing import Any

from sqlalchemy import Select, delete, func, select, type_coerce
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.core.access import Actor
from guildhall.core.database import AnyRow, one_of
from guildhall.domains.events.errors import (
    AnswerIsLate,
    AnswerIsNoNumber,
    AnswerIsNoOption,
    AnswerIsNoText,
    NotYourSignup,
    QuestionNotFound,
    SignupNotFound,
)
from guildhall.domains.events.models import EventAnswer, EventQuestion, EventSignup
from guildhall.domains.events.rules import answers as rules
from guildhall.domains.events.schemas.organising import AnswersRead
from guildhall.domains.events.service import asking, reading
from guildhall.shared.users.models import User
from guildhall.shared.users.schemas import SimpleUserRead

GIVEN = type_coerce(
    select(func.jsonb_object_agg(EventAnswer.question_id, EventAnswer.answer))
    .where(EventAnswer.event_id == EventSignup.event_id, EventAnswer.user_id == EventSignup.user_id)
    .correlate(EventSignup)
    .scalar_subquery(),
    JSONB,
)
"""What somebody answered, by question, as a column of a statement about sign-ups."""
_rows: Select[*tuple[Any, ...]] = select(
    EventSignup.user_id, User.first_name, User.last_name, GIVEN.label("answers")
).join(User, User.id == EventSignup.user_id)


async def answer(
    session: AsyncSession, actor: Actor, event_id: int, user_id: int | None, wanted: dict[int, Any]
) -> AnswersRead:
    """Change the answers that are named, all or none: one's own until their deadline, anybody's as an organiser.

    Raises EventNotFound, NotYourSignup, SignupNotFound, QuestionNotFound, AnswerIsLate, AnswerIsNoOption,
    AnswerIsNoText, AnswerIsNoNumber.
    """
    is_manager = actor.may("manage", "Event")
    if user_id not in (None, actor.id) and not is_manager:
        raise NotYourSignup
    event, whose = await reading.find(session, event_id), actor.id if user_id is None else user_id
    questions = {question.id: question for question in await asking.of_event(session, event_id, held=True)}
    row = await _find(session, event_id, whose)
    changed = _changed(questions, row.answers or {}, wanted)
    for question_id, given in changed.items():
        question = questions[question_id]
        if not is_manager and clock.now() > asking.answerable_until(event, question):
            raise AnswerIsLate(**_titles(question))
        _refuse_senseless(question, given)
    await _write(session, event_id, whose, changed)
    return _shape(await _find(session, event_id, whose), questions)


async def mine(session: AsyncSession, actor: Actor, event_id: int) -> AnswersRead:
    """The actor's own answers. Raises EventNotFound, SignupNotFound."""
    await reading.find(session, event_id)
    questions = {question.id: question for question in await asking.of_event(session, event_id)}
    return _shape(await _find(session, event_id, actor.id), questions)


async def everybodys(session: AsyncSession, event_id: int) -> list[AnswersRead]:
    """The answers of all who signed up, by name. Raises EventNotFound."""
    await reading.find(session, event_id)
    questions = {question.id: question for question in await asking.of_event(session, event_id)}
    found = await session.execute(_rows.where(EventSignup.event_id == event_id).order_by(User.sort_key, User.id))
    return [_shape(row, questions) for row in found]


async def _find(session: AsyncSession, event_id: int, user_id: int) -> AnyRow:
    theirs = EventSignup.event_id == event_id, EventSignup.user_id == user_id
    # Held, so that nobody signs off between being found and being written of.
    row = (await session.execute(_rows.where(*theirs).with_for_update(read=True, of=EventSignup))).first()
    if row is None:
        raise SignupNotFound
    return row


def _changed(questions: dict[int, EventQuestion], kept: dict[str, Any], wanted: dict[int, Any]) -> dict[int, Any]:
    if not wanted.keys() <= questions.keys():
        raise QuestionNotFound
    cleaned = {number: None if rules.is_none(given) else given for number, given in wanted.items()}
    return {number: given for number, given in cleaned.items() if given != kept.get(str(number))}


def _refuse_senseless(question: EventQuestion, given: Any) -> None:
    options = [option["sv"] for option in question.options]
    if given is None:
        return
    if question.kind == "one" and not rules.is_choice(given, options):
        raise AnswerIsNoOption(**_titles(question))
    if question.kind == "many" and not rules.are_choices(given, options):
        raise AnswerIsNoOption(**_titles(question))
    if question.kind == "text" and not rules.is_text(given):
        raise AnswerIsNoText(**_titles(question), most=rules.TEXT)
    if question.kind == "number" and not rules.is_number(given, question.least, question.most):
        least = rules.LEAST if question.least is None else question.least
        most = rules.MOST if question.most is None else question.most
        raise AnswerIsNoNumber(**_titles(question), least=f"{least:.10g}", most=f"{most:.10g}")


def _titles(question: EventQuestion) -> dict[str, str]:
    sv, en = question.title_sv, question.title_en
    return {"question": sv if sv == en else f"{sv} / {en}"}


async def _write(session: AsyncSession, event_id: int, user_id: int, changed: dict[int, Any]) -> None:
    taken_back = [number for number, given in changed.items() if given is None]
    theirs = EventAnswer.event_id == event_id, EventAnswer.user_id == user_id
    if taken_back:
        await session.execute(delete(EventAnswer).where(*theirs, one_of(EventAnswer.question_id, taken_back)))
    given = [
        {"event_id": event_id, "user_id": user_id, "question_id": number, "answer": answer}
        for number, answer in changed.items()
        if answer is not None
    ]
    if given:
        written = insert(EventAnswer).values(given)
        key = ["event_id", "user_id", "question_id"]
        await session.execute(
            written.on_conflict_do_update(index_elements=key, set_={"answer": written.excluded.answer})
        )


def _shape(row: AnyRow, questions: dict[int, EventQuestion]) -> AnswersRead:
    answers: dict[str, Any] = row.answers or {}
    return AnswersRead(
        user=SimpleUserRead(id=row.user_id, first_name=row.first_name, last_name=row.last_name),
        answers={number: answers[str(number)] for number in questions if str(number) in answers},
        missing=[number for number, one in questions.items() if one.required and str(number) not in answers],
    )
