"""The rules of documents that need neither database nor clock (content-admin sheet, §1)."""

import re
import unicodedata

LONGEST = 300  # signs of a file name
MOST_WORDS = 10
SEARCHABLE = 200_000  # bytes; the words of more might not fit into the megabyte that PostgreSQL keeps of a text
_LETTERS = str.maketrans("øæØÆ", "oaOA")


def stem_and_extension(name: str) -> tuple[str, str]:
    """The two parts of the name under which a file is known: `my file åäö.PDF` is `myfileaao` and `pdf`.

    ASCII letters, digits and `_`, and the extension in lower case; either is empty when nothing is left of it.
    """
    file = re.split(r"[/\\]", name)[-1]
    stem, point, extension = file.rpartition(".")
    kept, ending = (re.sub(r"[^A-Za-z0-9_]", "", _bare(part)) for part in (stem if point else file, extension))
    return kept, ending.lower() if point else ""


def words(query: str) -> list[str]:
    """The words of a search, at most `MOST_WORDS`, without accents and signs."""
    return re.findall(r"[^\W_]+", _bare(query))[:MOST_WORDS]


def searchable(text: str) -> str:
    """As much of the beginning of a text as can be searched, decomposed: some signs become many that way."""
    return unicodedata.normalize("NFKD", text).encode()[:SEARCHABLE].decode(errors="ignore")


def _bare(text: str) -> str:
    signs = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in signs if not unicodedata.combining(sign)).translate(_LETTERS)
