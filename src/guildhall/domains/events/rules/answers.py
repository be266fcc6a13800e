"""What answers a question."""

from collections.abc import Collection
from typing import cast

TEXT = 1000  # signs


def is_choice(answer: object, options: Collection[str]) -> bool:
    """Whether it is one of the options."""
    return isinstance(answer, str) and answer in options


def are_choices(answer: object, options: Collection[str]) -> bool:
    """Whether it is a list of some of the options, each once."""
    if not isinstance(answer, list):
        return False
    chosen = cast("list[object]", answer)
    return all(is_choice(one, options) for one in chosen) and len(set(chosen)) == len(chosen)


def is_text(answer: object) -> bool:
    """Whether it is a text that is not too long and can be kept."""
    if not isinstance(answer, str) or len(answer) > TEXT:
        return False
    return not any(sign == "\x00" or "\ud800" <= sign <= "\udfff" for sign in answer)


def is_number(answer: object, least: float | None, most: float | None) -> bool:
    """Whether it is a number within the bounds; true and false are none."""
    if isinstance(answer, bool) or not isinstance(answer, int | float):
        return False
    return (LEAST if least is None else least) <= answer <= (MOST if most is None else most)


LEAST, MOST = -1e9, 1e9
"""The bounds of a number whose question has none."""


def is_none(answer: object) -> bool:
    """Whether it takes an answer back: nothing, no options, or a blank text."""
    return answer is None or answer == [] or (isinstance(answer, str) and not answer.strip())
