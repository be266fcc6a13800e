"""What one can do with an account: register, verify it, get a new password, change address and password."""

from fastapi_users import exceptions
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.access import Actor
from guildhall.platform.mail import service as mail
from guildhall.shared.auth.errors import (
    LoginBadCredentials,
    RegisterInvalidPassword,
    RegisterUserAlreadyExists,
    ResetBadToken,
    ResetInvalidPassword,
    UpdateEmailAlreadyExists,
    UpdateInvalidPassword,
    VerifyAlreadyVerified,
    VerifyBadToken,
)
from guildhall.shared.auth.rules import masked
from guildhall.shared.auth.schemas import UserCreate
from guildhall.shared.auth.service import attempts, sessions
from guildhall.shared.auth.service.manager import Manager
from guildhall.shared.users.models import User


async def register(session: AsyncSession, wish: UserCreate) -> User:
    """A new account, active and not verified, and a welcome mail.

    Raises RegisterInvalidPassword (judged first), RegisterUserAlreadyExists.
    """
    try:
        return await Manager(session, RegisterUserAlreadyExists).create(wish, safe=True)
    except exceptions.InvalidPasswordException as fault:
        raise RegisterInvalidPassword(reason=fault.reason) from fault
    except exceptions.UserAlreadyExists as fault:
        raise RegisterUserAlreadyExists from fault


async def request_verification(session: AsyncSession, email: str) -> None:
    """Mail a link to verify the address, if it has an active account that is not verified.

    Raises TooManyAttempts, whether there is an account or not.
    """
    await _mail_if(session, email, "verify")


async def forgot_password(session: AsyncSession, email: str) -> None:
    """Mail a link to choose a new password, if the address has an active account.

    Raises TooManyAttempts, whether there is an account or not.
    """
    await _mail_if(session, email, "forgot")


async def _mail_if(session: AsyncSession, email: str, kind: str) -> None:
    await attempts.count(session, kind, email)
    manager = Manager(session, RegisterUserAlreadyExists)
    user = await manager.user_db.get_by_email(email)
    is_meant = user is not None and user.is_active and not (kind == "verify" and user.is_verified)
    # Whom nothing is mailed must not be told by the time it takes: the same mail is written, and taken back.
    stranger = User(id=0, email=email, hashed_password="", is_active=True, is_verified=False)
    step = await session.begin_nested()
    write = manager.request_verify if kind == "verify" else manager.forgot_password
    await write(user if user and is_meant else stranger)
    if not is_meant:
        await step.rollback()


async def verify(session: AsyncSession, token: str) -> User:
    """Verify the address that a mailed token was sent to. Raises VerifyBadToken, VerifyAlreadyVerified."""
    try:
        return await Manager(session, RegisterUserAlreadyExists).verify(token)
    except exceptions.UserAlreadyVerified as fault:
        raise VerifyAlreadyVerified from fault
    except exceptions.FastAPIUsersException as fault:
        raise VerifyBadToken from fault


async def reset_password(session: AsyncSession, token: str, password: str) -> None:
    """Set a new password with a mailed token, once; ends every session and tells the user by mail.

    Raises ResetBadToken, ResetInvalidPassword.
    """
    try:
        user = await Manager(session, RegisterUserAlreadyExists).reset_password(token, password)
    except exceptions.InvalidPasswordException as fault:
        raise ResetInvalidPassword(reason=fault.reason) from fault
    except exceptions.FastAPIUsersException as fault:
        raise ResetBadToken from fault
    await attempts.forget(session, "login", user.email)
    await _password_changed(session, user)


async def _password_changed(session: AsyncSession, user: User) -> None:
    await sessions.end_all(session, user.id)
    path = "shared/auth/mails/password_changed.txt"
    await mail.write(session, user.email, path, language=user.language, name=user.first_name)


async def _proven(session: AsyncSession, actor: Actor, refresh_token: str, email: str, password: str) -> User:
    # Bearer, cookie and credentials must all be the same user's (auth sheet §3).
    cookie_owner, _ = await sessions.owner(session, refresh_token)
    user_id = await sessions.prove(session, email, password)
    if not actor.id == cookie_owner.id == user_id:
        raise LoginBadCredentials
    return await session.get_one(User, user_id, with_for_update=True)


async def change_email(
    session: AsyncSession, actor: Actor, refresh_token: str, email: str, password: str, new_email: str
) -> User:
    """Give the account a new address, which must be verified again; tells the old address.

    Raises RefreshRefused, LoginBadCredentials, UpdateEmailAlreadyExists, TooManyAttempts, LastAdministrator.
    """
    user = await _proven(session, actor, refresh_token, email, password)
    old, manager = user.email, Manager(session, UpdateEmailAlreadyExists)
    if new_email != old and await manager.user_db.get_by_email(new_email) is not None:
        raise UpdateEmailAlreadyExists  # also when only the case differs (auth sheet, rule 5)
    await manager.user_db.update(user, {"email": new_email, "is_verified": False})
    path, hidden = "shared/auth/mails/email_changed.txt", masked(new_email)
    await mail.write(session, old, path, language=user.language, name=user.first_name, new_email=hidden)
    await manager.request_verify(user)
    return user


async def change_password(
    session: AsyncSession, actor: Actor, refresh_token: str, email: str, password: str, new_password: str
) -> None:
    """Set a new password; ends every session and tells the user by mail.

    Raises RefreshRefused, LoginBadCredentials, UpdateInvalidPassword, TooManyAttempts.
    """
    user = await _proven(session, actor, refresh_token, email, password)
    try:
        await Manager(session, UpdateEmailAlreadyExists).set_password(user, new_password)
    except exceptions.InvalidPasswordException as fault:
        raise UpdateInvalidPassword from fault
    await _password_changed(session, user)
