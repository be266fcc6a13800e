"""Developing: making the renditions of a picture, by a job, on demand, or once more."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import structlog
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.database import lock
from guildhall.core.settings import settings
from guildhall.platform import live, storage
from guildhall.platform.images import darkroom
from guildhall.platform.images.darkroom import Developed, Print
from guildhall.platform.images.errors import Unfit
from guildhall.platform.storage import StoredFile
from guildhall.platform.storage.errors import FileMissing
from guildhall.shared.pictures.models import Picture, Rendition, State

log = structlog.get_logger(__name__)

DEVELOP = "pictures.develop"
QUEUE = "pictures"
TOPIC = "pictures"
"""What other processes are told: `12 ready` or `12 broken`, the id of the picture and what has become of it."""
KIND = "pictures"
SIZES = (Print("small", 200), Print("medium", 500), Print("large", 1000, marked=True), Print("original", None))
PLAIN = tuple(Print(one.name, one.box) for one in SIZES)
RENDITIONS = 7
"""How many a picture has: three sizes in two formats each, and the original."""


async def develop_new(session: AsyncSession, *, picture_id: int) -> None:
    """The job: make the renditions of a new picture. Does nothing when that is done, or the picture is gone."""
    await develop(session, picture_id)


async def develop(session: AsyncSession, picture_id: int, *, again: bool = False) -> State | None:
    """Make the renditions of a picture that is new, or in any state `again`; the state then, None when it is gone.

    Once at a time for each picture, whoever asks. Those who have renditions keep them until the others are there,
    and when others cannot be made. Raises FileMissing when the store does not have its original just now, and Unready
    when we ourselves lack something.
    """
    await lock(session, f"picture {picture_id}")
    found = await _found(session, picture_id)
    if found is None:
        return None
    picture, original = found
    if picture.state != "new" and not again:
        return picture.state
    try:
        async with _developed(picture, original) as made:
            return await _keep(session, picture_id, made)
    except FileNotFoundError as error:  # a volume that is not mounted makes no picture broken
        log.error("the original of a picture is not in the store", picture_id=picture_id, key=original.key)
        raise FileMissing from error
    except Unfit as unfit:
        log.warning("a picture cannot be developed", picture_id=picture_id, reason=unfit.reason, why=str(unfit))
        return await _conclude(session, picture_id, "broken") if picture.state == "new" else picture.state


async def _found(session: AsyncSession, picture_id: int) -> tuple[Picture, StoredFile] | None:
    both = select(Picture, StoredFile).join(StoredFile, StoredFile.id == Picture.original_id)
    row = (await session.execute(both.where(Picture.id == picture_id))).first()
    return row and (row[0], row[1])


@asynccontextmanager
async def _developed(picture: Picture, original: StoredFile) -> AsyncGenerator[list[Developed]]:
    watermark = settings().picture_watermark if picture.watermarked else None
    async with storage.fetched(original) as path, _folder() as into:
        if not await asyncio.to_thread(path.is_file):
            raise FileNotFoundError(original.key)
        yield await darkroom.develop(path, into, SIZES if watermark else PLAIN, watermark=watermark)


@asynccontextmanager
async def _folder() -> AsyncGenerator[Path]:
    folder = tempfile.TemporaryDirectory(dir=storage.scratch(), prefix="developing-", ignore_cleanup_errors=True)
    try:
        yield Path(folder.name)
    finally:
        await asyncio.to_thread(folder.cleanup)


async def _keep(session: AsyncSession, picture_id: int, made: Sequence[Developed]) -> State | None:
    still = select(Picture.id).where(Picture.id == picture_id).with_for_update()
    if await session.scalar(still) is None:
        return None
    of_it = Rendition.picture_id == picture_id
    before = set(await session.scalars(select(Rendition.file_id).where(of_it)))
    files = await storage.keep_all(
        session, [(await storage.measured(one.path), KIND, one.content_type) for one in made]
    )
    await session.execute(delete(Rendition).where(of_it))
    await session.execute(insert(Rendition).values([_row(picture_id, *both) for both in zip(made, files, strict=True)]))
    await storage.drop(session, sorted(before - {file.id for file in files}))
    return await _conclude(session, picture_id, "ready")


def _row(picture_id: int, made: Developed, file: StoredFile) -> dict[str, object]:
    return {
        "picture_id": picture_id,
        "size": made.name,
        "format": made.format,
        "file_id": file.id,
        "width": made.width,
        "height": made.height,
    }


async def _conclude(session: AsyncSession, picture_id: int, state: State) -> State:
    await session.execute(update(Picture).where(Picture.id == picture_id).values(state=state))
    await live.tell(session, TOPIC, f"{picture_id} {state}")
    return state
