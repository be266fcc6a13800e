"""Paths of accounts and sessions."""

from typing import Annotated, Any

from fastapi import Body, Depends, Form, Header, Request, Response
from pydantic import EmailStr

from guildhall.core.access import Me, public, signed_in
from guildhall.core.database import Session
from guildhall.core.limits import RateLimit
from guildhall.core.routing import Router
from guildhall.core.settings import settings
from guildhall.core.types import Id
from guildhall.shared.auth.schemas import (
    BearerResponse,
    ErrorModel,
    Password,
    SessionRead,
    Token,
    UserCreate,
    login,
    update_email,
    update_password,
)
from guildhall.shared.auth.service import accounts, identity, sessions
from guildhall.shared.auth.service.sessions import SignedIn
from guildhall.shared.posts.schemas import UserRead
from guildhall.shared.posts.service import reading

limited = Depends(RateLimit("rate_limit_auth"))
BAD: dict[int | str, dict[str, Any]] = {400: {"model": ErrorModel}}
NO_CONTENT: dict[int | str, dict[str, Any]] = {200: {"description": "As 204"}}

everybody = Router(prefix="/auth", tags=["auth"], dependencies=[Depends(public), limited])
holders = Router(prefix="/auth", tags=["auth"], dependencies=[Depends(public)])
owners = Router(prefix="/auth", tags=["auth"], dependencies=[Depends(signed_in), limited])
devices = Router(prefix="/auth", tags=["auth"], dependencies=[Depends(signed_in)])


def _cookie(request: Request) -> str:
    return request.cookies.get(settings().refresh_cookie, "")


RefreshToken = Annotated[str, Depends(_cookie)]
UserAgent = Annotated[str, Header(alias="User-Agent", include_in_schema=False)]


def _set_cookie(response: Response, token: str, seconds: int) -> None:
    response.set_cookie(
        settings().refresh_cookie,
        token,
        max_age=seconds,
        path="/auth",
        secure=not settings().is_development,
        httponly=True,
        samesite="lax",
    )


def _bearer(response: Response, session: SignedIn) -> BearerResponse:
    if session.cookie:
        _set_cookie(response, session.cookie, settings().refresh_token_days * 86_400)
    return BearerResponse(access_token=identity.access_token(session.actor), token_type="bearer")


@everybody.post("/register", name="register:register", status_code=201, responses=BAD)
async def register(db: Session, wish: UserCreate) -> UserRead:
    return (await reading.with_posts(db, [await accounts.register(db, wish)]))[0]


@everybody.post("/forgot-password", name="reset:forgot_password", status_code=202)
async def forgot_password(db: Session, email: Annotated[EmailStr, Body(embed=True)]) -> None:
    await accounts.forgot_password(db, email)


@everybody.post("/reset-password", name="reset:reset_password", responses=BAD)
async def reset_password(db: Session, token: Annotated[Token, Body()], password: Annotated[Password, Body()]) -> None:
    await accounts.reset_password(db, token, password)


@everybody.post("/request-verify-token", name="verify:request-token", status_code=202)
async def request_verification(db: Session, email: Annotated[EmailStr, Body(embed=True)]) -> None:
    await accounts.request_verification(db, email)


@everybody.post("/verify", name="verify:verify", responses=BAD)
async def verify(db: Session, token: Annotated[Token, Body(embed=True)]) -> UserRead:
    return (await reading.with_posts(db, [await accounts.verify(db, token)]))[0]


@everybody.post("/login", name="auth:cookie.login", responses=BAD)
async def sign_in(
    db: Session, form: Annotated[login, Form()], response: Response, user_agent: UserAgent = ""
) -> BearerResponse:
    return _bearer(response, await sessions.sign_in(db, form.username, form.password, user_agent))


@holders.delete("/logout", name="auth:cookie.logout", status_code=204, responses=NO_CONTENT)
async def sign_out(db: Session, token: RefreshToken, response: Response) -> None:
    await sessions.sign_out(db, token)
    _set_cookie(response, "", 0)


@holders.post("/refresh", name="auth:cookie.refresh", dependencies=[Depends(RateLimit("rate_limit_refresh"))])
async def refresh(db: Session, token: RefreshToken, response: Response) -> BearerResponse:
    return _bearer(response, await sessions.refresh(db, token))


@everybody.delete("/logout-all", name="auth:cookie.logout all", status_code=204, responses=NO_CONTENT)
async def sign_out_everywhere(db: Session, token: RefreshToken, response: Response) -> None:
    await sessions.sign_out_everywhere(db, token)
    _set_cookie(response, "", 0)


@owners.patch("/update-email", name="auth:cookie.update_email", responses=BAD)
async def change_email(db: Session, me: Me, token: RefreshToken, form: Annotated[update_email, Form()]) -> UserRead:
    user = await accounts.change_email(db, me, token, form.username, form.password, form.new_email)
    return (await reading.with_posts(db, [user]))[0]


@owners.patch("/update-password", name="auth:cookie.update_password", status_code=204, responses=BAD | NO_CONTENT)
async def change_password(
    db: Session, me: Me, token: RefreshToken, form: Annotated[update_password, Form()], response: Response
) -> None:
    await accounts.change_password(db, me, token, form.username, form.password, form.new_password)
    _set_cookie(response, "", 0)


@devices.get("/sessions")
async def get_sessions(db: Session, me: Me) -> list[SessionRead]:
    """The devices on which I am signed in."""
    return [
        SessionRead.model_validate(vars(row) | {"current": row.id == me.session_id})
        for row in await sessions.sessions_of(db, me)
    ]


@devices.delete("/sessions/{session_id}", status_code=204)
async def end_session(db: Session, me: Me, session_id: Id) -> None:
    """Sign one of my devices out."""
    await sessions.end(db, me, session_id)
