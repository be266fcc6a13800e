"""The children: started when they are first needed, one picture at a time each, replaced when they die."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import structlog

log = structlog.get_logger(__name__)

SOURCES = Path(__file__).parents[3]
CHILD = "guildhall.platform.images.child"
LONGEST_ANSWER = 64 * 1024
GRACE = 5.0  # seconds for a child to end that has closed its line
KEPT = ("PATH", "LD_LIBRARY_PATH")
"""What a child gets to know of our environment: no secrets."""
OURS = {
    "LC_ALL": "C.UTF-8",
    "PYTHONPATH": str(SOURCES),
    "MALLOC_ARENA_MAX": "2",
    "VIPS_CONCURRENCY": "1",
    "VIPS_DISC_THRESHOLD": "4g",  # its memory is limited; files that it forgets would not be
    "VIPS_WARNING": "0",
}

Answer = dict[str, Any]


@dataclass(frozen=True)
class Confines:
    """What one picture may take: seconds, and bytes of address space."""

    seconds: float
    memory: int


class CannotStart(Exception):
    """A child does not come up; its own words are on our standard error."""


class Silent(Exception):
    """A child that answers no more and has ended; `status` is how, 0 when it had gone home for want of work."""

    def __init__(self, status: int) -> None:
        super().__init__(f"ended with {status}")
        self.status = status


class Child:
    """A process that works on pictures, and the line to it. Raises CannotStart."""

    def __init__(self, confines: Confines) -> None:
        self._seconds = confines.seconds
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-P", "-m", CHILD, str(confines.memory)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env={name: os.environ[name] for name in KEPT if name in os.environ} | OURS,
                cwd="/",
            )
        self._line = Connection(ours.detach())
        try:
            self._hear()
        except Silent as error:
            raise CannotStart from error

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked. It may have gone home, or been ended for want of memory elsewhere."""
        return self.process.poll() is None

    def do(self, wish: Mapping[str, Any]) -> Answer:
        """What it answers. Raises Silent."""
        try:
            self._line.send_bytes(json.dumps(wish).encode())
        except OSError as error:
            raise self._ended(within=GRACE) from error
        return self._hear()

    def _hear(self) -> Answer:
        try:
            if self._line.poll(self._seconds):
                return json.loads(self._line.recv_bytes(LONGEST_ANSWER))
        except (OSError, EOFError, ValueError) as error:
            raise self._ended(within=GRACE) from error
        raise self._ended(within=0)

    def _ended(self, within: float) -> Silent:
        self.close(within)
        return Silent(self.process.returncode)

    def close(self, within: float = GRACE) -> None:
        """Let it go home; within so many seconds, or it is ended."""
        self._line.close()
        try:
            self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Pool:
    """So many threads of this process, each with a child of its own from the first time it has something to do.

    At the end of this process the children need no farewell: they end when their line does, however it ended.
    """

    def __init__(self, processes: int, confines: Confines) -> None:
        self._confines = confines
        self._threads = ThreadPoolExecutor(processes, thread_name_prefix="darkroom")
        self._own = threading.local()
        self._children: set[Child] = set()
        self._is_closed = False

    async def work(self, **wish: Any) -> Answer:
        """What a child answers; that the picture is broken, when the child does not survive it.

        Raises CannotStart, and Silent when the pool is closed meanwhile.
        """
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._work, wish)

    def _work(self, wish: Mapping[str, Any]) -> Answer:
        try:
            return self._ask(wish)
        except Silent as silence:
            if self._is_closed:
                raise
            log.warning("a picture ended the process that worked on it", status=silence.status, path=wish["path"])
            return {"unfit": "broken", "why": str(silence)}

    def _ask(self, wish: Mapping[str, Any]) -> Answer:
        child: Child | None = getattr(self._own, "child", None)
        try:
            return (child if child and child.is_alive else self._another()).do(wish)
        except Silent as silence:
            if silence.status:
                raise
            return self._another().do(wish)  # it went home a moment before it was asked

    def _another(self) -> Child:
        self._children = {child for child in self._children if child.is_alive}
        self._own.child = child = Child(self._confines)
        self._children.add(child)
        return child

    def close(self) -> None:
        """End the children, for when nobody waits for them any more."""
        self._is_closed = True
        for child in self._children:
            child.process.kill()
        self._threads.shutdown(cancel_futures=True)
        for child in self._children:
            child.close()
