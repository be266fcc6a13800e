"""Tags on the wire. The answer that embeds events and news is in `app/wide`."""

from typing import Annotated

from pydantic import StringConstraints

from guildhall.core.types import Id, OneLine, Storable, Wire

TagName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=25), Storable, OneLine]


class SimpleTagRead(Wire):
    id: int
    name: str


class TagCreate(Wire):
    name: TagName


class TagEdit(TagCreate):
    id: Id
