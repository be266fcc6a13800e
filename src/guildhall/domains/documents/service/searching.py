"""Finding documents by what they are called and what they say."""

from sqlalchemy import ColumnElement, and_, func, literal_column, or_
from sqlalchemy.sql.functions import Function

from guildhall.core.language import folded
from guildhall.domains.documents.models import Document
from guildhall.domains.documents.rules import words

SHORT = 3  # letters; a part of a title that is shorter has no trigram in the index


def found(query: str) -> tuple[ColumnElement[bool], ColumnElement[float]]:
    """The condition for documents that have all the words of a query, or words that begin so; and how well they fit.

    Titles are also found by the middle of a word, because Swedish writes `styrelseprotokoll` in one. Without any word
    in the query nothing is found.
    """
    wanted = words(query)
    wish = _wish(wanted)
    conditions: list[ColumnElement[bool]] = [Document.search.bool_op("@@")(wish)]
    if wanted and min(map(len, wanted)) >= SHORT:
        conditions.append(and_(*(Document.title_key.contains(folded(word)) for word in wanted)))
    return or_(*conditions), func.ts_rank(Document.heading, wish)


def _wish(wanted: list[str]) -> ColumnElement[str]:
    text = folded(" & ".join(f"'{word}':*" for word in wanted))
    swedish, english = (
        func.to_tsquery(literal_column(f"'{language}'::regconfig"), text) for language in ("swedish", "english")
    )
    either: Function[str] = func.tsquery_or(swedish, english)
    return either
