"""The runner: measures the routes one after the other."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import uvloop

from bench import house, machine, statements
from bench.client import Requests, Tally, lasting, load
from bench.house import Process
from bench.report import Effort, Figures, Report
from bench.routes import Route, chosen
from bench.statements import Cost
from guildhall.core import clock
from guildhall.platform.embedded_postgres import Server

STARTS = 3
WARM_UP = 1.0


def bench(words: Sequence[str], effort: Effort, file: Path | None) -> bool:
    """Measure the routes whose label contains one of the words, or all; whether every answer was good."""
    with house.database() as database, machine.on(machine.OTHERS):
        report = _measure(database, chosen(words), effort)
    print(report.table())
    if file:
        file.write_text(json.dumps(asdict(report), indent=2) + "\n")
    return report.is_right


def _measure(database: Server, routes: Sequence[Route], effort: Effort) -> Report:
    start_up = min(_start_up() for _ in range(STARTS))
    who = house.sign_in(database)
    with house.serving() as process:
        idle = process.memory
        return Report(
            date=clock.local(clock.now()).date().isoformat(),
            machine=machine.description(),
            effort=effort,
            start_up=min(start_up, process.start_up),
            idle=idle,
            routes=[_best(database, process, route, who, effort) for route in routes],
            loaded=process.memory,
        )


def _start_up() -> float:
    with house.serving() as process:
        return process.start_up


def _best(database: Server, process: Process, route: Route, who: tuple[str, str], effort: Effort) -> Figures:
    requests = route.requests(*who)
    uvloop.run(load(process.port, lasting(requests, WARM_UP), effort.connections))
    tries = [_try(process, requests, effort) for _ in range(effort.best_of)]
    tally, cpu = max(tries, key=lambda one: one[0].rate)
    return _figures(route, tally, cpu, statements.cost(database, process.port, requests))


def _try(process: Process, requests: Requests, effort: Effort) -> tuple[Tally, float]:
    before = process.cpu
    tally = uvloop.run(load(process.port, lasting(requests, effort.seconds), effort.connections))
    return tally, process.cpu - before


def _figures(route: Route, tally: Tally, cpu: float, cost: Cost) -> Figures:
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
        wrong=sum(count for status, count in tally.statuses.items() if status != route.status),
    )
