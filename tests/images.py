"""Builders of real pictures, and of what only claims to be one, in memory.

Upright, every one shows four fields: red, green above blue, white; and a spot in the middle whose colour hangs on
`seed`, so that two of them are two files.
"""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Sequence
from functools import cache

import pillow_heif
from PIL import Image, ImageCms, ImageDraw
from PIL.Image import Transpose

RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 180, 30), (30, 30, 220), (250, 250, 250)
SECRET = "kept-by-the-camera"
"""Stands in everything that a camera writes into a picture: in the EXIF, the XMP and the comment."""
HTML = b"<!doctype html><script>alert(1)</script>"
ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825
_LYING = {  # how a camera held like that has the upright picture in its file
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_90,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_270,
}


def fields(width: int = 40, height: int = 30, *, seed: int = 0) -> Image.Image:
    """The four fields and the spot."""
    picture = Image.new("RGB", (width, height), WHITE)
    draw, across, down = ImageDraw.Draw(picture), width // 2, height // 2
    draw.rectangle((0, 0, across - 1, down - 1), RED)
    draw.rectangle((across, 0, width, down - 1), GREEN)
    draw.rectangle((0, down, across - 1, height), BLUE)
    spot = tuple(random.Random(seed).randbytes(3))
    draw.rectangle((width * 2 // 5, height * 2 // 5, width * 3 // 5, height * 3 // 5), spot)
    return picture


def jpeg(
    width: int = 40,
    height: int = 30,
    *,
    orientation: int | None = None,
    gps: bool = False,
    progressive: bool = False,
    cmyk: bool = False,
    grey: bool = False,
    seed: int = 0,
) -> bytes:
    """A JPEG that is `width` x `height` when it stands upright; with `gps` it holds all that a camera writes."""
    picture = fields(width, height, seed=seed)
    if orientation in _LYING:
        picture = picture.transpose(_LYING[orientation])
    if cmyk or grey:
        picture = picture.convert("CMYK" if cmyk else "L")
    more = {"comment": SECRET, "xmp": f"<x>{SECRET}</x>".encode()} if gps else {}
    return _saved(picture, "JPEG", quality=95, progressive=progressive, exif=_exif(orientation, gps), **more)


def _exif(orientation: int | None, gps: bool) -> Image.Exif:
    exif = Image.Exif()
    if orientation is not None:
        exif[ORIENTATION] = orientation
    if gps:
        exif[MAKER] = SECRET
        exif[GPS] = {1: "N", 2: (55.0, 42.0, 38.9), 3: "E", 4: (13.0, 12.0, 36.0)}
    return exif


def _saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def truncated(whole: bytes | None = None) -> bytes:
    """The first two thirds of a picture: a phone that lost its network."""
    whole = whole or noisy(400, 300)
    return whole[: len(whole) * 2 // 3]


def wide_gamut(colour: tuple[int, int, int] = (200, 100, 50)) -> bytes:
    """A JPEG of one colour, with its numbers in Display P3."""
    return _saved(Image.new("RGB", (40, 30), colour), "JPEG", quality=95, icc_profile=display_p3())


def with_a_broken_profile(width: int = 40, height: int = 30) -> bytes:
    """A JPEG whose colour profile is none."""
    return _saved(fields(width, height), "JPEG", quality=95, icc_profile=b"this is no profile" * 20)


def in_srgb(colour: tuple[int, int, int]) -> tuple[int, int, int]:
    """What a colour of `wide_gamut` is on other screens."""
    p3, srgb = ImageCms.ImageCmsProfile(io.BytesIO(display_p3())), ImageCms.createProfile("sRGB")
    shown = ImageCms.profileToProfile(Image.new("RGB", (1, 1), colour), p3, srgb)
    assert shown is not None
    red, green, blue = shown.tobytes()
    return red, green, blue


@cache
def display_p3() -> bytes:
    """The colour profile of every phone since 2016."""
    import pyvips  # only here: the rest needs no more than Pillow

    return bytes(pyvips.Image.profile_load("p3"))


def png(width: int = 40, height: int = 30, *, alpha: bool = False, palette: bool = False, seed: int = 0) -> bytes:
    """A PNG of 8 bits; with `alpha` its right lower field is not there at all."""
    picture = fields(width, height, seed=seed)
    if alpha:
        picture.putalpha(255)
        picture.paste((0, 0, 0, 0), (width * 3 // 5 + 1, height * 3 // 5 + 1, width, height))
    if palette:
        picture = picture.quantize(16)
    return _saved(picture, "PNG", exif=_exif(None, gps=True))


def png16(width: int = 40, height: int = 30) -> bytes:
    """The fields as a PNG of 16 bits."""
    pixels = fields(width, height).tobytes()
    rows = (pixels[start : start + width * 3] for start in range(0, len(pixels), width * 3))
    lines = [b"\0" + b"".join(bytes((value, value)) for value in row) for row in rows]
    return _png(width, height, 16, 2, [zlib.compress(b"".join(lines))])


@cache
def bomb(side: int = 30_000) -> bytes:
    """A good PNG of about 100 KB that wants `side` x `side` pixels when it is opened."""
    line = bytes(1 + (side + 7) // 8)
    packer = zlib.compressobj(9)
    parts = [packer.compress(line * 100) for _ in range(side // 100)]
    return _png(side, side, 1, 0, [*parts, packer.flush()])


def _png(width: int, height: int, bits: int, colour: int, packed: Sequence[bytes]) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", b"".join(packed)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def webp(width: int = 40, height: int = 30, *, alpha: bool = False, seed: int = 0) -> bytes:
    """A WebP."""
    picture = fields(width, height, seed=seed)
    if alpha:
        picture.putalpha(255)
        picture.paste((0, 0, 0, 0), (width * 3 // 5 + 1, height * 3 // 5 + 1, width, height))
    return _saved(picture, "WEBP", quality=95, exif=_exif(None, gps=True))


def gif(width: int = 40, height: int = 30, *, frames: int = 3) -> bytes:
    """A GIF that moves: the fields first, then their negatives, each frame with a spot of its own."""
    many = [fields(width, height, seed=number) for number in range(frames)]
    shown = [many[0], *(one.point(lambda value: 255 - value) for one in many[1:])]
    return _saved(shown[0], "GIF", save_all=True, append_images=shown[1:], duration=100, loop=0, comment=SECRET)


def moving_webp(width: int = 40, height: int = 30, *, frames: int = 3) -> bytes:
    """A WebP that moves."""
    first, *more = [fields(width, height, seed=number) for number in range(frames)]
    return _saved(first, "WEBP", save_all=True, append_images=more, duration=100, loop=0)


def heic(width: int = 64, height: int = 48, *, orientation: int | None = None, seed: int = 0) -> bytes:
    """What an iPhone sends."""
    picture = fields(width, height, seed=seed)
    if orientation in _LYING:
        picture = picture.transpose(_LYING[orientation])
    file = io.BytesIO()
    pillow_heif.from_pillow(picture).save(file, quality=90, exif=_exif(orientation, gps=True).tobytes())
    return file.getvalue()


def deep_heic(width: int = 64, height: int = 48) -> bytes:
    """A HEIC of 10 bits: what newer phones send."""
    pixels = b"".join(bytes((0, value)) for value in fields(width, height).tobytes())
    file = io.BytesIO()
    pillow_heif.from_bytes("RGB;16", (width, height), pixels).save(file, quality=90)
    return file.getvalue()


def branded(brand: bytes, compatible: bytes = b"heix") -> bytes:
    """A HEIC of 10 bits whose head names another brand, and another one among those it is compatible with."""
    picture = deep_heic()
    end = int.from_bytes(picture[:4], "big")
    return picture[:8] + brand + picture[12:end].replace(b"heix", compatible) + picture[end:]


def polyglot(picture: bytes | None = None) -> bytes:
    """A good picture with a web page and an archive behind its end."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("inside.html", HTML)
    return (picture or jpeg()) + HTML + archive.getvalue()


def svg() -> bytes:
    """A drawing that runs scripts in a browser and reads files in a careless renderer."""
    return b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><script>alert(1)</script></svg>'


def html() -> bytes:
    """A web page, to be sent as picture.jpg."""
    return HTML + b"<p>hello</p>" * 100


@cache
def noisy(width: int = 4000, height: int = 3000, *, seed: int = 0) -> bytes:
    """A JPEG as a camera makes them, with a grain in it: of 12 megapixels it has about 5 MB."""
    grain = Image.frombytes("L", (width, height), random.Random(seed).randbytes(width * height)).convert("RGB")
    picture = Image.blend(fields(width, height, seed=seed), grain, 0.12)
    return _saved(picture, "JPEG", quality=91, exif=_exif(1, gps=True))
