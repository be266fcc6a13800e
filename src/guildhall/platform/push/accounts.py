"""The service account of the Firebase project, and the tokens that it gets at Google's token endpoint."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import BaseModel, Field, ValidationError

from guildhall.core import clock
from guildhall.platform.push import calling
from guildhall.platform.push.messages import Outcome

SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LIFETIME = timedelta(hours=1)  # of an assertion, as Google wants it
EARLY = timedelta(minutes=2)  # a token is renewed so long before it expires
UNTIL_MENDED = timedelta(minutes=10)  # what an operator has to mend takes a while


class BrokenCredentials(Exception):
    """The file with the service account is not one."""


class NoToken(Exception):
    """There is no token; `outcome` says until when."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.reason)
        self.outcome = outcome


@dataclass(frozen=True)
class Account:
    """A service account that may send messages to one Firebase project."""

    project: str
    email: str
    token_uri: str
    key_id: str
    key: RSAPrivateKey = field(repr=False, compare=False)

    def assertion(self) -> str:
        """What the account says to the token endpoint, signed."""
        now = clock.now()
        claims = {"iss": self.email, "scope": SCOPE, "aud": self.token_uri, "iat": now, "exp": now + LIFETIME}
        return jwt.encode(claims, self.key, "RS256", headers={"kid": self.key_id} if self.key_id else None)


class _File(BaseModel):
    """What Firebase writes into the file."""

    project_id: str = Field(min_length=1)
    client_email: str = Field(min_length=1)
    private_key: str = Field(min_length=1)
    private_key_id: str = ""
    token_uri: str = Field(pattern=r"^https?://\S+$")


def account(file: Path) -> Account:
    """The service account in a file, read again when the file changes. Raises BrokenCredentials, in words."""
    try:
        return _read(file, file.stat().st_mtime_ns)
    except OSError as error:
        raise BrokenCredentials(f"{file} cannot be read: {error.strerror}") from error


@lru_cache(maxsize=4)
def _read(file: Path, changed: int) -> Account:  # noqa: ARG001 - what is remembered is this version of the file
    try:
        parts = _File.model_validate_json(file.read_bytes())
    except ValidationError as error:
        wrong = sorted({str(fault["loc"][0]) for fault in error.errors(include_input=False) if fault["loc"]})
        told = f"without {', '.join(wrong)}" if wrong else "but something else"
        raise BrokenCredentials(f"{file} is no JSON key of a service account, {told}") from error
    key = _private_key(file, parts.private_key)
    return Account(parts.project_id, parts.client_email, parts.token_uri, parts.private_key_id, key)


def _private_key(file: Path, pem: str) -> RSAPrivateKey:
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BrokenCredentials(f"{file}: private_key is not a private key in PEM") from error
    if not isinstance(key, RSAPrivateKey):
        raise BrokenCredentials(f"{file}: private_key is not an RSA key")
    return key


@dataclass(frozen=True)
class _Token:
    words: str
    until: datetime


_known: dict[Account, _Token] = {}
_renewing: dict[tuple[asyncio.AbstractEventLoop, Account], asyncio.Task[str]] = {}


async def token(of: Account, worn: str = "") -> str:
    """A token of the account, kept until shortly before it expires; another one than `worn`, which was refused.

    Many who ask at once share one renewal, and its failure. Raises NoToken.
    """
    known = _known.get(of)
    if known and known.words != worn and known.until > clock.now():
        return known.words
    place = asyncio.get_running_loop(), of
    if place not in _renewing:
        _renewing[place] = asyncio.create_task(_renew(of))
        _renewing[place].add_done_callback(lambda done: (_renewing.pop(place), done.cancelled() or done.exception()))
    return await asyncio.shield(_renewing[place])


class _Given(BaseModel):
    """What the token endpoint answers."""

    access_token: str = Field(default="", pattern=r"^[!-~]*$")
    expires_in: int = Field(default=3600, ge=0, le=86_400)
    error: str = ""
    error_description: str = ""


async def _renew(of: Account) -> str:
    asked = urlencode({"grant_type": GRANT, "assertion": of.assertion()}).encode()
    try:
        answer = await calling.post(of.token_uri, asked, {"Content-Type": "application/x-www-form-urlencoded"})
    except calling.NoAnswer as error:
        raise NoToken(Outcome("later", reason=f"the token endpoint: {error}")) from error
    given = answer.parsed(_Given) or _Given()
    if answer.status != 200 or not given.access_token:
        raise NoToken(_refusal(answer, given))
    _known[of] = _Token(given.access_token, clock.now() + timedelta(seconds=given.expires_in) - EARLY)
    return given.access_token


def _refusal(answer: calling.Answer, given: _Given) -> Outcome:
    is_passing = answer.status == 429 or answer.status >= 500
    reason = f"the token endpoint: {answer.status} {given.error} {given.error_description}".rstrip()
    return answer.later(reason, None if is_passing else UNTIL_MENDED)
