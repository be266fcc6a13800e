"""Accounts and sessions on the wire."""

from datetime import datetime
from typing import Annotated

from fastapi_users.schemas import BaseUserCreate
from pydantic import EmailStr, Field

from guildhall.core.types import Line100, PhoneNumber, Storable, Wire
from guildhall.shared.users.schemas import StartYear, StilId

Password = Annotated[str, Field(max_length=1000), Storable]
Token = Annotated[str, Field(max_length=4000)]


class UserCreate(BaseUserCreate, Wire):
    """A new account. The three flags are taken for the clients' sake and ignored."""

    email: EmailStr
    password: Password
    is_active: bool | None = True
    is_superuser: bool | None = False
    is_verified: bool | None = False
    stil_id: StilId = None
    first_name: Line100
    last_name: Line100
    telephone_number: PhoneNumber
    start_year: StartYear | None = None


class login(Wire):  # noqa: N801 - the wire's name
    grant_type: Annotated[str, Field(pattern="^password$")] | None = None
    username: Annotated[str, Field(max_length=320), Storable]
    password: Password
    scope: str = ""
    client_id: str | None = None
    client_secret: str | None = None


class update_email(login):  # noqa: N801 - the wire's name
    new_email: EmailStr


class update_password(login):  # noqa: N801 - the wire's name
    new_password: Password


class BearerResponse(Wire):
    access_token: str
    token_type: str


class ErrorModel(Wire):
    detail: str | dict[str, str]


class SessionRead(Wire):
    """A device that is signed in; `current` is the one that asks."""

    id: int
    device: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    current: bool
