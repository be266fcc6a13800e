"""Documents on the wire."""

from datetime import datetime
from typing import Annotated

from pydantic import StringConstraints

from guildhall.core.types import Note100, OneLine, Storable, Wire
from guildhall.shared.users.schemas import SimpleUserRead

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), Storable, OneLine]
Category = Note100
"""May be empty: a document need not belong anywhere."""


class DocumentRead(Wire):
    id: int
    title: str
    file_name: str
    category: str
    author_id: int
    author: SimpleUserRead
    created_at: datetime
    updated_at: datetime
    is_private: bool
    pages: int | None = None
    size: int | None = None


class DocumentUpdate(Wire):
    title: Title | None = None
    category: Category | None = None
    is_private: bool | None = None
