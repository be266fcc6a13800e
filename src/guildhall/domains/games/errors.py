"""Refusals about games."""

from guildhall.core.errors import Conflict, Forbidden, Refusal, Senseless


class NotTheApp(Refusal):
    status, code = 401, "not_the_app"
    en, sv = "Invalid Moose-game-token", "Ogiltig Moose-game-token"


class BannedFromGame(Forbidden):
    code, en, sv = "banned_from_game", "You have been a naughty moose", "Du har varit en stygg älg"


class ImplausibleScore(Senseless):
    code, en, sv = "implausible_score", "Nobody scores that", "Så mycket får ingen"


class NotYourBest(Conflict):
    code, en, sv = "not_your_best", "You have scored more before", "Du har fått fler poäng förut"
