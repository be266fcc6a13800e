"""The rules of the moose game that need neither database nor clock (games sheet, part A)."""

BANNED = -1
MOST = 1_000_000
"""What nobody scores in a game on a phone; more is a mistake, or a cheat."""


def is_plausible(score: int) -> bool:
    """Whether somebody can have scored so much."""
    return 0 <= score <= MOST
