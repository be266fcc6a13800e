"""A server that speaks S3, for real: on loopback, in a process of its own, with buckets for who asks.

>>> with Buckets() as buckets:
...     url = buckets.new()                                     # s3://KEY:SECRET@bucket?endpoint=...
...     with Pipe(buckets.port) as pipe:
...         pipe.hold_after(100_000)                            # then nothing more comes through
...         slow = buckets.new(port=pipe.port)
"""

import contextlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

import httpx2

from tests.processes import PATIENCE, free_port

KEY, SECRET = "AKIAGUILDHALL", "a-secret-nobody-may-read"


class Buckets:
    """The server, for the length of the `with`."""

    def __init__(self) -> None:
        self.port, self._many = free_port(), 0

    def __enter__(self) -> Self:
        program = Path(sys.executable).parent / "moto_server"
        command = [program, "-H", "127.0.0.1", "-p", str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE
        while not _answers(self.port):
            assert self._process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def new(self, prefix: str = "", *, port: int = 0) -> str:
        """The URL of a new bucket, reached through another `port` if one is named."""
        self._many += 1
        name = f"bucket-{self._many}"
        assert httpx2.put(f"http://127.0.0.1:{self.port}/{name}").status_code == 200
        return self.url(name, prefix, port=port)

    def url(self, name: str, prefix: str = "", *, port: int = 0) -> str:
        """The URL of a bucket that may be there or not."""
        return f"s3://{KEY}:{SECRET}@{name}/{prefix}?endpoint=http://127.0.0.1:{port or self.port}"


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


class Pipe:
    """Everything that comes to `port` goes on to another, until so many bytes went through; then all stand still."""

    def __init__(self, onward: int) -> None:
        self._onward, self._left = onward, sys.maxsize
        self._counting, self._over = threading.Lock(), threading.Event()
        self.is_stuck = threading.Event()
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        door = socket.create_server(("127.0.0.1", 0))
        self._sockets, self.port = [door], door.getsockname()[1]
        self._start(self._let_in, door)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for each in self._sockets:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)  # whoever waits for it goes on
        for thread in self._threads:
            thread.join(PATIENCE)
        for each in self._sockets:
            each.close()

    def _start(self, work: Callable[..., None], *things: socket.socket) -> None:
        self._threads.append(threading.Thread(target=work, args=things, daemon=True))
        self._threads[-1].start()

    def hold_after(self, size: int) -> None:
        """Let so many bytes through from now on, both ways together."""
        with self._counting:
            self._left = size

    def wait_until_stuck(self) -> None:
        assert self.is_stuck.wait(PATIENCE)

    def _let_in(self, door: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                guest, _ = door.accept()
                self._sockets.append(guest)
                house = socket.create_connection(("127.0.0.1", self._onward))
                self._sockets.append(house)
                self._start(self._pump, guest, house)
                self._start(self._pump, house, guest)

    def _pump(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := one.recv(16_384):
                if not self._may_pass(len(piece)):
                    return
                other.sendall(piece)
            other.shutdown(socket.SHUT_WR)

    def _may_pass(self, size: int) -> bool:
        with self._counting:
            self._left -= size
            is_enough = self._left < 0
        if is_enough:
            self.is_stuck.set()
            self._over.wait()
        return not is_enough
