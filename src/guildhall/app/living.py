"""The long-running commands: `up`, `serve`, `worker`; and the first administrator."""

import asyncio
import os
import signal
import socket
from collections.abc import Collection
from functools import partial

import typer
from email_validator import EmailNotValidError, validate_email

import guildhall
from guildhall.app import logs, migrating, server, starting, worker
from guildhall.app.domains import DOMAINS
from guildhall.app.main import create_app
from guildhall.core import manifest
from guildhall.core.settings import Settings, settings
from guildhall.platform import jobs, storage, telemetry
from guildhall.shared.auth.seed import PASSWORD
from guildhall.shared.auth.service import administrators
from guildhall.shared.users.seed import ACCOUNTS


def up(host: str, port: int, *, demo: bool, access_log: bool) -> None:
    """Everything in one process. Raises PortTaken, EmbeddedPostgresError, pydantic.ValidationError."""
    now = _watch(access_log)
    with (
        telemetry.reporting(now),
        server.listen(host, port) as listening,
        starting.database_url(own=True) as url,
    ):
        migrating.upgrade(url)
        has_demo = demo and now.is_development
        if has_demo and starting.in_session(url, starting.is_empty):
            typer.echo("First start: the demo guild moves in")
            starting.in_session(url, starting.seed)
        app = create_app(url, with_worker=now.worker)
        server.serve(app, listening, on_ready=partial(_tell, listening, has_demo), access_log=access_log)
        typer.echo("Stopping")


def _watch(access_log: bool = False) -> Settings:
    logs.configure(access_log=access_log)
    now = settings()
    storage.usable()
    telemetry.shared(now.data / "metrics")
    return now


def _tell(listening: socket.socket, has_demo: bool) -> None:
    home = settings().public_url
    if listening.family in (socket.AF_INET, socket.AF_INET6):
        host, port = listening.getsockname()[:2]
        home = f"http://{'localhost' if host in ('0.0.0.0', '::') else host}:{port}"  # noqa: S104
    lines = [f"Guildhall {guildhall.__version__} is up: {home}", f"  data        {settings().data}"]
    if settings().environment != "production":
        lines.append(f"  API docs    {home}/docs")
    if settings().is_development:
        lines.append(f"  mailbox     {home}/dev/mailbox")
    if has_demo:
        accounts = ", ".join(email for email, *_ in ACCOUNTS)
        lines.append(f"  accounts    {accounts} (password {PASSWORD})")
    typer.echo("\n".join([*lines, "  stop        Ctrl-C"]))


def serve(host: str, port: int, *, fd: int | None, worker: bool | None, access_log: bool) -> None:
    """The API on a database that is there already. Raises PortTaken, EmbeddedPostgresError."""
    now = _watch(access_log)
    listening = server.listen(host, port) if fd is None else server.inherited(fd)
    with telemetry.reporting(now), listening, starting.database_url() as url:
        app = create_app(url, with_worker=now.worker if worker is None else worker)
        address = listening.getsockname()
        server.serve(app, listening, on_ready=lambda: typer.echo(f"Serving on {address}"), access_log=access_log)


def work(queues: Collection[str]) -> None:
    """Jobs and schedules, of these queues or of all, until SIGINT or SIGTERM. Raises NoSuchQueue."""
    now = _watch()
    with telemetry.reporting(now), starting.database_url() as url:
        asyncio.run(_work(url, queues))


async def _work(url: str, queues: Collection[str]) -> None:
    manifest.install(DOMAINS)
    jobs.register(DOMAINS)
    enough = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, enough.set)
    async with worker.inside(url, queues) as task:
        typer.echo(f"Working (process {os.getpid()})")
        stop = asyncio.create_task(enough.wait())
        await asyncio.wait((task, stop), return_when=asyncio.FIRST_COMPLETED)


def create_administrator(email: str, password: str, first_name: str, last_name: str) -> None:
    """The first administrator. Raises typer.BadParameter for a bad address, RegisterInvalidPassword."""
    try:
        address = validate_email(email, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise typer.BadParameter(str(error)) from error
    with starting.database_url() as url:
        migrating.upgrade(url)
        make = partial(
            administrators.create, email=address, password=password, first_name=first_name, last_name=last_name
        )
        starting.in_session(url, make)
