"""The demo guild's albums, of this year and the last, with pictures that are drawn here; one waits for a decision."""

import base64
import io
import math
import struct
import zlib
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.domains.gallery.models import Album, AlbumPhotographer, AlbumPicture, HideWish
from guildhall.domains.gallery.schemas import AlbumCreate
from guildhall.domains.gallery.service import albums
from guildhall.platform import jobs, storage
from guildhall.shared.pictures.models import Picture
from guildhall.shared.pictures.service import developing, intake
from guildhall.shared.users.models import User

OCCASIONS = (  # days ago, titles, place
    (12, "Sittning i Gasquesalen", "Sittning in Gasquesalen", "Gasquesalen"),
    (75, "Utflykt till Skrylle", "Outing to Skrylle", "Skrylle"),
    (200, "Vårbalen", "The Spring Ball", "AF-borgen"),
    (410, "Nollningens första dag", "The first day of the nollning", "Fysicum"),
)
EACH = 3
WIDTH, HEIGHT = 180, 120
Colour = tuple[int, int, int]


async def seed(session: AsyncSession) -> None:
    """Write the albums, their photographers and pictures, and the wish."""
    people = list(await session.scalars(select(User.id).where(User.is_member).order_by(User.id)))
    placed: list[AlbumPicture] = []
    for number, occasion in enumerate(OCCASIONS):
        album = await _album(session, *occasion)
        photographer = people[(number // 2 + 2) % len(people)]
        session.add(AlbumPhotographer(user_id=photographer, album_id=album.id))
        pictures = [await _picture(session, number * EACH + one) for one in range(EACH)]
        placed += [_placed(album, photographer, *both) for both in enumerate(pictures, 1)]
    session.add_all(placed)
    await session.flush()
    placed[-1].visibility = "wished"
    session.add(HideWish(album_picture_id=placed[-1].id, user_id=people[-1], reason="Jag blundar"))
    await session.flush()


async def _album(session: AsyncSession, days: int, title_sv: str, title_en: str, location: str) -> Album:
    date = clock.now() - timedelta(days=days)
    wish = AlbumCreate(
        title_sv=title_sv,
        title_en=title_en,
        desc_sv=f"Bilder från {location}",
        desc_en=f"Pictures from {location}",
        year=clock.local(date).year,
        location=location,
        date=date,
    )
    return await albums.create(session, wish)


async def _picture(session: AsyncSession, number: int) -> tuple[Picture, bytes]:
    # Not `take_in`: that wants a transaction in which nothing was written, and these pictures are ours.
    pixels = painted(number)
    async with storage.received(io.BytesIO(png(pixels)), 1_000_000) as received:
        original = await storage.keep(session, received, intake.ORIGINALS, "image/png")
    picture = Picture(
        original_id=original.id, width=WIDTH, height=HEIGHT, thumbhash=_thumbhash(pixels), watermarked=False
    )
    session.add(picture)
    await session.flush()
    await jobs.enqueue(session, developing.DEVELOP, picture_id=picture.id)
    return picture, original.sha256


def _placed(album: Album, photographer: int, number: int, picture: tuple[Picture, bytes]) -> AlbumPicture:
    return AlbumPicture(
        album_id=album.id,
        picture_id=picture[0].id,
        sha256=picture[1],
        file_name=f"{album.folder}_{number}.png",
        uploaded_by=photographer,
        photographer_id=photographer,
    )


def painted(number: int) -> list[list[Colour]]:
    """Hills under a sky, of a colour and a shape for each number: rows of pixels."""
    sky: Colour = (90 + number * 37 % 150, 120 + number * 53 % 110, 200 - number * 29 % 90)
    hill: Colour = (30 + number * 61 % 120, 70 + number * 41 % 120, 40 + number * 23 % 80)
    edge = [HEIGHT * (0.6 + 0.2 * math.sin(x / (14 + number) + number)) for x in range(WIDTH)]
    rows: list[list[Colour]] = []
    for y in range(HEIGHT):
        light = y * 60 // HEIGHT
        above, below = (_lighter(colour, light) for colour in (sky, hill))
        rows.append([below if y > line else above for line in edge])
    return rows


def _lighter(colour: Colour, by: int) -> Colour:
    red, green, blue = (min(255, value + by) for value in colour)
    return red, green, blue


def png(rows: Sequence[Sequence[Colour]]) -> bytes:
    """Pixels as a PNG of 8 bits, without a library: they would make every start of the guild slower."""
    lines = b"".join(b"\0" + bytes(value for pixel in row for value in pixel) for row in rows)
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _thumbhash(rows: Sequence[Sequence[Colour]]) -> str:
    import thash  # only here: it brings Pillow with it, if that is there

    small = [row[::6] for row in rows[::6]]
    pixels = [value for row in small for pixel in row for value in (*pixel, 255)]
    return base64.b64encode(bytes(thash.rgba_to_thumb_hash(len(small[0]), len(small), pixels))).decode()
