"""What is noted of every attempt at a job."""

import contextlib
from collections.abc import Generator
from dataclasses import dataclass
from time import perf_counter
from typing import Literal

from guildhall.platform.telemetry import sentry
from guildhall.platform.telemetry.meters import meters


@dataclass
class Attempt:
    """One attempt at a job; who makes it says what became of it.

    `again`: the job asked for it; `retried`: it failed, and will be tried again; `failed`: for good; `stopped`: the
    worker ended.
    """

    job: str
    outcome: Literal["done", "again", "retried", "failed", "stopped"] = "stopped"


@contextlib.contextmanager
def doing(job: str) -> Generator[Attempt]:
    """Note how long an attempt takes and what becomes of it; a transaction in Sentry, when that is on."""
    begin, attempt = perf_counter(), Attempt(job)
    try:
        with sentry.attempt(attempt) if sentry.is_on() else contextlib.nullcontext():
            yield attempt
    finally:
        meters().jobs.labels(job, attempt.outcome).observe(perf_counter() - begin)
