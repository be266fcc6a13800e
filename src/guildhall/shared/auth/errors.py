"""Refusals about accounts and sessions; the literals are what the clients compare."""

from typing import Any

from guildhall.core.errors import NotFound, NotSignedIn, Senseless, TooOften
from guildhall.core.language import Language


class LoginBadCredentials(Senseless):
    code, literal, keeps = "login_bad_credentials", "LOGIN_BAD_CREDENTIALS", True
    en, sv = "Wrong e-mail address or password", "Fel e-postadress eller lösenord"


class RegisterUserAlreadyExists(Senseless):
    code, literal = "register_user_already_exists", "REGISTER_USER_ALREADY_EXISTS"
    en, sv = "There is an account with that address", "Det finns redan ett konto med den adressen"


class UpdateEmailAlreadyExists(Senseless):
    code, literal = "update_user_email_already_exists", "UPDATE_USER_EMAIL_ALREADY_EXISTS"
    en, sv = "There is an account with that address", "Det finns redan ett konto med den adressen"


class UpdateInvalidPassword(Senseless):
    code, literal = "update_user_invalid_password", "UPDATE_USER_INVALID_PASSWORD"
    en, sv = "That password will not do", "Det lösenordet duger inte"


class _WithReason(Senseless):
    """A 400 whose `detail` is an object with the literal and a reason in words."""

    def detail(self, language: Language) -> Any:
        return {"code": self.literal, "reason": str(self.facts["reason"])}


class RegisterInvalidPassword(_WithReason):
    code, literal = "register_invalid_password", "REGISTER_INVALID_PASSWORD"
    en, sv = "That password will not do", "Det lösenordet duger inte"


class ResetInvalidPassword(_WithReason):
    code, literal = "reset_password_invalid_password", "RESET_PASSWORD_INVALID_PASSWORD"
    en, sv = "That password will not do", "Det lösenordet duger inte"


class ResetBadToken(Senseless):
    code, literal = "reset_password_bad_token", "RESET_PASSWORD_BAD_TOKEN"
    en, sv = "The link is used or too old", "Länken är använd eller för gammal"


class VerifyBadToken(Senseless):
    code, literal = "verify_user_bad_token", "VERIFY_USER_BAD_TOKEN"
    en, sv = "The link is used or too old", "Länken är använd eller för gammal"


class VerifyAlreadyVerified(Senseless):
    code, literal = "verify_user_already_verified", "VERIFY_USER_ALREADY_VERIFIED"
    en, sv = "The address is verified already", "Adressen är redan verifierad"


class RefreshRefused(NotSignedIn):
    code, literal = "refresh_refused", "Unauthorized"
    en, sv = "Sign in again", "Logga in igen"


class SessionNotFound(NotFound):
    code, en, sv = "session_not_found", "There is no such session", "Sessionen finns inte"


class TooManyAttempts(TooOften):
    """For one account, from wherever; the refused attempt is counted too."""

    code, keeps = "too_many_attempts", True
