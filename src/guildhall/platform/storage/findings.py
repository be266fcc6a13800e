"""What a sweep finds."""

from dataclasses import dataclass
from typing import Literal

What = Literal["missing", "damaged", "stray", "unneeded", "unfinished", "leftover", "foreign"]
"""
* missing: a row without its file
* damaged: a file that is not what its row tells of
* stray: a file without a row, where files of rows lie
* unneeded: a row that nobody has referred to for a while
* unfinished: a file that was on its way into the store
* leftover: a file of this machine that was in work
* foreign: something in the store that is none of ours
"""
FAULTS: tuple[What, ...] = ("missing", "damaged")


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be; `name` is its key in the store, or its path on this machine."""

    what: What
    name: str
    file_id: int = 0
