"""Multipart forms, read as they come: their files are written and measured on the way. Not for the event loop."""

import asyncio
import codecs
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fastapi import UploadFile
from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, Headers
from starlette.datastructures import UploadFile as StarletteUploadFile

from guildhall.core.errors import TooLarge
from guildhall.core.scratch import Received, Sheet

FIELDS = 20  # beside the files, at most
LONGEST_FIELD = 65_536  # bytes


class TooManyFiles(TooLarge):
    code = "too_many_files"
    en, sv = "At most {most} files can be sent at once", "Högst {most} filer kan skickas på en gång"


class Malformed(Exception):
    """What came is no form, ends before its end, or has more fields than anybody needs."""


class Upload(UploadFile):
    """A file of a form: `received` is what lies on this machine until the answer has left."""

    received: Received

    def __init__(self, sheet: Sheet, filename: str, headers: Headers) -> None:
        super().__init__(sheet.file, size=0, filename=filename, headers=headers)
        self.sheet = sheet

    def end(self) -> None:
        """All of it is there."""
        self.received = self.sheet.done()
        self.size = self.received.size

    async def close(self) -> None:
        """Remove it."""
        await asyncio.to_thread(self.sheet.remove)


@dataclass
class _Part:
    headers: list[tuple[bytes, bytes]] = field(default_factory=list[tuple[bytes, bytes]])
    name: str = ""
    text: bytearray = field(default_factory=bytearray)
    upload: Upload | None = None


class Form:
    """A form on its way in, with at most `most` files.

    Raises Malformed for a content type that names no boundary.
    """

    def __init__(self, content_type: str, most: int) -> None:
        _, options = parse_options_header(content_type)
        if b"boundary" not in options:
            raise Malformed
        self._most, self._charset = most, _known(options.get(b"charset", b"utf-8").decode("latin-1"))
        self._part, self._header, self._value = _Part(), b"", b""
        self._items: list[tuple[str, str | StarletteUploadFile]] = []
        self._uploads: list[Upload] = []
        self._fields, self._is_whole = 0, False
        self._parser = MultipartParser(options[b"boundary"], self._heard())

    def _heard(self) -> Any:
        told: dict[str, Callable[..., None]] = {
            "on_part_begin": self._begin,
            "on_header_field": self._more_header,
            "on_header_value": self._more_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._end_headers,
            "on_part_data": self._more,
            "on_part_end": self._end,
            "on_end": self._end_form,
        }
        return told

    def read(self, piece: bytes) -> None:
        """The next bytes. Raises Malformed, TooManyFiles."""
        try:
            self._parser.write(piece)
        except FormParserError as error:
            raise Malformed from error

    def done(self) -> FormData:
        """Everything that came: texts, and files as `Upload`. Raises Malformed when it is not whole."""
        if not self._is_whole:
            raise Malformed
        return FormData(self._items)

    def remove(self) -> None:
        """Remove every file that came."""
        for upload in self._uploads:
            upload.sheet.remove()

    def _begin(self) -> None:
        self._part = _Part()

    def _more_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _more_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        self._part.headers.append((self._header.lower(), self._value))
        self._header, self._value = b"", b""

    def _end_headers(self) -> None:
        headers = Headers(raw=self._part.headers)
        _, options = parse_options_header(headers.get("content-disposition"))
        if b"name" not in options:
            raise Malformed
        self._part.name = self._decoded(options[b"name"])
        if b"filename" in options:
            self._open(self._decoded(options[b"filename"]), headers)
            return
        self._fields += 1
        if self._fields > FIELDS:
            raise Malformed

    def _open(self, filename: str, headers: Headers) -> None:
        if len(self._uploads) == self._most:
            raise TooManyFiles(most=self._most)
        for upload in self._uploads:
            upload.sheet.touch()  # a slow line may need longer for all of them than anything may lie there
        self._part.upload = Upload(Sheet(), filename, headers)
        self._uploads.append(self._part.upload)

    def _more(self, data: bytes, start: int, end: int) -> None:
        part = memoryview(data)[start:end]
        if self._part.upload:
            self._part.upload.sheet.write(part)
            return
        self._part.text += part
        if len(self._part.text) > LONGEST_FIELD:
            raise Malformed

    def _end(self) -> None:
        if upload := self._part.upload:
            upload.end()
        self._items.append((self._part.name, upload or self._decoded(self._part.text)))

    def _end_form(self) -> None:
        self._is_whole = True

    def _decoded(self, text: bytes | bytearray) -> str:
        try:
            return text.decode(self._charset)
        except UnicodeDecodeError:
            return text.decode("latin-1")


def _known(charset: str) -> str:
    try:
        return codecs.lookup(charset).name
    except LookupError:
        return "latin-1"
