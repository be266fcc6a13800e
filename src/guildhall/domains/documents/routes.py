"""Paths of documents."""

from typing import Annotated

from fastapi import Depends, Form, Query, Response, UploadFile
from starlette.responses import StreamingResponse

from guildhall.core.access import Me, Who, may, member, public
from guildhall.core.database import Session
from guildhall.core.routing import Router
from guildhall.core.types import Id, Storable
from guildhall.domains.documents.schemas import Category, DocumentRead, DocumentUpdate, Title
from guildhall.domains.documents.service import keeping, reading
from guildhall.platform.storage import StoredFile, stream

readers = Router(prefix="/document", tags=["document"], dependencies=[Depends(public)])
keepers = Router(prefix="/document", tags=["document"], dependencies=[Depends(may("manage", "Document"))])
Text = Annotated[str, Query(max_length=200), Storable]


@readers.get("/")
async def get_all_documents(
    db: Session, who: Who, q: Text | None = None, category: Text | None = None
) -> list[DocumentRead]:
    return await reading.all_documents(db, who, query=q, category=category)


@readers.get("/document_data/{document_id}")
async def get_document_data_by_id(db: Session, who: Who, document_id: Id) -> DocumentRead:
    return await reading.shown(db, who, document_id)


@readers.get("/document_file/{document_id}")
async def get_document_file_by_id(db: Session, who: Who, document_id: Id) -> Response:
    document, file = await reading.file(db, who, document_id)
    return _sent(document, file, "attachment")


@readers.get("/{document_id}")
async def get_document_file(db: Session, who: Who, document_id: Id) -> Response:
    document, file = await reading.file(db, who, document_id)
    return _sent(document, file, "inline")


def _sent(document: DocumentRead, file: StoredFile, how: str) -> Response:
    headers = {
        "Content-Disposition": f'{how}; filename="{document.file_name}"',
        "Cache-Control": f"{'private' if document.is_private else 'public'}, no-cache",
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingResponse(stream(file.key), headers=headers, media_type=file.content_type)


@keepers.post("/", dependencies=[Depends(member)])
async def upload_document(
    db: Session,
    me: Me,
    file: UploadFile,
    title: Annotated[Title, Form()],
    is_private: Annotated[bool, Form()],
    category: Annotated[Category, Form()] = "",  # forms cannot say that a text is empty
) -> DocumentRead:
    wish = keeping.Upload(file.file, file.filename or "", title, category, is_private)
    return await reading.get(db, (await keeping.upload(db, me, wish)).id)


@keepers.patch("/patch_document/{document_id}")
async def update_document(db: Session, document_id: Id, wish: DocumentUpdate) -> DocumentRead:
    await keeping.change(db, document_id, wish)
    return await reading.get(db, document_id)


@keepers.delete("/delete_document/{document_id}")
async def delete_document(db: Session, document_id: Id) -> DocumentRead:
    return await keeping.remove(db, document_id)
