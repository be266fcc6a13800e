"""The figures that are counted: requests, job runs, pushes, and how busy the database's pool is.

The library decides when it is imported whether processes count together, so it is imported at the first figure.
"""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_client import Histogram

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0, 10.0)  # 3: the app gives up
LONG_SECONDS = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0, 120.0, 600.0)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class Meters:
    """Every figure of this process. A word in `labels` never comes from outside, so that they stay few."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

        disable_created_metrics()
        self.registry = all_ = CollectorRegistry()
        self.requests = Histogram(
            "guildhall_request_seconds",
            "Requests, and how long they took",
            ("method", "route", "status"),
            registry=all_,
            buckets=SECONDS,
        )
        self.jobs = Histogram(
            "guildhall_job_seconds",
            "Attempts at jobs, and how long they took",
            ("job", "outcome"),
            registry=all_,
            buckets=LONG_SECONDS,
        )
        self.pushes = Counter(
            "guildhall_pushes", "Pushes, and what became of them", ("provider", "outcome"), registry=all_
        )

        def gauge(name: str, words: str, *labels: str) -> Gauge:
            return Gauge(f"guildhall_{name}", words, labels, registry=all_, multiprocess_mode="livesum")

        self.in_flight = gauge("requests_in_flight", "Requests that are being answered")
        self.pool_size = gauge("database_pool_size", "Connections to the database, at most")
        self.pool_in_use = gauge("database_pool_in_use", "Connections that are lent")
        self.pool_waiting = gauge("database_pool_waiting", "Who waits for a connection")
        self.processes = gauge("processes", "Processes that live", "kind")


@cache
def meters() -> Meters:
    """The figures of this process."""
    return Meters()


@cache
def _request_meter(method: str, route: str | None, hundreds: int) -> "Histogram":
    # Kept, because finding it takes longer than noting.
    return meters().requests.labels(method, route or "unmatched", f"{hundreds}xx")


def note_request(method: str, route: str | None, status: int, seconds: float) -> None:
    """Note one request; `route` is the template of its path, None when nothing is there."""
    _request_meter(method if method in METHODS else "other", route, status // 100).observe(seconds)


def count_push(provider: str, outcome: str) -> None:
    """Count one push: by `fcm` or `webpush`, and `delivered`, `gone`, `later` or `refused`."""
    meters().pushes.labels(provider, outcome).inc()
