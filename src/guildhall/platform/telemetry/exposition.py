"""The figures as Prometheus reads them."""

import os
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import guildhall
from guildhall.platform.telemetry import pools, sharing
from guildhall.platform.telemetry.meters import meters

if TYPE_CHECKING:
    from prometheus_client import Metric

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class _Found:
    """Figures that were looked up, and are not counted."""

    def __init__(self, found: "Sequence[Metric]") -> None:
        self._found = found

    def collect(self) -> "Iterable[Metric]":
        return self._found


def exposition(found: "Sequence[Metric]") -> bytes:
    """What all processes have counted, and what was `found`, as text. May take a while: for a thread."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    pools.sample()
    looked_up = CollectorRegistry(auto_describe=False)
    looked_up.register(_Found([_build(), *found]))  # type: ignore[arg-type]
    folder = os.environ.get(sharing.FOLDER)
    if folder is None:
        return generate_latest(meters().registry) + generate_latest(looked_up)
    counted = CollectorRegistry()
    with sharing.locked(Path(folder)):
        sharing.forget_dead(Path(folder))
        MultiProcessCollector(counted, folder)
        return generate_latest(counted) + generate_latest(looked_up)


def _build() -> "Metric":
    from prometheus_client.metrics_core import InfoMetricFamily

    facts = {"version": guildhall.__version__, "python": platform.python_version()}
    return InfoMetricFamily("guildhall_build", "Which Guildhall this is", facts)
