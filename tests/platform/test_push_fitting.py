"""Where a text is cut that is too long."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guildhall.platform.push.fitting import compact, fitted
from guildhall.platform.push.messages import Message


def write(message: Message) -> bytes:
    return compact([message.title, message.body, dict(message.data)])


def cut(body: str, limit: int, title: str = "") -> str:
    message = fitted(Message(title, body, {}, 0, ""), write, limit + len(write(Message(title, "", {}, 0, ""))))
    assert message
    return message.body


@pytest.mark.parametrize(
    ("body", "limit", "shown"),
    [
        ("Bilen är din", 20, "Bilen är din"),
        ("Bilen är din", 13, "Bilen är din"),
        ("Bilen är din", 12, "Bilen är…"),
        ("Bilen är din", 11, "Bilen…"),
        ("Bilen  \n är din", 11, "Bilen…"),
        ("Bilen är din", 8, "Bilen…"),
        ("Bilen är din", 7, "Bile…"),
        ("x" * 60, 53, "x" * 50 + "…"),
        ("kort " + "x" * 60, 53, "kort " + "x" * 45 + "…"),
        ("🚗🚗🚗🚗", 11, "🚗🚗…"),
        ("ab👩‍🚒", 13, "ab👩‍🚒"),
        ("ab👩‍🚒x", 13, "ab…"),
        ("ab👍🏽cd", 9, "ab…"),
        ("ae\u0301xyz", 5, "a…"),
    ],
)
def test_a_text_is_cut_between_words_or_else_between_characters(body: str, limit: int, shown: str) -> None:
    assert cut(body, limit) == shown


def test_the_title_is_cut_when_there_is_no_room_for_the_body() -> None:
    message = fitted(
        Message("En lång rubrik", "text", {"a": "b"}, 1, "tag"),
        write,
        len(write(Message("", "", {"a": "b"}, 0, ""))) + 12,
    )
    assert message == Message("En lång…", "", {"a": "b"}, 1, "tag")


def test_data_are_never_cut() -> None:
    assert fitted(Message("", "", {"a": "b" * 100}, 0, ""), write, 100) is None
    assert fitted(Message("title", "body", {"a": "b" * 100}, 0, ""), write, 100) is None


texts = st.text(max_size=300)


@given(texts, texts, st.integers(20, 400))
@example("", "\ud83d" * 50, 30)
@example('"' * 100, "\\" * 100, 40)
def test_whatever_is_written_fits_and_is_the_beginning_of_what_was_to_be_said(
    title: str, body: str, limit: int
) -> None:
    message = fitted(Message(title, body, {}, 0, ""), write, limit)
    assert message is not None
    assert len(write(message)) <= limit
    assert body.startswith(message.body.removesuffix("…"))
    assert title.startswith(message.title.removesuffix("…"))
    if len(write(Message(title, body, {}, 0, ""))) <= limit:
        assert (message.title, message.body) == (title, body)
