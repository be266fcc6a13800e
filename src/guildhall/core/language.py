"""Swedish or English: which of the two a client asks for, and how Swedish names are found and sorted."""

from typing import Literal

from sqlalchemy import ColumnElement, TextClause, func, literal_column
from sqlalchemy.sql.functions import Function

Language = Literal["sv", "en"]

_NFC: ColumnElement[str] = literal_column("NFC")
_NFKD: ColumnElement[str] = literal_column("NFKD")


def preferred(accept_language: str | None) -> Language:
    """Swedish or English by the header `Accept-Language`; English when nothing or neither is asked for."""
    ranked = sorted(map(_weighed, (accept_language or "").split(",")), key=lambda wish: -wish[1])
    for tag, weight in ranked:
        if weight > 0 and tag in ("sv", "en"):
            return "sv" if tag == "sv" else "en"
    return "en"


def _weighed(wish: str) -> tuple[str, float]:
    tag, _, parameter = wish.strip().lower().partition(";")
    try:
        weight = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
    except ValueError:
        weight = 0.0
    return tag.strip().split("-")[0], weight


def folded(text: ColumnElement[str] | TextClause | str) -> Function[str]:
    """SQL for a text without case and accents (`Åsa Lindén` is `asa linden`), for searching.

    Immutable, so that it can be generated and indexed; needs no extension.
    """
    # Accents go before case: a server without a locale lowers A to Z only.
    bare = func.regexp_replace(func.normalize(text, _NFKD), r"[\u0300-\u036f]", "", "g")
    return func.lower(func.translate(bare, "øæđłðØÆĐŁÐ", "oadldoadld"))


def swedish_order(text: TextClause) -> Function[str]:
    """SQL for a key that sorts as Swedish does (å, ä, ö last, é as e) under the collation "C"."""
    return folded(func.translate(func.normalize(text, _NFC), "åäöæøÅÄÖÆØ", "{|}|}{|}|}"))
