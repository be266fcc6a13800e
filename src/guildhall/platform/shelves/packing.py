"""Bytes as they leave: as they are and, where that is shorter, packed with gzip."""

import asyncio
import gzip
from dataclasses import dataclass
from hashlib import sha256

SMALL = 1_000  # bytes; of fewer, packing saves no packet
LARGE = 20_000  # bytes; packing more takes a millisecond and longer, so a thread does it
LEVEL = 4  # of 300 events: half the time of 6, and some tenths more bytes


@dataclass(frozen=True, slots=True)
class Form:
    """Bytes in one encoding. The ETag is their own checksum, so each encoding has another, and it is a strong one."""

    body: bytes
    etag: str


@dataclass(frozen=True, slots=True)
class Packed:
    """The same in every encoding that it is sent in."""

    plain: Form
    gzip: Form | None

    @property
    def size(self) -> int:
        """Bytes, in all."""
        return len(self.plain.body) + (len(self.gzip.body) if self.gzip else 0)


async def packed(body: bytes) -> Packed:
    """These bytes, packed. What takes long does not hold up the event loop."""
    return await asyncio.to_thread(_packed, body) if len(body) > LARGE else _packed(body)


def _packed(body: bytes) -> Packed:
    shorter = gzip.compress(body, LEVEL, mtime=0) if len(body) > SMALL else body  # without the time: the same each time
    return Packed(_form(body), _form(shorter) if len(shorter) < len(body) else None)


def _form(body: bytes) -> Form:
    return Form(body, f'"{sha256(body).hexdigest()[:32]}"')
