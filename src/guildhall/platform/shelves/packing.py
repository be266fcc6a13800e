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


class Packed:
    """The same in every encoding that it is sent in; packed when the first client comes that takes it so."""

    def __init__(self, body: bytes) -> None:
        self.plain = _form(body)
        self._packing: asyncio.Future[Form] | None = None

    @property
    def size(self) -> int:
        """Bytes, as it is; packed it has a tenth of that, beside."""
        return len(self.plain.body)

    async def gzip(self) -> Form:
        """Packed with gzip, or as it is where that is not shorter. What takes long does not hold up the event loop."""
        if self._packing is None:
            self._packing = asyncio.ensure_future(self._pack())
        return await asyncio.shield(self._packing)

    async def _pack(self) -> Form:
        body = self.plain.body
        packed = await asyncio.to_thread(_shorter, body) if len(body) > LARGE else _shorter(body)
        return self.plain if packed is body else _form(packed)


def _shorter(body: bytes) -> bytes:
    packed = gzip.compress(body, LEVEL, mtime=0) if len(body) > SMALL else body  # without the time: the same each time
    return packed if len(packed) < len(body) else body


def _form(body: bytes) -> Form:
    return Form(body, f'"{sha256(body).hexdigest()[:32]}"')
