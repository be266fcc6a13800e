"""What the tests of accounts do again and again: register, sign in, follow a mailed link."""

import re
from datetime import timedelta
from typing import Any

import httpx2
import jwt

from guildhall.core import clock
from guildhall.core.settings import settings
from tests.guild import PASSWORD, Guild, Person

UNAUTHORIZED = (401, "Unauthorized")
NOT_AUTHENTICATED = (401, "Not authenticated")
BAD_CREDENTIALS = (400, "LOGIN_BAD_CREDENTIALS")
NEW_PASSWORD = "even better horse 2"


def detail(answer: httpx2.Response) -> tuple[int, Any]:
    """Status and `detail` of a refusal, which the clients compare."""
    return answer.status_code, answer.json()["detail"]


def registration(**fields: object) -> dict[str, object]:
    """What the website sends to make an account."""
    return {
        "email": "anna@example.com",
        "password": PASSWORD,
        "first_name": "Anna",
        "last_name": "Andersson",
        "telephone_number": "+46701740605",
    } | fields


async def sign_in(client: httpx2.AsyncClient, email: str, password: str = PASSWORD) -> httpx2.Response:
    """The login form as the app sends it."""
    form = {"grant_type": "password", "username": email, "password": password, "client_id": "", "client_secret": ""}
    return await client.post("/auth/login", data=form)


async def as_owner(person: Person, what: str, **fields: str) -> httpx2.Response:
    """`update-email` or `update-password`, with bearer, cookie and the right credentials."""
    form = {"username": person.email, "password": PASSWORD} | fields
    return await person.patch(f"/auth/{what}", data=form)


def claims(token: str) -> dict[str, Any]:
    """What a client reads in an access token, without verifying it."""
    return jwt.decode(token, options={"verify_signature": False})


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def mailed_token(guild: Guild, to: str) -> str:
    """The token in the newest mail to an address."""
    found = re.search(r"\?token=(\S+)", (await guild.mails(to))[-1].text)
    assert found
    return found[1]


def signed(purpose: str, **changed: object) -> str:
    """A token as the house signs it for `access`, `verify` or `reset`; None takes a claim out."""
    audience = f"fastapi-users:{'auth' if purpose == 'access' else purpose}"
    content = {"aud": audience, "exp": int((clock.now() + timedelta(minutes=5)).timestamp())} | changed
    content = {name: value for name, value in content.items() if value is not None}
    return jwt.encode(content, settings().key(purpose), algorithm="HS256")
