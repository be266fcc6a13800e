"""Messages to the app, through Firebase Cloud Messaging (HTTP v1)."""

import hashlib
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, Field

from guildhall.core import clock
from guildhall.platform.push import fitting
from guildhall.platform.push.accounts import UNTIL_MENDED
from guildhall.platform.push.calling import Answer
from guildhall.platform.push.messages import DELIVERED, AppTarget, Message, Outcome

CHANNEL = "high_importance_channel"  # the app makes it; a message to another one would stay silent
ROOM = 3500  # of the 4096 bytes that Firebase and Apple take, what is left beside their own words
LONGEST_TTL = 2_419_200  # four weeks
LONGEST_COLLAPSE_ID = 64


def content(target: AppTarget, message: Message) -> bytes | None:
    """The message as Firebase takes it; None when its data do not fit."""
    fitted = fitting.fitted(message, _said, ROOM)
    return fitted and fitting.compact({"message": {"token": target.token} | _shown(fitted) | _ways(fitted)})


def _said(message: Message) -> bytes:
    return fitting.compact(_shown(message))


def _shown(message: Message) -> dict[str, Any]:
    data = {name: str(value) for name, value in message.data.items()}
    return {"notification": {"title": message.title, "body": message.body}, "data": data}


def _ways(message: Message) -> dict[str, Any]:
    # The number on the icon is Apple's: Android's launchers count the notifications themselves.
    ttl = min(max(message.ttl, 0), LONGEST_TTL)
    expires = int((clock.now() + timedelta(seconds=ttl)).timestamp()) if ttl else 0
    android = {"channel_id": CHANNEL, "sound": "default"} | ({"tag": message.tag} if message.tag else {})
    headers = {"apns-priority": "10", "apns-expiration": str(expires)}
    if message.tag:
        headers["apns-collapse-id"] = _collapse_id(message.tag)
    return {
        "android": {"priority": "high", "ttl": f"{ttl}s", "notification": android},
        "apns": {"headers": headers, "payload": {"aps": {"badge": max(message.badge, 0), "sound": "default"}}},
    }


def _collapse_id(tag: str) -> str:
    fits = len(tag) <= LONGEST_COLLAPSE_ID and tag.isascii() and tag.isprintable()
    return tag if fits else hashlib.sha256(tag.encode("utf-8", "replace")).hexdigest()


class _Fault(BaseModel):
    field: str = ""


class _Detail(BaseModel):
    code: str = Field(default="", alias="errorCode")
    faults: list[_Fault] = Field(default=[], alias="fieldViolations")


class _Error(BaseModel):
    status: str = ""
    message: str = ""
    details: list[_Detail] = []

    @property
    def codes(self) -> set[str]:
        return {self.status, *(detail.code for detail in self.details)} - {""}

    @property
    def blames_the_token(self) -> bool:
        fields = [fault.field for detail in self.details for fault in detail.faults]
        return "message.token" in fields or "registration token" in self.message


class _Said(BaseModel):
    error: _Error


def is_about_our_token(answer: Answer) -> bool:
    """Whether our own token was refused, and not what Apple thinks of the project."""
    return answer.status == 401 and "THIRD_PARTY_AUTH_ERROR" not in _error(answer).codes


def outcome(answer: Answer) -> Outcome:
    """What Firebase's answer means."""
    error = _error(answer)
    reason = " ".join(["Firebase:", str(answer.status), *sorted(error.codes), error.message]).rstrip()
    if answer.status == 200:
        return DELIVERED
    if _is_gone(answer.status, error):
        return Outcome("gone", reason=reason)
    if answer.status == 429 or answer.status >= 500:
        return answer.later(reason)
    if answer.status == 401:
        return answer.later(reason, UNTIL_MENDED)
    return Outcome("refused", reason=reason)


def _is_gone(status: int, error: _Error) -> bool:
    # A 404 that is not Firebase's own speaks of a wrong address, not of a phone: nobody must lose a device by that.
    if status == 400:
        return "INVALID_ARGUMENT" in error.codes and error.blames_the_token
    if status == 403:
        return "SENDER_ID_MISMATCH" in error.codes
    return "UNREGISTERED" in error.codes or (status == 404 and "NOT_FOUND" in error.codes)


def _error(answer: Answer) -> _Error:
    said = answer.parsed(_Said)
    return said.error if said else _Error()
