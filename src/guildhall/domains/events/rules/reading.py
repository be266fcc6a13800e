"""Reading plain JSON that anybody may have written: each function gives what it should be, or raises ValueError."""

from collections.abc import Collection
from typing import cast

LARGEST = 2**31 - 1


def an_object(value: object, what: str, keys: Collection[str]) -> dict[str, object]:
    """An object with these keys at most; one that is missing is null."""
    if not isinstance(value, dict):
        raise ValueError(f"{what} is an object")
    given = cast("dict[str, object]", value)
    if not given.keys() <= set(keys):
        raise ValueError(f"{what} has {', '.join(keys)}, and nothing else")
    return dict.fromkeys(keys) | given


def a_list(value: object, what: str) -> list[object]:
    """A list of anything."""
    if not isinstance(value, list):
        raise ValueError(f"{what} is a list")
    return cast("list[object]", value)


def a_text(value: object, what: str) -> str:
    """A text, also an empty one."""
    if not isinstance(value, str):
        raise ValueError(f"{what} is a text")
    return value


def a_number(value: object, what: str) -> int:
    """A whole number from 0 that has room in 32 bits, as PostgreSQL's does. Neither True nor 1.0 is one."""
    if type(value) is not int or not 0 <= value <= LARGEST:
        raise ValueError(f"{what} is a whole number from 0 to {LARGEST}")
    return value
