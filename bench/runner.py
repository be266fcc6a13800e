"""The runner: measures the routes one after the other, and prints a table."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import uvloop

from bench import house, machine, statements
from bench.client import Tally, lasting, load
from bench.house import Process
from bench.routes import Route, chosen
from bench.statements import Cost
from guildhall.core import clock
from guildhall.platform.embedded_postgres import Server

START_UP, IDLE = 1.5, 130  # promised: seconds to the first answer, MiB when nothing is asked
STARTS = 3
WARM_UP = 1.0


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


@dataclass(frozen=True)
class Report:
    """What a run found. `start_up` is the best of a few, in seconds; memory in MiB."""

    date: str
    machine: str
    connections: int
    seconds: float
    start_up: float
    idle: float
    loaded: float
    routes: list[Figures]

    @property
    def is_right(self) -> bool:
        """Whether every answer was a good one."""
        return not any(figures.wrong for figures in self.routes)


def bench(words: Sequence[str], seconds: float, connections: int, json_file: Path | None) -> bool:
    """Measure the routes whose label contains one of the words, or all; whether every answer was good."""
    with house.database() as database, machine.on(machine.OTHERS):
        report = _measure(database, chosen(list(words)), seconds, connections)
    print(table(report))
    if json_file:
        json_file.write_text(json.dumps(asdict(report), indent=2) + "\n")
    return report.is_right


def _measure(database: Server, routes: Sequence[Route], seconds: float, connections: int) -> Report:
    start_up = min(_start_up() for _ in range(STARTS))
    who = house.sign_in(database)
    with house.serving() as process:
        idle = process.memory
        figures = [_figures(database, process, route, who, seconds, connections) for route in routes]
        return Report(
            date=clock.local(clock.now()).date().isoformat(),
            machine=machine.description(),
            connections=connections,
            seconds=seconds,
            start_up=min(start_up, process.start_up),
            idle=idle,
            loaded=process.memory,
            routes=figures,
        )


def _start_up() -> float:
    with house.serving() as process:
        return process.start_up


def _figures(
    database: Server, process: Process, route: Route, who: tuple[str, str], seconds: float, connections: int
) -> Figures:
    requests = route.requests(*who)
    uvloop.run(load(process.port, lasting(requests, WARM_UP), connections))
    before = process.cpu
    tally = uvloop.run(load(process.port, lasting(requests, seconds), connections))
    cpu = process.cpu - before
    return _of(route, tally, cpu, statements.cost(database, process.port, requests))


def _of(route: Route, tally: Tally, cpu: float, cost: Cost) -> Figures:
    return Figures(
        route=route.label,
        target=route.target,
        rate=tally.rate,
        p50=tally.percentile(0.50),
        p99=tally.percentile(0.99),
        statements=cost.statements,
        trips=cost.trips,
        cpu=cpu / max(len(tally.times), 1) * 1000,
        core=cpu / tally.seconds,
        wrong=sum(count for status, count in tally.statuses.items() if status != 200),
    )


def table(report: Report) -> str:
    """The report in Markdown."""
    head = f"{report.date}, {report.machine}: one process on one core, {report.connections} connections"
    rows = "\n".join(_row(figures) for figures in report.routes)
    return (
        f"{head}, {report.seconds:g} s a route\n\n"
        "| route | requests/s | target | p50 ms | p99 ms | statements | round trips | CPU ms | core | wrong |\n"
        f"|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n{rows}\n\n"
        f"Start to first answer {report.start_up:.2f} s (target {START_UP}), memory idle {report.idle:.0f} MiB "
        f"(target {IDLE}), after the load {report.loaded:.0f} MiB"
    )


def _row(it: Figures) -> str:
    target = f"> {it.target}" if it.target else ""
    return (
        f"| {it.route} | {it.rate:.0f} | {target} | {it.p50:.1f} | {it.p99:.1f} "
        f"| {it.statements:g} | {it.trips:g} | {it.cpu:.2f} | {it.core:.0%} | {it.wrong} |"
    )
