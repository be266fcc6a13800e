"""Examining a picture before anybody believes what it says of itself."""

import base64
from pathlib import Path
from typing import Any

import thash

from guildhall.platform.images.errors import Unfit
from guildhall.platform.images.gif import is_whole
from guildhall.platform.images.opening import Image, Opened, open_picture

DOTS = 32  # on the longer side: a thumbhash keeps far less


def examine(path: str, megapixels: int) -> dict[str, Any]:
    """What the picture is, once it was decoded to its end. Raises Unfit, and what libraries raise."""
    opened = open_picture(path, megapixels)
    dots = opened.thumbnail(DOTS)
    _see_every_frame(opened)
    width, height = opened.size
    return {
        "format": opened.format,
        "content_type": f"image/{opened.format}",
        "width": width,
        "height": height,
        "thumbhash": _thumbhash(dots),
    }


def _see_every_frame(opened: Opened) -> None:
    if opened.format == "gif" and not is_whole(Path(opened.path).read_bytes()):
        raise Unfit("broken", "it ends in the middle of a frame")
    if opened.frames > 1:
        opened.whole().avg()


def _thumbhash(dots: Image) -> str:
    opaque = dots if dots.hasalpha() else dots.addalpha()
    pixels = list(bytes(opaque.write_to_memory()))
    return base64.b64encode(bytes(thash.rgba_to_thumb_hash(opaque.width, opaque.height, pixels))).decode()
