"""Places at an event: one line, and the first ones in it have a place. A pure library: no database, clock or network.

Every sign-up has a *ticket*, which nobody can choose: an HMAC of the event and the member under the event's secret
*seed*. What is known of the seed from the beginning is its *commitment*.

>>> seed = bytes(range(32))
>>> commitment(seed)
'630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd'
>>> anna, bo, cia = (ticket(seed, event_id=7, user_id=user_id) for user_id in (42, 43, 44))
>>> anna
'6fcb749bc5c17f362ba84256d2002eedf927f8b9035e5db156c37ee98e4a2dc8'

A *plan* is a few *steps*; each takes those it is for. A *rank* says who comes first within a step: by ticket, by
moment, or by ticket within the first minutes. Here the new students come first, and then everyone:

>>> from datetime import UTC, datetime
>>> noon = datetime(2026, 9, 1, 12, tzinfo=UTC)
>>> signups = [
...     SignUp(1, noon, "Övrigt", None, anna),
...     SignUp(2, noon, "Övrigt", None, bo),
...     SignUp(3, noon, "Nolla", "Alfa", cia),
... ]
>>> drawn = line(signups, plan=(Step(who=("Nolla",)),), rank=Rank("ticket"), capacity=2)
>>> [(one.signup.id, one.position, one.step, one.rank, one.has_place) for one in drawn]
[(3, 1, 1, 1, True), (2, 2, 2, 1, True), (1, 3, 2, 2, False)]

Each stands where it does for a reason that can be said:

>>> print(explanation(drawn[2], (Step(who=("Nolla",)),), Rank("ticket"), capacity=2, language="en"))
Number 3 in the line. Taken by step 2 of 2 (everyone) as number 2, by the ticket 6fcb749bc5c1… Number 1 in the queue: \
there is a place when one of those with a place signs off, or when there is one place more.

`proof` has the document by which anybody checks all this.
"""

from guildhall.domains.events.rules.explaining import explanation, left_out
from guildhall.domains.events.rules.lines import line
from guildhall.domains.events.rules.plans import (
    EVERYONE,
    NOLLNING,
    ORDINARY,
    Plan,
    Step,
    complete,
    default_plan,
    named_plan,
    plan_from_json,
    plan_to_json,
    sitting_plan,
)
from guildhall.domains.events.rules.ranking import Rank, rank_from_json, rank_to_json
from guildhall.domains.events.rules.signups import SignUp, Standing
from guildhall.domains.events.rules.tickets import commitment, ticket

__all__ = [
    "EVERYONE",
    "NOLLNING",
    "ORDINARY",
    "Plan",
    "Rank",
    "SignUp",
    "Standing",
    "Step",
    "commitment",
    "complete",
    "default_plan",
    "explanation",
    "left_out",
    "line",
    "named_plan",
    "plan_from_json",
    "plan_to_json",
    "rank_from_json",
    "rank_to_json",
    "sitting_plan",
    "ticket",
]
