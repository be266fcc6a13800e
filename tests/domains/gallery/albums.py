"""Albums and pictures for the gallery's tests."""

import io
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

from sqlalchemy import insert

from guildhall.domains.gallery.models import AlbumPhotographer, AlbumPicture
from guildhall.domains.gallery.schemas import AlbumCreate
from guildhall.domains.gallery.service import albums
from guildhall.platform import storage
from guildhall.platform.storage import StoredFile
from guildhall.shared.pictures.models import Picture, Rendition
from guildhall.shared.pictures.service import intake
from tests import images
from tests.guild import Guild, Person

BALL: dict[str, Any] = {
    "title_sv": "Vårbalen",
    "title_en": "The Spring Ball",
    "desc_sv": "Dans och middag",
    "desc_en": "Dance and dinner",
    "year": 2026,
    "location": "AF-borgen",
    "date": "2026-05-09T16:00:00Z",
}


async def album(guild: Guild, *photographers: Person, **fields: Any) -> int:
    """An album with these photographers; its id."""
    async with guild.session() as session:
        made = await albums.create(session, AlbumCreate.model_validate(BALL | fields))
        session.add_all(AlbumPhotographer(user_id=person.id, album_id=made.id) for person in photographers)
        return made.id


async def placed(guild: Guild, album_id: int, *, by: Person | None = None, seed: int = 0, **columns: Any) -> int:
    """A small picture in an album, which nobody has developed yet; the image's id."""
    sent = io.BytesIO(images.jpeg(seed=seed, gps=True))
    async with guild.session() as session, storage.received(sent, 100_000) as file:
        picture = await intake.take_in(session, file)
        original = await session.get_one(StoredFile, picture.original_id)
        by_id = by.id if by else None
        facts = {"file_name": f"{seed}.jpg", "uploaded_by": by_id, "photographer_id": by_id, **columns}
        row = AlbumPicture(album_id=album_id, picture_id=picture.id, sha256=original.sha256, **facts)
        session.add(row)
        await session.flush()
        return row.id


async def printed(guild: Guild, album_id: int, many: int) -> None:
    """So many pictures in an album, each with its original as a rendition, written without developing them."""
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(guild.session())
        files = [io.BytesIO(images.jpeg(seed=seed)) for seed in range(many)]
        received = [await stack.enter_async_context(storage.received(file, 100_000)) for file in files]
        kept = await storage.keep_all(session, [(one, "pictures", "image/jpeg") for one in received])
        for number, file in enumerate(kept):
            picture = Picture(original_id=file.id, width=40, height=30, thumbhash="x", state="ready")
            session.add(picture)
            await session.flush()
            facts = {"picture_id": picture.id, "file_id": file.id, "width": 40, "height": 30}
            session.add(Rendition(size="original", format="jpeg", **facts))
            place = {"album_id": album_id, "picture_id": picture.id, "sha256": file.sha256}
            session.add(AlbumPicture(file_name=f"{number}.jpg", **place))
            await session.flush()


async def shelves(guild: Guild, many_albums: int, many_pictures: int) -> None:
    """Many albums with many pictures, all of them developed on paper only; nobody looks at their bytes."""
    async with guild.session() as session:
        kept = {"kind": "originals", "size": 1, "content_type": "image/jpeg"}
        files = [kept | {"sha256": number.to_bytes(32)} for number in range(many_pictures)]
        file_ids = list(
            await session.scalars(insert(StoredFile).returning(StoredFile.id, sort_by_parameter_order=True), files)
        )
        facts = {"width": 40, "height": 30, "thumbhash": "x", "state": "ready"}
        drawn = [facts | {"original_id": file_id} for file_id in file_ids]
        drawn_ids = list(
            await session.scalars(insert(Picture).returning(Picture.id, sort_by_parameter_order=True), drawn)
        )
        ids = [
            (await albums.create(session, AlbumCreate.model_validate(BALL | {"title_sv": f"Fest {number}"}))).id
            for number in range(many_albums)
        ]
        rows = [
            {
                "album_id": ids[number % many_albums],
                "picture_id": drawn_ids[number],
                "sha256": number.to_bytes(32),
                "file_name": "x.jpg",
            }
            for number in range(many_pictures)
        ]
        await session.execute(insert(AlbumPicture), rows)


def one(content: bytes, name: str = "bild.jpg") -> dict[str, Any]:
    """httpx's arguments for one file of the old route."""
    return {"files": {"file": (name, content)}}


def many(*files: tuple[str, bytes]) -> dict[str, Any]:
    """httpx's arguments for many files."""
    return {"files": [("files", file) for file in files]}


async def ids_in(person: Person, album_id: int) -> Sequence[int]:
    """The ids of the pictures that somebody sees in an album."""
    answer = await person.get(f"/img/album/{album_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()
