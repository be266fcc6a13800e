"""Errors and traces for Sentry; the library is imported when there is somebody to tell.

One rule: what is logged as an error is reported, once, and a refusal never is. Nothing else of the library is used
than its envelopes and its SQL spans: what it would gather of a request by itself is what must not leave the house.
"""

import contextlib
import logging
from collections.abc import Callable, Generator
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.types import Scope

import guildhall
from guildhall.core.settings import Settings
from guildhall.platform.telemetry import errors, scrubbing

if TYPE_CHECKING:
    from guildhall.platform.telemetry.attempts import Attempt

UNTRACED = {"/health/live", "/health/ready", "/metrics"}  # asked all day long by machines
LAST_WORDS = 2.0  # seconds that sending may take when the process ends
_reports = False


class WrongDsn(Exception):
    """The setting is no address of a project in Sentry."""


def is_on() -> bool:
    """Whether somebody is told."""
    return _reports


@contextlib.contextmanager
def reporting(now: Settings) -> Generator[None]:
    """Report for the length of the `with`, if the settings say where to; then send what is left, for two seconds.

    The logs are configured before. Raises WrongDsn.
    """
    global _reports
    if now.sentry_dsn is None:
        yield
        return
    import sentry_sdk

    _begin(now, now.sentry_dsn.get_secret_value())
    reporter = errors.Reporter(logging.ERROR)
    logging.getLogger().addHandler(reporter)
    _reports = True
    try:
        yield
    finally:
        _reports = False
        logging.getLogger().removeHandler(reporter)
        sentry_sdk.get_client().close(timeout=LAST_WORDS)


def _begin(now: Settings, dsn: str) -> None:
    import sentry_sdk
    from sentry_sdk.integrations.sqlalchemy import SqlalchemyIntegration
    from sentry_sdk.utils import BadDsn

    options: dict[str, Any] = {
        "release": now.sentry_release or f"guildhall@{guildhall.__version__}",
        "environment": now.environment,
        "sample_rate": now.sentry_errors,
        "traces_sample_rate": now.sentry_traces,
        "default_integrations": False,
        "auto_enabling_integrations": False,
        "integrations": [SqlalchemyIntegration()],
        "in_app_include": ["guildhall"],
        "before_send": scrubbing.scrubbed,
        "before_send_transaction": scrubbing.scrubbed,
        "before_breadcrumb": _nothing,
        "max_breadcrumbs": 0,
        "max_request_body_size": "never",
        "send_default_pii": False,
        "include_local_variables": False,
        "auto_session_tracking": False,
        "propagate_traces": False,
        "spotlight": False,
    }
    try:
        sentry_sdk.init(dsn, **options)
    except BadDsn as error:
        raise WrongDsn("GUILDHALL_SENTRY_DSN is not the address of a project in Sentry") from error


def _nothing(_crumb: object, _hint: object) -> None:
    """No breadcrumb is kept."""


@contextlib.contextmanager
def request(scope: Scope, status: Callable[[], int]) -> Generator[None]:
    """A transaction named after the route, and a scope of its own for what goes wrong in it."""
    with _visit("http.server", partial(_of_request, scope), is_traced=_is_traced(scope)) as transaction:
        try:
            yield
        except Exception as error:  # an answer had begun: nobody inside could say it
            errors.report(error, "guildhall.edge")
            raise
        finally:
            transaction.name = _route(scope)
            transaction.set_http_status(status())


@contextlib.contextmanager
def attempt(doing: "Attempt") -> Generator[None]:
    """A transaction named after the job, and a scope of its own for what goes wrong in it."""
    with _visit("queue.process", partial(_of_job, doing.job)) as transaction:
        transaction.name = doing.job
        try:
            yield
        finally:
            transaction.set_status("ok" if doing.outcome in ("done", "again") else "internal_error")


@contextlib.contextmanager
def _visit(op: str, describe: Callable[[Any, Any], Any], *, is_traced: bool = True) -> Generator[Any]:
    import sentry_sdk

    with sentry_sdk.isolation_scope() as isolated:
        isolated.add_event_processor(describe)
        decided: dict[str, Any] = {} if is_traced else {"sampled": False}
        with sentry_sdk.start_transaction(op=op, name=op, source="route", **decided) as transaction:
            yield transaction


def _is_traced(scope: Scope) -> bool:
    # A stream lasts for hours, and its trace would be kept in memory as long.
    return scope["path"] not in UNTRACED and (b"accept", b"text/event-stream") not in scope["headers"]


def _route(scope: Scope) -> str:
    return f"{scope['method']} {scope['state'].get('route') or '(unmatched)'}"


def _of_request(scope: Scope, event: dict[str, Any], _hint: object) -> dict[str, Any]:
    state = scope["state"]
    event["transaction"] = _route(scope)
    event["tags"] = {**(event.get("tags") or {}), "request_id": state.get("request_id")}
    if "user_id" in state:
        event["user"] = {"id": str(state["user_id"])}
    return event


def _of_job(job: str, event: dict[str, Any], _hint: object) -> dict[str, Any]:
    event["transaction"] = job
    return event
