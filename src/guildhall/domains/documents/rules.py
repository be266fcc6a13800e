"""The rules of documents that need neither database nor clock (content-admin sheet, §1)."""

import re
import unicodedata

MOST_WORDS = 10
SEARCHABLE = 200_000  # bytes; the words of more might not fit into the megabyte that PostgreSQL keeps of a text
_LETTERS = str.maketrans("øæØÆ", "oaOA")


def stored_name(name: str) -> str:
    """The name under which a file is kept and known: `my file åäö.PDF` is `myfileaao.pdf`.

    ASCII letters, digits and `_`, and the extension in lower case. The part before the point is empty when nothing
    of it is left, and so is the extension when there is none.
    """
    stem, _, extension = re.split(r"[/\\]", name)[-1].rpartition(".")
    kept, ending = (re.sub(r"[^A-Za-z0-9_]", "", _bare(part)) for part in (stem, extension))
    return f"{kept}.{ending.lower()}"


def words(query: str) -> list[str]:
    """The words of a search, at most `MOST_WORDS`, without accents and signs."""
    return re.findall(r"[^\W_]+", _bare(query))[:MOST_WORDS]


def searchable(text: str) -> str:
    """As much of the beginning of a text as can be searched."""
    return text.encode()[:SEARCHABLE].decode(errors="ignore")


def _bare(text: str) -> str:
    signs = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in signs if not unicodedata.combining(sign)).translate(_LETTERS)
