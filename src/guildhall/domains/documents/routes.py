"""Paths of documents."""

from typing import Annotated

from fastapi import Depends, Form, Query, Request, Response

from guildhall.core.access import Me, Who, may, member, public
from guildhall.core.database import Session
from guildhall.core.routing import Router
from guildhall.core.types import Id, Storable
from guildhall.core.uploads import Upload
from guildhall.domains.documents.schemas import Category, DocumentRead, DocumentUpdate, Title
from guildhall.domains.documents.service import keeping, reading
from guildhall.platform.storage import serving

readers = Router(prefix="/document", tags=["document"], dependencies=[Depends(public)])
keepers = Router(prefix="/document", tags=["document"], dependencies=[Depends(may("manage", "Document"))])
FILE = serving.described("The document", "application/pdf")
Text = Annotated[str, Query(max_length=200), Storable]


@readers.get("/")
async def get_all_documents(
    db: Session, who: Who, q: Text | None = None, category: Text | None = None
) -> list[DocumentRead]:
    return await reading.all_documents(db, who, query=q, category=category)


@readers.get("/document_data/{document_id}")
async def get_document_data_by_id(db: Session, who: Who, document_id: Id) -> DocumentRead:
    return await reading.shown(db, who, document_id)


@readers.get("/document_file/{document_id}", responses=FILE)
@readers.head("/document_file/{document_id}", include_in_schema=False)
async def get_document_file_by_id(request: Request, db: Session, who: Who, document_id: Id) -> Response:
    answer = await _send(request, await reading.file(db, who, document_id), attachment=True)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@readers.get("/{document_id}", responses=FILE)
@readers.head("/{document_id}", include_in_schema=False)
async def get_document_file(request: Request, db: Session, who: Who, document_id: Id) -> Response:
    # Without a sandbox: in one, browsers do not show a PDF.
    return await _send(request, await reading.file(db, who, document_id), attachment=False)


async def _send(request: Request, document: reading.Lent, *, attachment: bool) -> Response:
    return await serving.answer(
        request,
        document.file,
        cache_control=f"{'private' if document.is_private else 'public'}, no-cache",
        filename=document.file_name,
        attachment=attachment,
        modified=document.created_at,
    )


@keepers.post("/", dependencies=[Depends(member)])
async def upload_document(
    db: Session,
    me: Me,
    file: Upload,
    title: Annotated[Title, Form()],
    is_private: Annotated[bool, Form()],
    category: Annotated[Category, Form()] = "",  # forms cannot say that a text is empty
) -> DocumentRead:
    wish = keeping.Upload(file.received, file.filename or "", title, category, is_private)
    return await reading.get(db, (await keeping.upload(db, me, wish)).id)


@keepers.patch("/patch_document/{document_id}")
async def update_document(db: Session, document_id: Id, wish: DocumentUpdate) -> DocumentRead:
    await keeping.change(db, document_id, wish)
    return await reading.get(db, document_id)


@keepers.delete("/delete_document/{document_id}")
async def delete_document(db: Session, document_id: Id) -> DocumentRead:
    return await keeping.remove(db, document_id)
