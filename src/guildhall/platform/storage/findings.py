"""What a sweep finds."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

What = Literal["missing", "damaged", "stray", "unneeded", "unfinished", "leftover", "foreign"]
"""
* missing: a row without its file
* damaged: a file that is not what its row tells of
* stray: a file without a row, where files of rows lie
* unneeded: a row that nobody refers to
* unfinished: a file that was on its way into the store
* leftover: a file of this machine that was in work
* foreign: something in the store that is none of ours
"""
FAULTS: tuple[What, ...] = ("missing", "damaged")
"""What people have to see to."""
LEFT_BEHIND: tuple[What, ...] = ("stray", "unneeded", "unfinished", "leftover")
"""What nobody needs."""


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be; `name` is its key in the store, or its path on this machine."""

    what: What
    name: str
    file_id: int = 0


@dataclass(frozen=True)
class Ages:
    """How old something must be before it counts as left behind. What is younger may be in use.

    `rows` goes for rows that nobody refers to, `files` for all the rest.
    """

    files: timedelta = timedelta(hours=1)
    rows: timedelta = timedelta(days=1)


@dataclass
class Found:
    """What a sweep found: how many files are as their rows say, and how many findings there are of each sort."""

    good: int = 0
    counts: Counter[What] = field(default_factory=Counter[What])

    @property
    def faults(self) -> int:
        """How many files are missing or damaged: somebody has to see to them."""
        return sum(self.counts[fault] for fault in FAULTS)
