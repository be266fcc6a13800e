"""Many pictures at once, each in a transaction of its own: one bad file stops nothing."""

from collections.abc import Sequence

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.access import Actor
from guildhall.core.database import CommitUnknown, Database
from guildhall.core.errors import Busy, Refusal
from guildhall.core.language import Language
from guildhall.core.scratch import Received
from guildhall.domains.gallery.errors import PictureIsThere
from guildhall.domains.gallery.rules import shown_name
from guildhall.domains.gallery.schemas import UploadRead
from guildhall.domains.gallery.service import uploading
from guildhall.domains.gallery.service.photographers import refuse_others

log = structlog.get_logger(__name__)

Sent = tuple[str | None, Received]
"""A file, and the name that was sent with it."""
TROUBLES = (DBAPIError, NoConnectionFree, CommitUnknown, OSError)
"""What may go wrong with one file on our side, and not with the next."""


async def refuse(session: AsyncSession, actor: Actor, album_id: int, photographer_id: int | None) -> None:
    """Raises AlbumNotFound, NotYourAlbum, NotPhotographer: what is wrong with all files, whatever they are."""
    await refuse_others(session, actor, album_id)
    await uploading.credit(session, actor, album_id, photographer_id)


async def add_all(
    database: Database,
    actor: Actor,
    album_id: int,
    files: Sequence[Sent],
    photographer_id: int | None,
    language: Language,
) -> list[UploadRead]:
    """Put files into an album, one after the other; what became of each, in their order."""
    results: list[UploadRead] = []
    for name, file in files:
        try:
            async with database.transaction() as session:
                added = await uploading.add(session, actor, album_id, file, name, photographer_id)
            results.append(UploadRead(file_name=added.file_name, status="created", id=added.id))
        except Refusal as refusal:
            results.append(_refused(name, refusal, language))
        except TROUBLES as error:
            log.error("a picture was not taken in", exc_info=error)
            results.append(_refused(name, Busy(), language))
    return results


def _refused(name: str | None, refusal: Refusal, language: Language) -> UploadRead:
    is_there = isinstance(refusal, PictureIsThere)
    return UploadRead(
        file_name=shown_name(name),
        status="duplicate" if is_there else "refused",
        id=refusal.image_id if is_there else None,
        code=refusal.code,
        detail=refusal.detail(language),
    )
