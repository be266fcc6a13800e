"""Paths of the organiser's questions and their answers."""

from typing import Annotated

from fastapi import Body, Depends

from guildhall.core.access import Me, may, member
from guildhall.core.database import Session
from guildhall.core.routing import Router
from guildhall.core.types import Id
from guildhall.domains.events.schemas.organising import AnswersRead, AnswersWish, QuestionCreate, QuestionRead
from guildhall.domains.events.service import answering, asking

managers = Router(prefix="/events", tags=["events"], dependencies=[Depends(may("manage", "Event"))])
members = Router(prefix="/events", tags=["events"], dependencies=[Depends(member)])
answerers = Router(prefix="/event-signup", tags=["event signup"], dependencies=[Depends(member)])


@members.get("/{event_id}/questions")
async def get_event_questions(db: Session, event_id: Id) -> list[QuestionRead]:
    """What the organiser asks those who sign up, in the order in which it is asked."""
    return await asking.questions(db, event_id)


@managers.post("/{event_id}/questions", status_code=201)
async def create_event_question(db: Session, event_id: Id, wish: QuestionCreate) -> QuestionRead:
    """Ask one question more."""
    return await asking.ask(db, event_id, wish)


@managers.put("/{event_id}/questions")
async def reorder_event_questions(
    db: Session, event_id: Id, ids: Annotated[list[Id], Body(max_length=100)]
) -> list[QuestionRead]:
    """Ask the questions in this order."""
    return await asking.reorder(db, event_id, ids)


@managers.put("/{event_id}/questions/{question_id}")
async def update_event_question(db: Session, event_id: Id, question_id: Id, wish: QuestionCreate) -> QuestionRead:
    """Ask it otherwise; once it is answered its kind, its bounds and the options that there are stay."""
    return await asking.change(db, event_id, question_id, wish)


@managers.delete("/{event_id}/questions/{question_id}", status_code=204)
async def remove_event_question(db: Session, event_id: Id, question_id: Id) -> None:
    """Ask it no more; its answers go with it."""
    await asking.remove(db, event_id, question_id)


@managers.get("/{event_id}/answers")
async def get_event_answers(db: Session, event_id: Id) -> list[AnswersRead]:
    """What all who signed up have answered, and what is missing, by name."""
    return await answering.everybodys(db, event_id)


@answerers.get("/{event_id}/answers/me")
async def get_my_answers(db: Session, me: Me, event_id: Id) -> AnswersRead:
    """What I have answered, and what is missing."""
    return await answering.mine(db, me, event_id)


@answerers.put("/{event_id}/answers")
async def give_answers(db: Session, me: Me, event_id: Id, wish: AnswersWish, user_id: Id | None = None) -> AnswersRead:
    """Answer the questions that are named, until their deadline; organisers answer for anybody, at any time."""
    return await answering.answer(db, me, event_id, user_id, wish.answers)
