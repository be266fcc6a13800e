"""Working on pictures in tests, and looking at them with a decoder that made none of them."""

import io
from pathlib import Path

from PIL import Image

from guildhall.platform.images import darkroom
from guildhall.platform.images.darkroom import Developed, Examined, Print

PRINTS = (Print("small", 200), Print("large", 1000), Print("original", None))
Colour = tuple[int, ...]


async def examined(folder: Path, picture: bytes) -> Examined:
    """What the darkroom says of a picture."""
    (folder / "picture").write_bytes(picture)
    return await darkroom.examine(folder / "picture")


async def developed(folder: Path, picture: bytes, *prints: Print, watermark: Path | None = None) -> list[Developed]:
    """Its prints."""
    (folder / "picture").write_bytes(picture)
    return await darkroom.develop(folder / "picture", folder, prints or PRINTS, watermark=watermark)


async def original(folder: Path, picture: bytes) -> Developed:
    """It in its own size, cleaned."""
    return (await developed(folder, picture, Print("original", None)))[0]


def opened(made: Developed | bytes) -> Image.Image:
    """A picture as somebody sees it, after it was decoded to its end."""
    image = Image.open(io.BytesIO(made if isinstance(made, bytes) else made.path.read_bytes()))
    image.load()
    return image


def colours(image: Image.Image) -> list[Colour]:
    """The colours of its four fields: left above, right above, left below, right below."""
    width, height, rgb = *image.size, image.convert("RGB")
    places = [(width // 10, height // 10), (width * 9 // 10, height // 10)]
    places += [(x, height * 9 // 10) for x, _ in places]
    return [_colour(rgb, place) for place in places]


def _colour(image: Image.Image, place: tuple[int, int]) -> Colour:
    colour = image.getpixel(place)
    assert isinstance(colour, tuple)
    return colour


def are_near(some: list[Colour], others: list[Colour], by: int = 16) -> bool:
    """Whether nobody sees a difference."""
    pairs = zip(some, others, strict=True)
    return all(abs(a - b) <= by for one, other in pairs for a, b in zip(one, other, strict=True))
