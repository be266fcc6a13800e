"""Sending: many messages at once, each with its outcome."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

import httpx2
import structlog

from guildhall.core.settings import settings
from guildhall.platform import telemetry
from guildhall.platform.push import accounts, apps, browsers, origins
from guildhall.platform.push.calling import Answer, NoAnswer, post
from guildhall.platform.push.keys import VapidKey
from guildhall.platform.push.messages import TOO_LARGE, AppTarget, BrowserTarget, Message, Outcome, Target

log = structlog.get_logger(__name__)

AT_ONCE = 32  # messages on their way to one service, from one call
SILENCES = 8  # calls without an answer, one after the other, until a service is left alone
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
    for (target, _), outcome in zip(messages, outcomes, strict=True):
        telemetry.count_push("fcm" if isinstance(target, AppTarget) else "webpush", outcome.kind)
    return outcomes


def _tell(outcomes: Sequence[Outcome]) -> None:
    # One line for each reason, however many messages it met. Devices that are gone are no news.
    failed = Counter((it.kind, it.reason) for it in outcomes if it.kind in ("later", "refused"))
    for (kind, reason), many in failed.items():
        if reason != NOT_CONFIGURED.reason:
            log.warning("messages were not pushed", outcome=kind, reason=reason, messages=many)


class _Service:
    """One service: so many messages on their way at once, and no more once it does not answer."""

    def __init__(self) -> None:
        self.places = asyncio.Semaphore(AT_ONCE)
        self._unanswered = 0

    async def post(self, url: httpx2.URL | str, content: bytes, headers: dict[str, str]) -> Answer:
        """Raises NoAnswer."""
        if self._unanswered >= SILENCES:
            raise NoAnswer("the service does not answer")
        try:
            answer = await post(url, content, headers)
        except NoAnswer:
            self._unanswered += 1
            raise
        self._unanswered = 0
        return answer


class _Round:
    """One call of `send`."""

    def __init__(self, key: VapidKey) -> None:
        self._sealer = browsers.sealer(key)
        self._services: defaultdict[object, _Service] = defaultdict(_Service)
        self._account: accounts.Account | None = None
        self._first_token = self._token = ""
        self._renewal: asyncio.Task[str] | None = None
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
        except Exception as error:
            log.exception("nothing could be pushed to the app")
            self._hindrance = Outcome("later", accounts.UNTIL_MENDED, type(error).__name__)
        else:
            self._account = account

    async def send(self, target: Target, message: Message) -> Outcome:
        to_app = isinstance(target, AppTarget)
        try:
            outcome = await (self._to_app(target, message) if to_app else self._to_browser(target, message))
        except NoAnswer as error:
            outcome = Outcome("later", reason=str(error))
        except accounts.NoToken as error:
            outcome = error.outcome
        except Exception as error:
            log.exception("a message could not be pushed")
            outcome = Outcome("refused", reason=type(error).__name__)
        secret = target.token if to_app else target.endpoint
        return replace(outcome, reason=outcome.reason.replace(secret, "...")) if secret else outcome

    async def _to_app(self, target: AppTarget, message: Message) -> Outcome:
        content = apps.content(target, message)
        if content is None:
            return TOO_LARGE
        service = self._services["firebase"]
        async with service.places:
            if self._account is None:
                return self._hindrance
            token, url = self._token, f"{settings().fcm_url}/v1/projects/{self._account.project}/messages:send"
            answer = await service.post(url, content, _bearing(token))
            if apps.is_about_our_token(answer) and token == self._first_token:
                token = await self._another_token(self._account)
                answer = await service.post(url, content, _bearing(token))
        return apps.outcome(answer)

    async def _another_token(self, account: accounts.Account) -> str:
        # Once for all messages of this call: a token that is new and refused all the same is not renewed again.
        if self._renewal is None:
            self._renewal = asyncio.create_task(accounts.token(account, worn=self._first_token))
        try:
            self._token = await self._renewal
        except accounts.NoToken as error:
            self._account, self._hindrance = None, error.outcome
            raise
        return self._token

    async def _to_browser(self, target: BrowserTarget, message: Message) -> Outcome:
        address = origins.address(target.endpoint)
        if address is None:
            return Outcome("refused", reason="not one of GUILDHALL_WEBPUSH_ORIGINS")
        service = self._services[origins.origin_of(address)]
        async with service.places:
            sealed = browsers.sealed(self._sealer, target, message)
            return sealed if isinstance(sealed, Outcome) else browsers.outcome(await service.post(address, *sealed))


def _bearing(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
