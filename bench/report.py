"""What a run found, and how it is told."""

from collections.abc import Sequence
from dataclasses import dataclass

START_UP, IDLE = 1.5, 130  # promised: seconds to the first answer, MiB when nothing is asked
HEAD = (
    "| route | requests/s | target | p50 ms | p99 ms | statements | round trips | CPU ms | core | wrong |",
    "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
)


@dataclass(frozen=True)
class Effort:
    """How hard a run tries: seconds a route, clients at once, and how often each is measured for the best of it."""

    seconds: float
    connections: int
    best_of: int


@dataclass(frozen=True)
class Figures:
    """What was measured of a route; times in milliseconds, costs per request.

    `core` is the share of its core that the server got: far below 1, the machine had other things to do.
    """

    route: str
    target: int
    rate: float
    p50: float
    p99: float
    statements: float
    trips: float
    cpu: float
    core: float
    wrong: int

    @property
    def row(self) -> str:
        """The row in the table."""
        target = f"> {self.target}" if self.target else ""
        return (
            f"| {self.route} | {self.rate:.0f} | {target} | {self.p50:.1f} | {self.p99:.1f} "
            f"| {self.statements:g} | {self.trips:g} | {self.cpu:.2f} | {self.core:.0%} | {self.wrong} |"
        )


@dataclass(frozen=True)
class Report:
    """What a run found. `start_up` is the best of a few, in seconds; memory in MiB."""

    date: str
    machine: str
    effort: Effort
    start_up: float
    idle: float
    loaded: float
    routes: Sequence[Figures]

    @property
    def is_right(self) -> bool:
        """Whether every answer was a good one."""
        return not any(figures.wrong for figures in self.routes)

    def table(self) -> str:
        """The report in Markdown."""
        effort = f"{self.effort.connections} connections, {self.effort.seconds:g} s, best of {self.effort.best_of}"
        return "\n".join(
            (
                f"{self.date}, {self.machine}: one process on one core, {effort}.\n",
                *HEAD,
                *(figures.row for figures in self.routes),
                f"\nStart to first answer {self.start_up:.2f} s (target < {START_UP}), "
                f"memory idle {self.idle:.0f} MiB (target < {IDLE}), after the load {self.loaded:.0f} MiB.",
            )
        )
