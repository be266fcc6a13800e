"""The process that reads one document: `python -m guildhall.platform.pdf.child <DOCUMENT`; prints JSON."""

import json
import resource
import sys
from contextlib import suppress

import pypdfium2  # pyright: ignore[reportMissingTypeStubs]

from guildhall.platform.pdf.inspecting import Refused, inspect
from guildhall.platform.pdf.reading import text_of

MEMORY = 1024**3
CPU_SECONDS = 20
LIMITS = {
    resource.RLIMIT_AS: MEMORY,
    resource.RLIMIT_CPU: CPU_SECONDS,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_CORE: 0,
}


def _limit() -> None:
    for kind, most in LIMITS.items():
        with suppress(ValueError, OSError):  # not every system has every limit
            resource.setrlimit(kind, (most, most))


def _answer() -> dict[str, object]:
    try:
        data = sys.stdin.buffer.read()
        return {"pages": inspect(data), "text": text_of(data)}
    except Refused as refused:
        return {"refused": refused.args[0]}
    except pypdfium2.PdfiumError:
        return {"refused": "broken_pdf"}
    except MemoryError:
        return {"refused": "pdf_too_complex"}


if __name__ == "__main__":
    _limit()
    sys.stdout.write(json.dumps(_answer()))
