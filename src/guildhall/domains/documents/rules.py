"""The rules of documents that need neither database nor clock (content-admin sheet, §1)."""

import re
import unicodedata

from guildhall.core.searching import bare

LONGEST = 300  # signs of a file name
SEARCHABLE = 200_000  # bytes; the words of more might not fit into the megabyte that PostgreSQL keeps of a text


def stem_and_extension(name: str) -> tuple[str, str]:
    """The two parts of the name under which a file is known: `my file åäö.PDF` is `myfileaao` and `pdf`.

    ASCII letters, digits and `_`, and the extension in lower case; either is empty when nothing is left of it.
    """
    file = re.split(r"[/\\]", name)[-1]
    stem, point, extension = file.rpartition(".")
    kept, ending = (re.sub(r"[^A-Za-z0-9_]", "", bare(part)) for part in (stem if point else file, extension))
    return kept, ending.lower() if point else ""


def searchable(text: str) -> str:
    """As much of the beginning of a text as can be searched, decomposed: some signs become many that way."""
    return unicodedata.normalize("NFKD", text).encode()[:SEARCHABLE].decode(errors="ignore")
