"""What can be wrong with a picture."""

from typing import Literal

Reason = Literal["not_a_picture", "broken", "too_many_pixels"]


class Unready(Exception):
    """Something that we ourselves bring is not there: the watermark, or room on the disk. No picture is at fault."""


class Unfit(Exception):
    """A file that is not worked on: no picture we know, one that cannot be decoded to its end, or one too large."""

    def __init__(self, reason: Reason, why: str = "") -> None:
        super().__init__(why or reason)
        self.reason: Reason = reason
