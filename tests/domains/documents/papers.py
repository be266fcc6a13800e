"""Documents for the tests of documents."""

import hashlib
from typing import Any

import httpx2
from sqlalchemy import func, select

from guildhall.core import clock
from guildhall.domains.documents.models import Document
from guildhall.domains.documents.service.keeping import CONTENT_TYPE, KIND
from guildhall.platform.storage import StoredFile, store
from tests.guild import Guild, Person
from tests.pdfs import pdf
from tests.platform.storage.shelves import held


async def keeper(guild: Guild, **columns: Any) -> Person:
    """A member who may upload."""
    return await guild.holder("manage:Document", **columns)


async def post(person: Person, data: bytes | None = None, name: str = "Stadgar.pdf", **fields: Any) -> httpx2.Response:
    """The answer to an upload."""
    form = {"title": "Stadgar", "category": "Styrdokument", "is_private": False} | fields
    return await person.post("/document/", data=form, files={"file": (name, data or pdf("Stadgar"), "application/pdf")})


async def uploaded(person: Person, data: bytes | None = None, name: str = "Stadgar.pdf", **fields: Any) -> Any:
    """The document that an upload made."""
    answer = await post(person, data, name, **fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def counted(guild: Guild) -> tuple[int, int]:
    """How many documents and how many files the database knows."""
    async with guild.session() as session:
        many = [await session.scalar(select(func.count()).select_from(table)) for table in (Document, StoredFile)]
    return many[0] or 0, many[1] or 0


async def lying() -> set[str]:
    """The keys of the files that lie in the store."""
    return set(await held(store().url))


async def shelved(
    guild: Guild,
    author: Person,
    title: str,
    *,
    category: str = "Protokoll",
    is_private: bool = False,
    text: str = "",
) -> int:
    """A document that was not uploaded, without a file that could be read; its id."""
    digest = hashlib.sha256(title.encode()).digest()
    async with guild.session() as session:
        file = StoredFile(kind=KIND, sha256=digest, size=1, content_type=CONTENT_TYPE)
        session.add(file)
        await session.flush()
        document = Document(
            title=title,
            file_name=f"{digest.hex()}.pdf",
            category=category,
            author_id=author.id,
            created_at=clock.now(),
            updated_at=clock.now(),
            is_private=is_private,
            file_id=file.id,
            pages=1,
            text=text,
        )
        session.add(document)
        await session.flush()
        return document.id
