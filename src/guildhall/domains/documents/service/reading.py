"""Documents as the wire shows them; columns in one statement, never the text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import searching
from guildhall.core.access import Actor, member
from guildhall.domains.documents.errors import DocumentNotFound
from guildhall.domains.documents.models import Document
from guildhall.domains.documents.schemas import DocumentRead
from guildhall.platform.storage import StoredFile
from guildhall.platform.storage.serving import Sent
from guildhall.shared.users.models import User

_documents: Select[*tuple[Any, ...]] = (
    select(
        Document.id,
        Document.title,
        Document.file_name,
        Document.category,
        Document.author_id,
        User.first_name,
        User.last_name,
        Document.created_at,
        Document.updated_at,
        Document.is_private,
        Document.pages,
        StoredFile.size,
    )
    .join(User, User.id == Document.author_id)
    .join(StoredFile, StoredFile.id == Document.file_id)
)
_files = select(
    Document.file_name,
    Document.is_private,
    Document.created_at,
    StoredFile.kind,
    StoredFile.sha256,
    StoredFile.size,
    StoredFile.content_type,
).join(StoredFile, StoredFile.id == Document.file_id)
_newest = (Document.created_at.desc(), Document.id.desc())
_shelf = searching.Shelf(Document.id, Document.heading, Document.search, Document.title_key, _newest)


@dataclass(frozen=True)
class Lent:
    """A file that may be sent, and what is known of its document."""

    file_name: str
    is_private: bool
    created_at: datetime
    file: Sent


def _shape(row: Sequence[Any]) -> DocumentRead:
    number, title, file_name, category, author_id, first, last, created, updated, is_private, pages, size = row
    return DocumentRead.model_validate(
        {
            "id": number,
            "title": title,
            "file_name": file_name,
            "category": category,
            "author_id": author_id,
            "author": {"id": author_id, "first_name": first, "last_name": last},
            "created_at": created,
            "updated_at": updated,
            "is_private": is_private,
            "pages": pages,
            "size": size,
        }
    )


async def all_documents(
    session: AsyncSession, actor: Actor | None, *, query: str | None, category: str | None
) -> list[DocumentRead]:
    """What somebody may see: by category as Swedish sorts and then the newest first, or the best finds first."""
    conditions: list[ColumnElement[bool]] = []
    if not is_member(actor):
        conditions.append(Document.is_private.is_(False))
    if category is not None:
        conditions.append(Document.category == category.strip())
    if query and query.strip():
        await searching.by_index(session)
        best = searching.best(_shelf, query, *conditions)
        statement = _documents.join(best, best.c.id == Document.id).order_by(best.c.rank.desc(), *_newest)
    else:
        statement = _documents.where(*conditions).order_by(Document.category_key, *_newest)
    return [_shape(row) for row in await session.execute(statement)]


async def get(session: AsyncSession, document_id: int) -> DocumentRead:
    """The document. Raises DocumentNotFound."""
    row = (await session.execute(_documents.where(Document.id == document_id))).first()
    if row is None:
        raise DocumentNotFound
    return _shape(row)


async def shown(session: AsyncSession, actor: Actor | None, document_id: int) -> DocumentRead:
    """The document, for somebody who asks for it. Raises DocumentNotFound, NotSignedIn, NotMember."""
    document = await get(session, document_id)
    if document.is_private:
        member.admit(actor)
    return document


async def file(session: AsyncSession, actor: Actor | None, document_id: int) -> Lent:
    """The file of a document, for somebody who asks for it. Raises DocumentNotFound, NotSignedIn, NotMember."""
    row = (await session.execute(_files.where(Document.id == document_id))).first()
    if row is None:
        raise DocumentNotFound
    if row.is_private:
        member.admit(actor)
    return Lent(row.file_name, row.is_private, row.created_at, Sent(*row[3:]))


def is_member(actor: Actor | None) -> bool:
    """Whether somebody may read what is private."""
    return actor is not None and actor.is_verified and actor.is_member
