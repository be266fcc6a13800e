"""Games on the wire."""

from guildhall.core.types import Wire


class MooseGameRead(Wire):
    moose_game_name: str
    moose_game_score: int
