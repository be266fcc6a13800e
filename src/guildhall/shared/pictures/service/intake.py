"""Taking pictures in, and letting them go."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.database import flush, one_of, release
from guildhall.core.errors import Refusal, TooLarge
from guildhall.core.scratch import Received
from guildhall.core.settings import settings
from guildhall.platform import jobs, storage
from guildhall.platform.images import darkroom
from guildhall.platform.images.errors import Reason, Unfit
from guildhall.shared.pictures.errors import BrokenPicture, EmptyFile, NotAPicture, TooManyPixels
from guildhall.shared.pictures.models import Picture, Rendition
from guildhall.shared.pictures.service.developing import DEVELOP

ORIGINALS = "originals"
REFUSALS: dict[Reason, type[Refusal]] = {
    "not_a_picture": NotAPicture,
    "broken": BrokenPicture,
    "too_many_pixels": TooManyPixels,
}

Refuse = Callable[[bytes], Awaitable[None]]
"""What an owner has against a file, by its SHA-256; raises its refusal."""


async def take_in(
    session: AsyncSession, file: Received, *, watermarked: bool = False, refuse: Refuse | None = None
) -> Picture:
    """Check a picture, keep it as it came, and have its renditions made.

    Gives the connection back while it works, so nothing may have been written before, and what was loaded before is
    expired. `refuse` is asked before anything is kept.

    Raises EmptyFile, NotAPicture, BrokenPicture, TooManyPixels, TooLarge, and what `refuse` raises.
    """
    if not file.size:
        raise EmptyFile
    if file.size > settings().picture_limit:
        raise TooLarge
    if refuse:
        await refuse(file.sha256)
    await release(session)
    seen = await _examined(file.path)
    original = await storage.keep(session, file, ORIGINALS, seen.content_type)
    picture = Picture(
        original_id=original.id,
        width=seen.width,
        height=seen.height,
        thumbhash=seen.thumbhash,
        watermarked=watermarked,
        state="new",
    )
    session.add(picture)
    await flush(session)
    await jobs.enqueue(session, DEVELOP, picture_id=picture.id)
    return picture


async def _examined(path: Path) -> darkroom.Examined:
    try:
        return await darkroom.examine(path)
    except Unfit as unfit:
        raise REFUSALS[unfit.reason](megapixels=settings().picture_megapixels) from unfit


async def remove(session: AsyncSession, picture_ids: Sequence[int]) -> None:
    """Let pictures go, with their renditions; after the commit their files, unless others have the same."""
    theirs = one_of(Picture.id, picture_ids)
    # Locked first: whoever develops one of them now has written its renditions then, or writes none.
    locked = select(Picture.original_id).where(theirs).order_by(Picture.id).with_for_update()
    originals = list(await session.scalars(locked))
    renditions = await session.scalars(select(Rendition.file_id).where(one_of(Rendition.picture_id, picture_ids)))
    files = {*originals, *renditions}
    await session.execute(delete(Picture).where(theirs))
    await storage.drop(session, sorted(files))
