"""Guildhall as an operator runs it: real processes, real ports."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx2

ROOT = Path(__file__).parents[1]
PATIENCE = 60.0
Settings = Mapping[str, str]
NONE: Settings = {}


class Process:
    """A `guildhall` command on its way; `said` is what it has printed, `http` speaks to it."""

    def __init__(
        self,
        *command: str,
        data: Path,
        settings: Settings = NONE,
        port: int = 0,
        pass_fds: tuple[int, ...] = (),
        typed: str = "",
        module: str = "guildhall",
    ) -> None:
        self.port = port
        self.http = httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE)
        self._log = data.parent / f"{data.name}-{time.monotonic_ns()}.log"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GUILDHALL_")}
        environment = kept | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "GUILDHALL_DATA": str(data)}
        environment |= {f"GUILDHALL_{name}": value for name, value in settings.items()}
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", module, *command],
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.PIPE,
                pass_fds=pass_fds,
                start_new_session=True,
            )
        assert self._process.stdin
        with self._process.stdin as keyboard:
            keyboard.write(typed.encode())

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def said(self) -> str:
        return self._log.read_text()

    def wait_until_it_says(self, words: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while words not in self.said:
            assert self._process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.02)

    def stop(self, number: int = signal.SIGINT) -> int:
        """Send a signal and wait for the end; the exit status."""
        self.http.close()
        if self._process.poll() is None:
            self._process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        return self._process.wait(PATIENCE)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


@contextmanager
def up(data: Path, *more: str) -> Iterator[Process]:
    """`guildhall up`, ready to answer; stopped at the end if it still runs. The data stays for another `up`."""
    port = free_port()
    process = Process("up", "--host", "127.0.0.1", "--port", str(port), *more, data=data, port=port)
    try:
        process.wait_until_it_says("Ctrl-C")
        yield process
    finally:
        process.stop()


@contextmanager
def serving(
    data: Path,
    settings: Settings,
    *more: str,
    pass_fds: tuple[int, ...] = (),
    port: int = 0,
    module: str = "guildhall",
) -> Iterator[Process]:
    """`guildhall serve` on a database that runs already; without a port of its own when it gets a socket."""
    port = port or free_port()
    own = () if pass_fds else ("--port", str(port))
    command = ("serve", "--no-worker", *own, *more)
    process = Process(*command, data=data, settings=settings, port=port, pass_fds=pass_fds, module=module)
    try:
        process.wait_until_it_says("Serving on")
        yield process
    finally:
        process.stop(signal.SIGTERM)
