"""Making a message fit: what a service takes is some four thousand bytes."""

import json
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from guildhall.platform.push.messages import Message

ELLIPSIS = "…"
_BETWEEN_WORDS = re.compile(r"\s+\S{0,40}$")  # a longer word is cut all the same
# Signs that belong to the one before them: joiners, variants, skin tones.
_JOINED = re.compile("[\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]")

Writing = Callable[[Message], bytes]


def fitted(message: Message, write: Writing, limit: int) -> Message | None:
    """The message, with its body and if need be its title cut so that it is written in `limit` bytes.

    None when its data alone are more than that.
    """
    if len(write(message)) <= limit:
        return message

    def with_body(body: str) -> Message:
        return replace(message, body=body)

    def with_title(title: str) -> Message:
        return replace(message, body="", title=title)

    return _cut(message.body, with_body, write, limit) or _cut(message.title, with_title, write, limit)


def _cut(text: str, having: Callable[[str], Message], write: Writing, limit: int) -> Message | None:
    def size(length: int) -> int:
        return len(write(having(text[:length] + ELLIPSIS)))

    room = bisect_right(range(min(len(text), limit) + 1), limit, key=size) - 1
    return having(_until_a_sensible_place(text, room) + ELLIPSIS) if room > 0 else None


def _until_a_sensible_place(text: str, room: int) -> str:
    if text[room : room + 1].isspace():
        return text[:room].rstrip()
    between = _BETWEEN_WORDS.search(text[:room])
    if between and between.start():
        return text[: between.start()]
    while room > 1 and (_is_joined(text[room : room + 1]) or text[room - 1] == "\u200d"):
        room -= 1
    return text[:room]


def _is_joined(sign: str) -> bool:
    return bool(sign) and (unicodedata.combining(sign) > 0 or _JOINED.match(sign) is not None)


def compact(thing: Any) -> bytes:
    """JSON in as few bytes as it takes; halves of characters become question marks."""
    return json.dumps(thing, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
