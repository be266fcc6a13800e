"""The rank: who comes first among those whom a step takes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from guildhall.domains.events.rules.moments import moment_from_text, moment_to_text
from guildhall.domains.events.rules.reading import a_number, an_object
from guildhall.domains.events.rules.signups import SignUp

LONGEST_GRACE = 366 * 24 * 60
BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rank:
    """By moment (first come), by ticket (lottery), or by ticket within a grace window and by moment after it.

    The window ends `minutes` after `opens`, that moment not included; whoever signed up before `opens` (an organiser
    can) is within it, and all of the window come before all who came later. Equal moments are decided by ticket.

    Raises ValueError when a grace window lacks its opening or its minutes (1 to a year), or another rank has them.
    """

    by: Literal["moment", "ticket", "grace"]
    opens: datetime | None = None
    minutes: int | None = None

    def __post_init__(self) -> None:
        if self.by not in ("moment", "ticket", "grace"):
            raise ValueError("a rank is by moment, by ticket or by grace")
        if self.by != "grace" and (self.opens, self.minutes) != (None, None):
            raise ValueError(f"a rank by {self.by} has no window")
        if self.by == "grace":
            self._check_window()

    def _check_window(self) -> None:
        if self.opens is None or self.opens.utcoffset() is None:
            raise ValueError("a grace window opens at an aware moment")
        if self.minutes is None or not 1 <= self.minutes <= LONGEST_GRACE:
            raise ValueError(f"a grace window has 1 to {LONGEST_GRACE} minutes")
        if self.opens.year > 9990:
            raise ValueError("a grace window opens in our time")

    def draws(self, signup: SignUp) -> bool:
        """Whether the ticket decides for this sign-up, and not its moment."""
        if self.opens is None or self.minutes is None:
            return self.by == "ticket"
        return signup.moment.astimezone(UTC) < self.opens.astimezone(UTC) + timedelta(minutes=self.minutes)

    def order(self, signups: Iterable[SignUp]) -> list[SignUp]:
        """The sign-ups, best first, whatever order they come in.

        Raises ValueError when two have one ticket: that is one member twice, and neither can be said to be first.
        """
        ordered = sorted(signups, key=self._key)
        if len({signup.ticket for signup in ordered}) < len(ordered):
            raise ValueError("two sign-ups have the same ticket")
        return ordered

    def _key(self, signup: SignUp) -> tuple[bool, datetime, str]:
        # In UTC: within one time zone Python compares what the wall clock shows, also in autumn when it shows it twice.
        drawn = self.draws(signup)
        return (not drawn, BEFORE_ALL if drawn else signup.moment.astimezone(UTC), signup.ticket)


def rank_to_json(rank: Rank) -> dict[str, Any]:
    """A rank as plain JSON: `by`, `opens` and `minutes`, the latter two null where there is no window."""
    opens = None if rank.opens is None else moment_to_text(rank.opens)
    return {"by": rank.by, "opens": opens, "minutes": rank.minutes}


def rank_from_json(value: object) -> Rank:
    """The rank that `rank_to_json` wrote; a key that is missing is null. Raises ValueError for anything else.

    >>> rank_from_json({"by": "ticket"})
    Rank(by='ticket', opens=None, minutes=None)
    """
    rank = an_object(value, "a rank", ("by", "opens", "minutes"))
    by, opens, minutes = rank.values()
    if by not in ("moment", "ticket", "grace"):
        raise ValueError("a rank is by moment, by ticket or by grace")
    return Rank(
        by=by,
        opens=None if opens is None else moment_from_text(opens),
        minutes=None if minutes is None else a_number(minutes, "minutes"),
    )
