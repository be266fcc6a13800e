"""What may leave the house for Sentry. Nothing is taken out: what is not on a list here never gets in.

The words of an exception can hold anything: an address in a violated constraint, a password in a misfit. They are sent
only when they stand word for word in the code that was running; all of them are in the log, with the request's id.
"""

import re
from collections.abc import Iterator, Mapping
from types import CodeType, TracebackType
from typing import Any

from guildhall.core.database import sqlstate, violated_constraint

KEPT = {
    *("event_id", "timestamp", "start_timestamp", "level", "platform", "logger", "transaction", "transaction_info"),
    *("type", "release", "environment", "server_name", "sdk", "message", "tags", "measurements", "_meta"),
}
TAGS = {"request_id", "job", "job_id", "queue", "deaths", "seconds", "mail_id", "sqlstate", "constraint"}
TRACE = {"trace_id", "span_id", "parent_span_id", "op", "status", "origin"}
SPAN = TRACE | {"description", "timestamp", "start_timestamp", "same_process_as_parent"}
SPAN_DATA = {"db.system", "db.driver.name"}
NOT_SENT = "not sent, see the log"
_LITERAL = re.compile(r"'(?:[^']|'')*'")
Facts = Mapping[str, Any]


def scrubbed(event: dict[str, Any], hint: Facts) -> dict[str, Any]:
    """An error event or a transaction with nothing in it but what may leave."""
    kept = {name: event[name] for name in KEPT & event.keys()}
    contexts: Facts = event.get("contexts") or {}
    kept["contexts"] = {"trace": _only(TRACE, contexts.get("trace")), "runtime": contexts.get("runtime")}
    kept["user"] = _only({"id"}, event.get("user"))
    kept["spans"] = [_span(span) for span in event.get("spans") or ()]
    if "exception" in event:
        error: BaseException | None = (hint.get("exc_info") or (None, None, None))[1]
        kept["exception"] = {"values": [_exception(one, error) for one in event["exception"]["values"]]}
        kept["tags"] = {**(kept.get("tags") or {}), **_of_the_database(error)}
    kept["tags"] = _only(TAGS, kept.get("tags"))
    return kept


def _only(names: set[str], facts: Facts | None) -> dict[str, Any]:
    return {name: fact for name, fact in (facts or {}).items() if name in names}


def _span(span: Facts) -> dict[str, Any]:
    # Our statements have parameters; should one have a value written into it, the value goes.
    return {
        **_only(SPAN, span),
        "description": _LITERAL.sub("'...'", span.get("description") or ""),
        "data": _only(SPAN_DATA, span.get("data")),
    }


def _exception(one: Facts, error: BaseException | None) -> dict[str, Any]:
    kept = _only({"type", "module", "mechanism", "thread_id", "stacktrace"}, one)
    if "mechanism" in kept:
        kept["mechanism"] = _only(
            {"type", "handled", "exception_id", "parent_id", "source", "is_exception_group"}, kept["mechanism"]
        )
    words = one.get("value") or ""
    return {**kept, "value": words if words in set(_words_of_the_code(error)) else NOT_SENT}


def _words_of_the_code(error: BaseException | None) -> Iterator[str]:
    for one in _chain(error):
        for code in _codes(one.__traceback__):
            yield from (constant for constant in code.co_consts if isinstance(constant, str))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [one.__cause__, one.__context__, *getattr(one, "exceptions", ())]


def _codes(place: TracebackType | None) -> Iterator[CodeType]:
    while place is not None:
        yield place.tb_frame.f_code
        place = place.tb_next


def _of_the_database(error: BaseException | None) -> dict[str, str]:
    # What a database error says is left out with the rest; these two say which it was.
    for one in _chain(error):
        if state := sqlstate(one):
            constraint = violated_constraint(one)
            return {"sqlstate": state} | ({"constraint": constraint} if constraint else {})
    return {}
