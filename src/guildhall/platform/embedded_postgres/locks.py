"""Locks that tell whether somebody lives.

A process id in a file lies after a power cut, and in a container the same few ids come back at every start. The
kernel does not lie: an flock is gone when the last process that holds the open file is gone.
"""

import fcntl
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


class Lock:
    """A file that one process, or one family of processes, holds at a time; its words say who.

    Children that inherit `fd` hold the lock too, until the last of them has ended. A dropped `Lock` keeps its file
    locked: only `release` or the end of the process lets go.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fd = -1

    def take(self, words: str, *, patience: float = 0) -> bool:
        """Take the lock and leave `words` in it; False when another still holds it after `patience` seconds."""
        deadline = time.monotonic() + patience
        while not self._try():
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.01)
        text = words.encode()
        os.pwrite(self.fd, text, 0)
        os.ftruncate(self.fd, len(text))
        return True

    @contextmanager
    def taken(self, words: str, *, patience: float = 0) -> "Generator[Lock]":
        """Hold the lock for the length of a block. Raises TimeoutError (an OSError) when another still holds it."""
        if not self.take(words, patience=patience):
            raise TimeoutError(f"{self.path} is held by another process ({self.words()})")
        try:
            yield self
        finally:
            self.release()

    @property
    def held(self) -> bool:
        """Whether we took it and did not release it."""
        return self.fd >= 0

    def words(self) -> str:
        """What the latest holder left; empty when nobody ever held it."""
        return self.path.read_text() if self.path.exists() else ""

    def release(self) -> None:
        """Let go of this process's share; children that inherited it keep theirs. May be called twice."""
        if self.held:
            os.close(self.fd)  # not LOCK_UN, which would free it for the children too
            self.fd = -1

    def _try(self) -> bool:
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # 10 or more: the guardian's shell script uses the single digits for itself
            self.fd = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 10)
        except BlockingIOError:
            return False
        finally:
            os.close(fd)
        return True
