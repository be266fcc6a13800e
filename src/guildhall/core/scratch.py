"""The folder of this machine for what is in work, and files that are written there and measured on the way."""

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from guildhall.core.settings import settings


@dataclass(frozen=True)
class Received:
    """A file on this machine that is nobody's yet, measured: its SHA-256, and its size in bytes."""

    path: Path
    sha256: bytes
    size: int


def scratch() -> Path:
    """The folder of this machine for what is in work; made when it is not there, and swept."""
    folder = settings().data / "scratch"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def in_scratch() -> Path:
    """Where another file in work may lie; nothing is there yet."""
    return scratch() / secrets.token_hex(16)


class Sheet:
    """A new file in work. It is measured while it is written, so nobody has to read it for that."""

    def __init__(self) -> None:
        self.path = in_scratch()
        self.file: BinaryIO = self.path.open("x+b")
        self._seen, self._size = hashlib.sha256(), 0

    def write(self, part: bytes | memoryview) -> int:
        """Add to it; its size then."""
        self._seen.update(part)
        self.file.write(part)
        self._size += len(part)
        return self._size

    def done(self) -> Received:
        """What was written, from now on to be read by others and from its beginning."""
        self.file.seek(0)  # writes what is left
        return Received(self.path, self._seen.digest(), self._size)

    def touch(self) -> None:
        """Let it be as young as what is written now: what is old in this folder is swept."""
        os.utime(self.path)

    def remove(self) -> None:
        """Close and remove it, if that is not done yet."""
        try:
            self.file.close()
        finally:
            self.path.unlink(missing_ok=True)
