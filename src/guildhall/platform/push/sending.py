"""Sending: many messages at once, each with its outcome."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

import httpx2
import structlog

from guildhall.core.settings import settings
from guildhall.platform.push import accounts, apps, browsers, origins
from guildhall.platform.push.calling import MINUTE, Answer, NoAnswer, post
from guildhall.platform.push.keys import VapidKey
from guildhall.platform.push.messages import AppTarget, BrowserTarget, Message, Outcome, Target

log = structlog.get_logger(__name__)

AT_ONCE = 32  # messages on their way to one service, from one call
NOT_CONFIGURED = Outcome("refused", reason="not configured: GUILDHALL_FCM_CREDENTIALS names no file")


async def send(key: VapidKey, messages: Sequence[tuple[Target, Message]]) -> list[Outcome]:
    """Send each message to its target; the outcomes in the same order. Never raises for a target.

    Some at once to each service; a service that does not answer is left alone for the rest of the call.
    """
    round_ = _Round(key)
    if any(isinstance(target, AppTarget) for target, _ in messages):
        await round_.sign_in()
    outcomes = await asyncio.gather(*(round_.send(target, message) for target, message in messages))
    _tell(outcomes)
    return outcomes


def _tell(outcomes: Sequence[Outcome]) -> None:
    # One line for each reason, however many messages it met. Devices that are gone are no news.
    failed = Counter((it.kind, it.reason) for it in outcomes if it.kind in ("later", "refused"))
    for (kind, reason), many in failed.items():
        if reason != NOT_CONFIGURED.reason:
            log.warning("messages were not pushed", outcome=kind, reason=reason, messages=many)


class _Service:
    """One service: so many calls at once, and no more of them once it does not answer."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(AT_ONCE)
        self._unanswered = 0

    async def call(
        self, url: httpx2.URL | str, content: bytes, headers: dict[str, str], read: Callable[[Answer], Outcome]
    ) -> tuple[Answer | None, Outcome]:
        async with self._places:
            if self._unanswered >= AT_ONCE:
                return None, Outcome("later", MINUTE, "the service does not answer")
            try:
                answer = await post(url, content, headers)
            except NoAnswer as error:
                self._unanswered += 1
                return None, Outcome("later", MINUTE, str(error))
            self._unanswered = 0
            return answer, read(answer)


class _Round:
    """One call of `send`."""

    def __init__(self, key: VapidKey) -> None:
        self._sealer = browsers.sealer(key)
        self._services: defaultdict[object, _Service] = defaultdict(_Service)
        self._account: accounts.Account | None = None
        self._first_token = self._token = ""
        self._hindrance = NOT_CONFIGURED

    async def sign_in(self) -> None:
        """Find the account and its token, once for all messages to the app, or what hinders them."""
        file = settings().fcm_credentials
        if file is None:
            return
        try:
            account = await asyncio.to_thread(accounts.account, file)
            self._first_token = self._token = await accounts.token(account)
        except accounts.BrokenCredentials as error:
            self._hindrance = Outcome("later", accounts.UNTIL_MENDED, str(error))
        except accounts.NoToken as error:
            self._hindrance = error.outcome
        else:
            self._account = account

    async def send(self, target: Target, message: Message) -> Outcome:
        try:
            if isinstance(target, AppTarget):
                outcome = await self._send_to_app(target, message)
                secret = target.token
            else:
                outcome = await self._send_to_browser(target, message)
                secret = target.endpoint
        except Exception as error:
            log.exception("a message could not be pushed")
            return Outcome("refused", reason=type(error).__name__)
        return replace(outcome, reason=outcome.reason.replace(secret, "...")) if secret else outcome

    async def _send_to_app(self, target: AppTarget, message: Message) -> Outcome:
        if self._account is None:
            return self._hindrance
        content = apps.content(target, message)
        if content is None:
            return Outcome("refused", reason="the data of the message are too large")
        token = self._token
        answer, outcome = await self._call_firebase(self._account, token, content)
        if answer and apps.is_about_our_token(answer) and token == self._first_token:
            try:
                self._token = token = await accounts.token(self._account, worn=token)
            except accounts.NoToken as error:
                return error.outcome
            _, outcome = await self._call_firebase(self._account, token, content)
        return outcome

    async def _call_firebase(
        self, account: accounts.Account, token: str, content: bytes
    ) -> tuple[Answer | None, Outcome]:
        url = f"{settings().fcm_url}/v1/projects/{account.project}/messages:send"
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        return await self._services["firebase"].call(url, content, headers, apps.outcome)

    async def _send_to_browser(self, target: BrowserTarget, message: Message) -> Outcome:
        address = origins.address(target.endpoint)
        if address is None:
            return Outcome("refused", reason="not one of GUILDHALL_WEBPUSH_ORIGINS")
        sealed = browsers.sealed(self._sealer, target, message)
        if isinstance(sealed, Outcome):
            return sealed
        _, outcome = await self._services[origins.origin_of(address)].call(address, *sealed, browsers.outcome)
        return outcome
