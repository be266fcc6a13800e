"""Finding texts by their words, as Swedish and English stem them, without regard to case and accents.

A table that is searched has two generated columns of `weighed` texts: `heading`, by which finds are ranked, and
`search`, by which they are found, with a GIN index; and one `folded` (core.language) with an index of trigrams, in
which parts of words are found, because Swedish writes `styrelseprotokoll` in one.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    Subquery,
    and_,
    func,
    literal_column,
    select,
    text,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.functions import Function

from guildhall.core.language import folded

SHORT = 3  # letters; what is shorter is a whole word: it begins too many, and trigrams do not have it
MOST = 100
MOST_WORDS = 10
_LANGUAGES = ("swedish", "english")
_LETTERS = str.maketrans("øæØÆ", "oaOA")


@dataclass(frozen=True)
class Shelf:
    """The columns by which the rows of a table are found, and the order of finds that are equally good."""

    id: SQLColumnExpression[int]
    heading: SQLColumnExpression[Any]
    search: SQLColumnExpression[Any]
    key: SQLColumnExpression[str]
    order: tuple[SQLColumnExpression[Any], ...]


def weighed(column: str, weight: str) -> ColumnElement[str]:
    """SQL for the words of a column as both languages stem them; `weight` is A, the heaviest, to D."""
    swedish, english = (
        func.to_tsvector(literal_column(f"'{language}'::regconfig"), folded(text(column))) for language in _LANGUAGES
    )
    return func.setweight(swedish.concat(english), literal_column(f"'{weight}'"))


def bare(text: str) -> str:
    """The text without accents; ø and æ are o and a."""
    signs = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in signs if not unicodedata.combining(sign)).translate(_LETTERS)


def words(query: str) -> list[str]:
    """The words of a search, at most `MOST_WORDS`, without accents and signs."""
    return re.findall(r"[^\W_]+", bare(query))[:MOST_WORDS]


async def by_index(session: AsyncSession) -> None:
    """Let PostgreSQL use the indexes in this transaction.

    It does not reckon with the words of long texts lying outside of the table: to look through five thousand of them
    takes it an eighth of a second, and it believes that to be cheaper than asking the index.
    """
    await session.execute(select(func.set_config("enable_seqscan", "off", True)))


def best(shelf: Shelf, query: str, *conditions: ColumnElement[bool]) -> Subquery:
    """The `MOST` rows that fit a query best, of those for which the conditions hold: `id` and `rank`.

    They have all of its words, or words that begin so, or parts of words in their key. Without any word in the query
    nothing is found.
    """
    wanted = words(query)
    wish = _wish(wanted)
    # Two questions: in one, whatever is found by its key would be looked through for words, too.
    ways: list[ColumnElement[bool]] = [shelf.search.bool_op("@@")(wish)]
    if wanted and min(map(len, wanted)) >= SHORT:
        ways.append(and_(*(shelf.key.contains(folded(word)) for word in wanted)))
    found = union_all(*(select(shelf.id).where(way) for way in ways))
    rank = func.ts_rank(shelf.heading, wish).label("rank")
    ranked = select(shelf.id, rank).where(shelf.id.in_(found), *conditions)
    return ranked.order_by(rank.desc(), *shelf.order).limit(MOST).subquery("best")


def _wish(wanted: list[str]) -> ColumnElement[str]:
    text = folded(" & ".join(f"'{word}'{':*' if len(word) >= SHORT else ''}" for word in wanted))
    swedish, english = (func.to_tsquery(literal_column(f"'{language}'::regconfig"), text) for language in _LANGUAGES)
    either: Function[str] = func.tsquery_or(swedish, english)
    return either
