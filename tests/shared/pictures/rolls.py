"""Pictures in a guild: taken in, developed, looked at in the database and in the store."""

import io
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, text

from guildhall.core.manifest import Domain
from guildhall.platform import storage
from guildhall.platform.storage import StoredFile, read
from guildhall.platform.storage.domain import domain as stored
from guildhall.shared.pictures.domain import domain as pictures
from guildhall.shared.pictures.models import Picture, Rendition
from guildhall.shared.pictures.service import developing, intake
from tests import images
from tests.guild import Guild
from tests.platform.work import work_off

DEVELOPING = Domain("tests", jobs=(*pictures.jobs, *stored.jobs))
"""What a worker does with pictures."""
MOST = 100_000_000
ALL = {(size, kind) for size in ("small", "medium", "large") for kind in ("webp", "jpeg")}


async def taken_in(guild: Guild, picture: bytes | None = None, **how: Any) -> int:
    """A new picture that nobody has developed; its id."""
    sent = io.BytesIO(images.jpeg() if picture is None else picture)
    async with guild.session() as session, storage.received(sent, MOST) as file:
        return (await intake.take_in(session, file, **how)).id


async def developed(guild: Guild, picture: bytes | None = None, **how: Any) -> int:
    """A picture with all its renditions; its id."""
    picture_id = await taken_in(guild, picture, **how)
    async with guild.session() as session:
        assert await developing.develop(session, picture_id) == "ready"
    return picture_id


async def work(guild: Guild) -> None:
    """Let a worker develop what waits, and throw away what nobody needs."""
    await work_off(guild, DEVELOPING)


async def facts(guild: Guild, picture_id: int) -> Picture:
    async with guild.session() as session:
        return (await session.scalars(select(Picture).where(Picture.id == picture_id))).one()


async def renditions(guild: Guild, picture_id: int) -> dict[tuple[str, str], bytes]:
    """What is kept of a picture, by size and format."""
    both = select(Rendition, StoredFile).join(StoredFile, StoredFile.id == Rendition.file_id)
    async with guild.session() as session:
        found = (await session.execute(both.where(Rendition.picture_id == picture_id))).all()
    return {(rendition.size, rendition.format): await read(file.key) for rendition, file in found}


async def files(guild: Guild, kinds: Sequence[str] = ("originals", "pictures")) -> list[StoredFile]:
    """Every file of pictures."""
    async with guild.session() as session:
        return list(await session.scalars(select(StoredFile).where(StoredFile.kind.in_(kinds)).order_by(StoredFile.id)))


async def count(guild: Guild, table: str) -> int:
    async with guild.session() as session:
        return await session.scalar(select(func.count()).select_from(text(table))) or 0
