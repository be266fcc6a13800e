"""Finding the rendition that somebody wants, within the statement that finds out whether they may see it."""

from typing import Any

from sqlalchemy import Boolean, Select, SQLColumnExpression, String, and_, bindparam, case
from sqlalchemy.orm import aliased

from guildhall.platform.storage.models import StoredFile
from guildhall.shared.pictures.models import Picture, Rendition

AnySelect = Select[*tuple[Any, ...]]

_SIZE = bindparam("size", type_=String)
_WEBP = bindparam("webp", type_=Boolean)
_RAW = bindparam("raw", type_=Boolean)
_picture = aliased(Picture)  # the owner's statement may speak of pictures too


def with_rendition(statement: AnySelect, picture_id: SQLColumnExpression[Any]) -> AnySelect:
    """The statement of an owner, and the rendition that is wanted of its picture.

    Adds the columns picture_id, state, kind, sha256, size and content_type; kind is null when there is no such
    rendition (yet), picture_id when there is no picture. The parameters are those of `routes.wanted`: `size`, `webp`
    (whether the client reads it), and `raw` for the original as it was uploaded.
    """
    # The original has one rendition, in whatever format; the other sizes have one in each of two.
    format_fits = (Rendition.size == "original") | (Rendition.format == case((_WEBP, "webp"), else_="jpeg"))
    wanted = and_(Rendition.picture_id == _picture.id, Rendition.size == _SIZE, format_fits)
    file_id = case((_RAW, _picture.original_id), else_=Rendition.file_id)
    return (
        statement.outerjoin(_picture, _picture.id == picture_id)
        .outerjoin(Rendition, wanted)
        .outerjoin(StoredFile, StoredFile.id == file_id)
        .add_columns(
            _picture.id.label("picture_id"),
            _picture.state.label("state"),
            StoredFile.kind.label("kind"),
            StoredFile.sha256.label("sha256"),
            StoredFile.size.label("size"),
            StoredFile.content_type.label("content_type"),
        )
    )
