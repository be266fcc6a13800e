"""Logs: lines for a person in development, JSON for a machine elsewhere; each with the id of its request."""

import logging
import sys

import structlog

from guildhall.core.hushing import hushed
from guildhall.core.settings import settings


def _renderers() -> list[structlog.typing.Processor]:
    # Tracebacks without the values of variables: those are passwords, tokens and members' data.
    if settings().is_development:
        plain = structlog.dev.plain_traceback
        return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]
    frames = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    return [structlog.processors.ExceptionRenderer(frames), structlog.processors.JSONRenderer()]


def _is_news(record: logging.LogRecord) -> bool:
    # That a job failed is said by our own worker, with its name and its id; the library repeats it.
    return getattr(record, "action", "") != "job_error"


def _without_keys(record: logging.LogRecord) -> bool:
    # The server logs whole addresses; who is asked for, and by whom, are its other arguments.
    if isinstance(record.args, tuple):
        record.args = tuple(hushed(one) if isinstance(one, str) else one for one in record.args)
    return True


def configure(*, access_log: bool = False) -> None:
    """Send every log, also the libraries', through one form to standard error."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_is_news)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_renderers()],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("guildhall").setLevel(logging.INFO)
    requests = logging.getLogger("uvicorn.access")
    requests.setLevel(logging.INFO if access_log else logging.WARNING)
    requests.addFilter(_without_keys)
