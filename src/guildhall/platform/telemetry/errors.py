"""What is logged as an error becomes a report, once however often it is logged."""

import logging
from typing import Any

import structlog

from guildhall.core.errors import Refusal

TOLD = "__guildhall_told__"
Facts = dict[str, Any]


class Reporter(logging.Handler):
    """Reports what is logged. Its own library's troubles are not reported: they would be reported again and again."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith(("sentry_sdk", "urllib3")):
            return
        try:
            said: Any = record.msg
            facts: Facts = said if isinstance(said, dict) else {}  # pyright: ignore[reportUnknownVariableType]
            error = _error_of(record, facts)
            if error is None:
                # What a library says may hold anything; what we say are words with the facts beside them.
                words = facts.get("event") or f"an error in the log of {record.name}"
                _capture({"message": words}, {}, record.name, facts)
            else:
                report(error, record.name, facts)
        except Exception:  # never may reporting an error be one
            self.handleError(record)


def report(error: BaseException, logger: str, facts: Facts | None = None) -> None:
    """Report an exception, unless it is a refusal or was reported already."""
    import sentry_sdk
    from sentry_sdk.utils import event_from_exception

    if isinstance(error, Refusal) or getattr(error, TOLD, False):
        return
    error.__dict__[TOLD] = True
    options = sentry_sdk.get_client().options
    event, hint = event_from_exception(error, options, {"type": "logging", "handled": False})
    _capture(dict(event), hint, logger, facts or {})


def _error_of(record: logging.LogRecord, facts: Facts) -> BaseException | None:
    given: Any = facts.get("exc_info") or record.exc_info
    if isinstance(given, tuple):
        return given[1]  # pyright: ignore[reportUnknownVariableType]
    return given if isinstance(given, BaseException) else None


def _capture(event: Facts, hint: Facts, logger: str, facts: Facts) -> None:
    import sentry_sdk

    tags = structlog.contextvars.get_contextvars() | facts
    sentry_sdk.capture_event({**event, "level": "error", "logger": logger, "tags": tags}, hint)  # type: ignore[typeddict-item]
