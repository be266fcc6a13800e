"""Uploading documents, editing and removing them."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.core.access import Actor
from guildhall.core.database import flush, lock, release
from guildhall.core.patch import changes, patch
from guildhall.core.scratch import Received
from guildhall.core.settings import settings
from guildhall.domains.documents.errors import (
    DocumentNotFound,
    DocumentTooLarge,
    FileNameNotPdf,
    FileNameTaken,
)
from guildhall.domains.documents.models import Document
from guildhall.domains.documents.rules import LONGEST, searchable, stem_and_extension
from guildhall.domains.documents.schemas import DocumentRead, DocumentUpdate
from guildhall.domains.documents.service import reading
from guildhall.platform import storage
from guildhall.platform.pdf import checking
from guildhall.platform.storage.errors import FileHasNoName, FileNameTooLong
from guildhall.shared.users.errors import UserNotFound

KIND, CONTENT_TYPE = "documents", "application/pdf"


@dataclass(frozen=True)
class Upload:
    """A file that somebody sends, and what they say of it."""

    file: Received
    name: str
    title: str
    category: str
    is_private: bool


async def upload(session: AsyncSession, actor: Actor, wish: Upload) -> Document:
    """Keep a PDF as a document, or nothing at all.

    Raises FileHasNoName, FileNameTooLong, FileNameNotPdf, FileNameTaken, DocumentTooLarge, and what
    `platform.pdf.checking.checked` raises.
    """
    file_name = _name_for(wish.name)
    await _refuse_taken(session, file_name)
    limit = settings().document_limit
    if wish.file.size > limit:
        raise DocumentTooLarge(mebibytes=limit // 1024**2)
    await release(session)  # the file is read for seconds
    contents = await checking.checked(wish.file.path)
    await _claim(session, file_name)
    return await _shelve(session, actor, wish, file_name, contents)


async def change(session: AsyncSession, document_id: int, wish: DocumentUpdate) -> Document:
    """Change what was sent. Raises DocumentNotFound."""
    document = await _locked(session, document_id)
    if changes(document, wish):
        patch(document, wish)
        document.updated_at = clock.now()
    await session.flush()
    return document


async def remove(session: AsyncSession, document_id: int) -> DocumentRead:
    """Remove a document, and its file after the commit; returns what it was. Raises DocumentNotFound."""
    document = await _locked(session, document_id)
    removed = await reading.get(session, document_id)
    await session.delete(document)
    await session.flush()
    await storage.drop(session, [document.file_id])
    return removed


def _name_for(name: str) -> str:
    stem, extension = stem_and_extension(name)
    if not stem:
        raise FileHasNoName
    if extension != "pdf":
        raise FileNameNotPdf
    if len(stem) > LONGEST - len(".pdf"):
        raise FileNameTooLong
    return f"{stem}.pdf"


async def _refuse_taken(session: AsyncSession, file_name: str) -> None:
    if await session.scalar(select(Document.id).where(Document.file_name == file_name)) is not None:
        raise FileNameTaken(file_name=file_name)


async def _claim(session: AsyncSession, file_name: str) -> None:
    # Before the file is kept: of two who race for a name, the loser should leave no file behind.
    await lock(session, f"document {file_name}")
    await _refuse_taken(session, file_name)


async def _shelve(
    session: AsyncSession,
    actor: Actor,
    wish: Upload,
    file_name: str,
    contents: checking.Contents,
) -> Document:
    file, now = await storage.keep(session, wish.file, KIND, CONTENT_TYPE), clock.now()
    document = Document(
        title=wish.title,
        file_name=file_name,
        category=wish.category,
        author_id=actor.id,
        created_at=now,
        updated_at=now,
        is_private=wish.is_private,
        file_id=file.id,
        pages=contents.pages,
        text=searchable(contents.text),
    )
    session.add(document)
    taken = FileNameTaken(file_name=file_name)
    await flush(session, {"documents_file_name_key": taken, "documents_author_id_fkey": UserNotFound})
    return document


async def _locked(session: AsyncSession, document_id: int) -> Document:
    document = await session.get(Document, document_id, with_for_update=True)
    if document is None:
        raise DocumentNotFound
    return document
