"""The organiser's questions to those who sign up."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.domains.events.errors import QuestionIsAnswered, QuestionNotFound, QuestionsDiffer, TooManyQuestions
from guildhall.domains.events.models import Event, EventAnswer, EventQuestion
from guildhall.domains.events.schemas.organising import QuestionCreate, QuestionRead
from guildhall.domains.events.service import queueing, reading

AT_MOST = 30


async def questions(session: AsyncSession, event_id: int) -> list[QuestionRead]:
    """The questions of an event in their order. Raises EventNotFound."""
    event = await reading.find(session, event_id)
    return [_shape(event, question) for question in await of_event(session, event_id)]


async def of_event(session: AsyncSession, event_id: int, *, held: bool = False) -> Sequence[EventQuestion]:
    """The rows of the questions in their order; held, they stay as they are until the end of the transaction."""
    statement = select(EventQuestion).where(EventQuestion.event_id == event_id).order_by(EventQuestion.place)
    if held:
        statement = statement.with_for_update(read=True)
    return (await session.scalars(statement, execution_options={"populate_existing": True})).all()


async def ask(session: AsyncSession, event_id: int, wish: QuestionCreate) -> QuestionRead:
    """Ask one question more, after the others. Raises EventNotFound, TooManyQuestions."""
    event = await queueing.claim(session, event_id)
    last = select(func.count(), func.coalesce(func.max(EventQuestion.place), 0))
    many, place = (await session.execute(last.where(EventQuestion.event_id == event_id))).one()
    if many >= AT_MOST:
        raise TooManyQuestions(most=AT_MOST)
    question = EventQuestion(event_id=event_id, place=place + 1, **wish.model_dump())
    session.add(question)
    await session.flush()
    return _shape(event, question)


async def change(session: AsyncSession, event_id: int, question_id: int, wish: QuestionCreate) -> QuestionRead:
    """Put another question in its place. With answers, its kind, its bounds and the options that there are stay.

    Raises EventNotFound, QuestionNotFound, QuestionIsAnswered.
    """
    event = await queueing.claim(session, event_id)
    question = await _find(session, event_id, question_id)
    if _contradicts(question, wish) and await _is_answered(session, question_id):
        raise QuestionIsAnswered
    for name, value in wish.model_dump().items():
        setattr(question, name, value)
    await session.flush()
    return _shape(event, question)


async def remove(session: AsyncSession, event_id: int, question_id: int) -> None:
    """Ask it no more; its answers go with it. Raises EventNotFound, QuestionNotFound."""
    await queueing.claim(session, event_id)
    await _find(session, event_id, question_id)
    await session.execute(delete(EventQuestion).where(EventQuestion.id == question_id))


async def reorder(session: AsyncSession, event_id: int, ids: Sequence[int]) -> list[QuestionRead]:
    """Ask the questions in this order. Raises EventNotFound, QuestionsDiffer."""
    event = await queueing.claim(session, event_id)
    if sorted(ids) != sorted(question.id for question in await of_event(session, event_id)):
        raise QuestionsDiffer
    if ids:
        places: dict[Any, int] = {question_id: place for place, question_id in enumerate(ids, start=1)}
        moved = update(EventQuestion).where(EventQuestion.event_id == event_id)
        no_sync = {"synchronize_session": False}
        await session.execute(moved.values(place=case(places, value=EventQuestion.id)), execution_options=no_sync)
    return [_shape(event, question) for question in await of_event(session, event_id)]


def answerable_until(event: Event, question: EventQuestion) -> Any:
    """When the question's answers can be changed no more."""
    return question.answers_until or event.signup_end


async def _find(session: AsyncSession, event_id: int, question_id: int) -> EventQuestion:
    question = await session.get(EventQuestion, question_id, with_for_update=True)
    if question is None or question.event_id != event_id:
        raise QuestionNotFound
    return question


def _contradicts(question: EventQuestion, wish: QuestionCreate) -> bool:
    lost = {option["sv"] for option in question.options} - {option.sv for option in wish.options}
    was = (question.kind, question.least, question.most)
    return bool(lost) or was != (wish.kind, wish.least, wish.most)


async def _is_answered(session: AsyncSession, question_id: int) -> bool:
    any_answer = select(EventAnswer.user_id).where(EventAnswer.question_id == question_id).limit(1)
    return await session.scalar(any_answer) is not None


def _shape(event: Event, question: EventQuestion) -> QuestionRead:
    return QuestionRead.model_validate(vars(question) | {"answers_until": answerable_until(event, question)})
