"""Refusals: typed facts with a code and a Swedish and an English sentence, and their one form on the wire.

A domain names its refusals as subclasses of the eight kinds below:

>>> class CarTaken(Conflict):
...     code, en, sv = "car_taken", "The car is already booked then", "Bilen är redan bokad då"
"""

from http import HTTPStatus
from typing import Any, ClassVar

from starlette.responses import JSONResponse

from guildhall.core.language import Language

PROBLEM = "application/problem+json"


class Refusal(Exception):
    """Something that was asked for and will not be done. Facts given by name fill the sentences."""

    status: ClassVar[int]
    code: ClassVar[str]
    en: ClassVar[str]
    sv: ClassVar[str]
    literal: ClassVar[str | None] = None
    """`detail` in these very words, in any language: a client compares it."""
    keeps: ClassVar[bool] = False
    """Whether what was written before the refusal stays (a failed login is counted)."""
    catalogue: ClassVar[dict[str, type["Refusal"]]] = {}

    def __init_subclass__(cls) -> None:
        if "code" in cls.__dict__:
            if cls.code in Refusal.catalogue:
                raise TypeError(f"two refusals have the code {cls.code}")
            Refusal.catalogue[cls.code] = cls

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code)
        self.facts = facts
        self.headers: dict[str, str] = {}

    def detail(self, language: Language) -> Any:
        """What a person can read, or the literal that a client compares."""
        return self.literal or (self.sv if language == "sv" else self.en).format_map(self.facts)


class Senseless(Refusal):
    """400: fits the schema and makes no sense by the rules."""

    status = 400


class NotSignedIn(Refusal):
    """401: nobody is signed in, or the account is not verified. The clients compare the words."""

    status, code, literal = 401, "not_authenticated", "Not authenticated"
    en, sv = "Sign in first", "Logga in först"

    def __init__(self, **facts: object) -> None:
        super().__init__(**facts)
        self.headers["WWW-Authenticate"] = "Bearer"


class Forbidden(Refusal):
    """403: not a member, no permission, somebody else's."""

    status = 403


class NotFound(Refusal):
    """404: not there, also when an id in a body is unknown."""

    status = 404


class Conflict(Refusal):
    """409: conflicts with what is."""

    status = 409


class TooLarge(Refusal):
    """413: the body is larger than the route takes."""

    status, code = 413, "too_large"
    en, sv = "That is too large", "Det är för stort"


class WrongKind(Refusal):
    """415: a file of a kind that is not taken."""

    status = 415


class TooOften(Refusal):
    """429: asked for too often; `seconds` until it may be tried again, also in `Retry-After`."""

    status, code = 429, "too_often"
    en, sv = "Too many attempts. Try again in {seconds} s", "För många försök. Försök igen om {seconds} s"

    def __init__(self, *, seconds: int) -> None:
        super().__init__(seconds=max(1, seconds))
        self.headers["Retry-After"] = str(max(1, seconds))


class Busy(Refusal):
    """503: the database does not answer, or is too busy; nothing was done."""

    status, code = 503, "busy"
    en, sv = "Too much at once. Try again in a moment", "För mycket på en gång. Försök igen om en stund"

    def __init__(self) -> None:
        super().__init__()
        self.headers["Retry-After"] = "2"


class Unstorable(Senseless):
    """400: the database cannot keep such a value; the last net below the schemas."""

    code = "unstorable"
    en, sv = "A value cannot be stored", "Ett värde kan inte sparas"


def problem(status: int, code: str, detail: Any, headers: dict[str, str] | None = None, **more: Any) -> JSONResponse:
    """An error as RFC 9457 has it, with our `code`; `detail` is a sentence, or the list of errors for 422."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, "code": code}
    return JSONResponse(body | more, status, headers, media_type=PROBLEM)


def refused(refusal: Refusal, language: Language) -> JSONResponse:
    """The answer to a refused request."""
    return problem(refusal.status, refusal.code, refusal.detail(language), refusal.headers)
