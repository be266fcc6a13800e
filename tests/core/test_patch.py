"""Sparse updates."""

from typing import Any

import pytest

from guildhall.core.patch import changes, patch
from guildhall.core.types import Wire
from guildhall.shared.users.models import User


class Wish(Wire):
    """Fields of every kind: that may be null, that may not, that are no column."""

    first_name: str | None = None
    other_food_preferences: str | None = None
    moose_game_score: int | None = None
    want_notifications: bool | None = None
    standard_food_preferences: list[str] | None = None
    notifications: bool | None = None


def anna() -> User:
    return User(
        first_name="Anna",
        other_food_preferences="celery",
        moose_game_score=7,
        want_notifications=True,
        standard_food_preferences=["Milk"],
    )


@pytest.mark.parametrize(
    ("sent", "changed"),
    [
        ({}, {}),
        ({"first_name": "Åsa"}, {"first_name": "Åsa"}),
        ({"first_name": ""}, {"first_name": ""}),
        ({"first_name": None}, {}),
        ({"other_food_preferences": None}, {"other_food_preferences": None}),
        ({"other_food_preferences": ""}, {"other_food_preferences": ""}),
        ({"moose_game_score": 0}, {"moose_game_score": 0}),
        ({"moose_game_score": None}, {}),
        ({"want_notifications": False}, {"want_notifications": False}),
        ({"want_notifications": None}, {}),
        ({"standard_food_preferences": []}, {"standard_food_preferences": []}),
        ({"standard_food_preferences": None}, {}),
        ({"notifications": True}, {}),
        ({"unknown": 1}, {}),
    ],
)
def test_only_what_was_sent_and_makes_sense_is_changed(sent: dict[str, Any], changed: dict[str, Any]) -> None:
    row, before = anna(), anna()
    assert changes(row, Wish(**sent)) == changed
    patch(row, Wish(**sent))
    for field in Wish.model_fields.keys() & User.__table__.columns.keys():
        assert getattr(row, field) == changed.get(field, getattr(before, field))
