"""FastAPI Users' manager over our tables: tokens and flows are the library's, hashing and mails are ours."""

import hashlib
import hmac
from typing import Any

from fastapi_users import BaseUserManager, IntegerIDMixin, schemas
from fastapi_users.db import BaseUserDatabase
from fastapi_users.exceptions import InvalidPasswordException
from fastapi_users.password import PasswordHelperProtocol
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.core.database import flush
from guildhall.core.errors import Refusal
from guildhall.core.settings import settings
from guildhall.platform.mail import service as mail
from guildhall.shared.auth.rules import password_fault
from guildhall.shared.auth.service import passwords
from guildhall.shared.users.errors import LastAdministrator
from guildhall.shared.users.models import User


# The library asks for plain attributes; a mapped class has them on its instances only.
class UserTable(BaseUserDatabase[User, int]):  # pyright: ignore[reportInvalidTypeArguments]
    """FastAPI Users' window on the table of users. `taken` is the refusal for an address that is in use."""

    def __init__(self, session: AsyncSession, taken: type[Refusal]) -> None:
        self.session, self.taken = session, taken

    async def get(self, id: int) -> User | None:
        return await self.session.get(User, id, with_for_update=True, populate_existing=True)

    async def get_by_email(self, email: str) -> User | None:
        # Locked: of two who verify at once one comes second, and an address that is being changed is waited for.
        statement = select(User).where(func.lower(User.email) == func.lower(email)).with_for_update(key_share=True)
        return await self.session.scalar(statement, execution_options={"populate_existing": True})

    async def create(self, create_dict: dict[str, Any]) -> User:
        this_year = clock.local(clock.now()).year
        user = User(**create_dict | {"start_year": create_dict.get("start_year") or this_year})
        self.session.add(user)
        await self._flush()
        return user

    async def update(self, user: User, update_dict: dict[str, Any]) -> User:
        for name, value in update_dict.items():
            setattr(user, name, value)
        await self._flush()
        return user

    async def _flush(self) -> None:
        await flush(self.session, {"users_email_key": self.taken, "guild_keeps_an_administrator": LastAdministrator})


def _fingerprint(password_hash: str) -> str:
    return hashlib.sha256(password_hash.encode()).hexdigest()


class _ReadyHash(PasswordHelperProtocol):
    """Answers the library's blocking questions with what was prepared in a thread.

    It also fingerprints a password's hash for reset tokens. A hash cannot be guessed, so SHA-256 does for that.
    """

    def __init__(self) -> None:
        self.ready: str | None = None

    def hash(self, password: str) -> str:
        return self.ready or _fingerprint(password)

    def verify_and_update(self, plain_password: str, hashed_password: str) -> tuple[bool, str | None]:
        return hmac.compare_digest(_fingerprint(plain_password), hashed_password), None

    def generate(self) -> str:
        raise NotImplementedError("nobody gets a generated password")


class Manager(IntegerIDMixin, BaseUserManager[User, int]):  # pyright: ignore[reportInvalidTypeArguments]
    """The library's flows for one request."""

    def __init__(self, session: AsyncSession, taken: type[Refusal]) -> None:
        self._helper = _ReadyHash()
        super().__init__(UserTable(session, taken), self._helper)
        self.session = session
        now = settings()
        self.verification_token_secret = now.key("verify")
        self.reset_password_token_secret = now.key("reset")
        self.verification_token_lifetime_seconds = self.reset_password_token_lifetime_seconds = now.mail_token_seconds

    async def validate_password(self, password: str, user: schemas.BaseUserCreate | User) -> None:
        """Raises InvalidPasswordException with the reason."""
        if fault := password_fault(password, user.email):
            raise InvalidPasswordException(fault)

    async def create(self, user_create: schemas.BaseUserCreate, safe: bool = False, request: Any = None) -> User:
        await self.validate_password(user_create.password, user_create)
        self._helper.ready = await passwords.hashed(user_create.password)
        return await super().create(user_create, safe, request)

    async def _update(self, user: User, update_dict: dict[str, Any]) -> User:
        if password := update_dict.get("password"):
            await self.validate_password(password, user)
            self._helper.ready = await passwords.hashed(password)
        return await super()._update(user, update_dict)

    async def set_password(self, user: User, password: str) -> User:
        """Set a new password for somebody who has proved who they are. Raises InvalidPasswordException."""
        return await self._update(user, {"password": password})

    async def on_after_register(self, user: User, request: Any = None) -> None:
        await self._mail(user, "welcome", name=user.first_name)

    async def on_after_request_verify(self, user: User, token: str, request: Any = None) -> None:
        await self._mail(user, "verify", token=token, minutes=self.verification_token_lifetime_seconds // 60)

    async def on_after_forgot_password(self, user: User, token: str, request: Any = None) -> None:
        await self._mail(user, "forgot", token=token, minutes=self.reset_password_token_lifetime_seconds // 60)

    async def _mail(self, user: User, template: str, **facts: Any) -> None:
        path = f"shared/auth/mails/{template}.txt"
        await mail.write(self.session, user.email, path, language=user.language, **facts)
