"""Serving: a socket of our own or of a supervisor, a running application, a calm end."""

import asyncio
import gc
import os
import signal
import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from guildhall.core.settings import settings

LAST_WORDS = 0.3  # seconds
FIRST_PASSED_SOCKET = 3  # where systemd, circus and others put the first socket they pass (LISTEN_FDS)


class PortTaken(Exception):
    """It is not possible to listen there."""


def listen(host: str, port: int) -> socket.socket:
    """The socket a supervisor passes (systemd's LISTEN_FDS), or one of our own. Raises PortTaken.

    A supervisor keeps its socket open while we restart, so that nobody is refused meanwhile.
    """
    if os.environ.get("LISTEN_PID") == str(os.getpid()) and os.environ.get("LISTEN_FDS", "0") != "0":
        return inherited(FIRST_PASSED_SOCKET)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise PortTaken(f"cannot listen on {host}:{port}: {error.strerror}") from error


def inherited(descriptor: int) -> socket.socket:
    """A listening socket that the process which started us left open. Raises PortTaken when it is none."""
    try:
        return socket.socket(fileno=descriptor)
    except OSError as error:
        raise PortTaken(f"descriptor {descriptor} is no listening socket: {error.strerror}") from error


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None], on_stop: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready, self._on_stop = on_ready, on_stop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            gc.freeze()  # what is there now stays; looking through it for garbage was a third of a long list's time
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        self._on_stop()  # streams would go on for as long as we let them
        # Who was let in a moment ago has yet to say what they want; closing on them would be a refusal. Whoever
        # speaks on a connection that they have kept is told to come back on a new one.
        self.server_state.default_headers = [*self.server_state.default_headers, (b"connection", b"close")]
        await asyncio.sleep(LAST_WORDS)
        await super().shutdown(sockets)


def serve(app: FastAPI, on: socket.socket, *, on_ready: Callable[[], None], access_log: bool = False) -> bool:
    """Serve until SIGINT or SIGTERM; running requests finish, within the setting `stop_seconds`.

    Returns whether the application started at all.
    """
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws="none",
        log_config=None,
        access_log=access_log,
        proxy_headers=False,  # the application believes its trusted proxies, and nobody else
        server_header=False,
        timeout_graceful_shutdown=settings().stop_seconds,
    )
    server = _Server(config, on_ready, app.state.live.stop)

    def stop(_number: int, _frame: object) -> None:
        server.should_exit = True

    # The server hands the signal on to these when it has stopped; what comes after it must still happen.
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        server.run(sockets=[on])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return server.started
