"""Opening a picture that nobody trusts: only loaders that we chose, and its head before its pixels."""

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import filetype  # pyright: ignore[reportMissingTypeStubs]
import pyvips

from guildhall.platform.images.errors import Unfit

MILLION = 1_000_000
FRAMES = 1000
KINDS = {
    "image/jpeg": "jpeg",
    "image/png": "png",
    "image/apng": "png",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/heic": "heic",
}
HEVC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}
"""Brands in the head of a HEIC: 8 bits, more, several layers, bursts of either."""
CONTAINERS = {b"mif1", b"msf1"}  # of whatever their other brands say
HEAD = 256  # bytes in which the brands stand
LOADERS = ("Jpeg", "Png", "Webp", "Nsgif")
ON_ITS_SIDE = 5  # and higher: orientations whose width is a height

Image = Any
"""A pyvips.Image: its operations are found when they are called, so there are no types."""
vips: Any = pyvips.Image

pyvips.cache_set_max(0)
pyvips.block_untrusted_set(True)
pyvips.operation_block_set("VipsForeignLoad", True)
for _name in LOADERS:
    pyvips.operation_block_set(f"VipsForeignLoad{_name}", False)


@dataclass(frozen=True)
class Opened:
    """A picture whose head was read (HEIC is decoded already). `frames` is more than 1 for one that moves."""

    path: str
    format: str
    head: Image
    frames: int = 1

    @property
    def size(self) -> tuple[int, int]:
        """Width and height as one sees it."""
        width, height = self.head.width, self.head.height
        return (height, width) if _of(self.head, "orientation", 1) >= ON_ITS_SIDE else (width, height)

    def thumbnail(self, box: int) -> Image:
        """It fitted into a box, upright, in sRGB and in memory; never enlarged. The first frame of one that moves.

        Raises pyvips.Error when it cannot be decoded to its end.
        """
        how: dict[str, Any] = {"height": box, "size": "down", "output_profile": "srgb"}
        if self.head.interpretation == "cmyk":
            how["input_profile"] = "cmyk"
        if self.format == "heic":
            small = self.head.thumbnail_image(box, **how)
        else:
            small = vips.thumbnail(self.path, box, fail_on="truncated", **how)
        return plain(small).copy_memory()

    def whole(self) -> Image:
        """All of it, upright and in sRGB; every frame of one that moves."""
        if self.format == "heic":
            return plain(self.head)
        lies_right = _of(self.head, "orientation", 1) == 1
        how: dict[str, Any] = {"access": "sequential" if lies_right else "random", "fail_on": "truncated"}
        if self.frames > 1:
            how["n"] = -1
        return plain(vips.new_from_file(self.path, **how).autorot())


def open_picture(path: str, megapixels: int) -> Opened:
    """Read the head of a picture. Raises Unfit; pyvips.Error for what has the signs of a picture, and is none."""
    kind = KINDS.get(_signs(path))
    if kind is None:
        raise Unfit("not_a_picture")
    if kind == "heic":
        return Opened(path, kind, _heic(path, megapixels))
    head = vips.new_from_file(path, access="sequential")
    frames = _of(head, "n-pages", 1)
    if head.width * head.height * frames > megapixels * MILLION or frames > FRAMES:
        raise Unfit("too_many_pixels", f"{head.width} x {head.height} x {frames}")
    return Opened(path, kind, head, frames)


def _signs(path: str) -> str:
    if _is_heic(path):
        return "image/heic"
    return str(filetype.guess_mime(path))  # pyright: ignore[reportUnknownMemberType]


def _is_heic(path: str) -> bool:
    """Whether its head says HEVC. The library of signs knows pictures of 8 bits only, as phones wrote them first."""
    with Path(path).open("rb") as file:
        head = file.read(HEAD)
    if head[4:8] != b"ftyp":
        return False
    end = min(int.from_bytes(head[:4], "big"), HEAD)
    major, compatible = head[8:12], {head[at : at + 4] for at in range(16, end - 3, 4)}
    return major in HEVC or (major in CONTAINERS and bool(HEVC & compatible))


def _heic(path: str, megapixels: int) -> Image:
    heif: Any = importlib.import_module("pillow_heif")  # some megabytes, and most pictures are no HEIC
    heif.options.THUMBNAILS = heif.options.DEPTH_IMAGES = heif.options.AUX_IMAGES = False
    heif.options.DECODE_THREADS = 1
    found = heif.open_heif(path)
    width, height = found.size
    if width * height > megapixels * MILLION:
        raise Unfit("too_many_pixels", f"{width} x {height}")
    image = vips.new_from_memory(found.data, *found.size, len(found.mode), "uchar")
    image = image.copy(interpretation="srgb" if len(found.mode) > len("LA") else "b-w")
    if profile := found.info.get("icc_profile"):
        image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    return image


def plain(image: Image) -> Image:
    """The same picture in sRGB with 8 bits."""
    # A profile that does not fit the picture is none: the library has thrown it away when it read the head.
    if image.get_typeof("icc-profile-data") or image.interpretation == "cmyk":
        fallback = "cmyk" if image.interpretation == "cmyk" else "srgb"
        image = image.icc_transform("srgb", embedded=True, input_profile=fallback)
    return image.colourspace("srgb").cast("uchar")


def _of(image: Image, name: str, otherwise: int) -> int:
    return image.get(name) if image.get_typeof(name) else otherwise
