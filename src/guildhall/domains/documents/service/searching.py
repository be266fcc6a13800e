"""Finding documents by what they are called and what they say."""

from sqlalchemy import ColumnElement, Subquery, and_, func, literal_column, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.functions import Function

from guildhall.core.language import folded
from guildhall.domains.documents.models import Document
from guildhall.domains.documents.rules import words

SHORT = 3  # letters; what is shorter is a whole word: it begins too many, and trigrams do not have it
MOST = 100


async def by_index(session: AsyncSession) -> None:
    """Let PostgreSQL use the indexes in this transaction.

    It does not reckon with the words of long texts lying outside of the table: to look through five thousand of them
    takes it an eighth of a second, and it believes that to be cheaper than asking the index.
    """
    await session.execute(select(func.set_config("enable_seqscan", "off", True)))


def best(query: str, *conditions: ColumnElement[bool]) -> Subquery:
    """The `MOST` documents that fit a query best, of those for which the conditions hold: `id` and `rank`.

    They have all of its words, or words that begin so. Titles are also found by the middle of a word, because Swedish
    writes `styrelseprotokoll` in one. Without any word in the query nothing is found.
    """
    wanted = words(query)
    wish = _wish(wanted)
    # Two questions: in one, whatever is found by its title would be looked through for words, too.
    ways: list[ColumnElement[bool]] = [Document.search.bool_op("@@")(wish)]
    if wanted and min(map(len, wanted)) >= SHORT:
        ways.append(and_(*(Document.title_key.contains(folded(word)) for word in wanted)))
    found = union_all(*(select(Document.id).where(way) for way in ways))
    rank = func.ts_rank(Document.heading, wish).label("rank")
    ranked = select(Document.id, rank).where(Document.id.in_(found), *conditions)
    return ranked.order_by(rank.desc(), Document.created_at.desc(), Document.id.desc()).limit(MOST).subquery("best")


def _wish(wanted: list[str]) -> ColumnElement[str]:
    text = folded(" & ".join(f"'{word}'{':*' if len(word) >= SHORT else ''}" for word in wanted))
    swedish, english = (
        func.to_tsquery(literal_column(f"'{language}'::regconfig"), text) for language in ("swedish", "english")
    )
    either: Function[str] = func.tsquery_or(swedish, english)
    return either
