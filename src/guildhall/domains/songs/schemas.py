"""Songs on the wire."""

from typing import Annotated

from pydantic import StringConstraints

from guildhall.core.types import Id, Line100, OneLine, Storable, Wire

Line200 = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), Storable, OneLine]
Note200 = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), Storable, OneLine]
Text5000 = Annotated[str, StringConstraints(max_length=5000), Storable]


class SongCategoryRead(Wire):
    id: int
    name: str


class SongCategoryCreate(Wire):
    name: Line100


class SongRead(Wire):
    id: int
    title: str
    author: str | None
    melody: str | None
    content: str
    category: SongCategoryRead | None
    views: int


class SongCreate(Wire):
    title: Line200
    author: Note200 | None
    melody: Note200 | None
    content: Text5000
    category_id: Id
