"""Developing a picture: its prints, with nothing in them but the picture."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyvips

from guildhall.platform.images.errors import Unready
from guildhall.platform.images.opening import Image, Opened, open_picture, vips

SMALL: dict[str, dict[str, Any]] = {"webp": {"Q": 80, "effort": 4}, "jpeg": {"Q": 82, "optimize_coding": True}}
WHOLE: dict[str, dict[str, Any]] = {
    "jpeg": {"Q": 92},  # optimal coding would hold it whole, several times
    "png": {"compression": 6},
    "webp": {"Q": 92, "effort": 2},
    "gif": {},
}
MARGIN = 50  # the watermark stands off the edges by one part in so many of the width
WHITE = [255, 255, 255]


def develop(
    path: str, into: str, prints: Sequence[dict[str, Any]], watermark: str | None, megapixels: int
) -> dict[str, Any]:
    """Make the prints in the folder `into`; what was made. Raises Unfit, and what libraries raise."""
    opened = open_picture(path, megapixels)
    made = [*_whole(opened, prints, Path(into)), *_boxed(opened, prints, Path(into), watermark)]
    return {"made": made}


def _whole(opened: Opened, prints: Sequence[dict[str, Any]], into: Path) -> Iterator[dict[str, Any]]:
    kind = "jpeg" if opened.format == "heic" else opened.format
    for one in prints:
        if one["box"] is None:
            yield _saved(opened.whole(), one["name"], kind, into, WHOLE[kind])


def _boxed(
    opened: Opened, prints: Sequence[dict[str, Any]], into: Path, watermark: str | None
) -> Iterator[dict[str, Any]]:
    """Each is made of the next larger one: the picture is decoded once."""
    image: Image = None
    for one in sorted((one for one in prints if one["box"]), key=lambda one: one["box"], reverse=True):
        box = one["box"]
        image = opened.thumbnail(box) if image is None else _smaller(image, box)
        shown = _marked(image, watermark) if watermark and one["marked"] else image
        for kind, how in SMALL.items():
            yield _saved(shown, one["name"], kind, into, how)


def _smaller(image: Image, box: int) -> Image:
    return image.thumbnail_image(box, height=box, size="down").copy_memory()


def _marked(image: Image, watermark: str) -> Image:
    mark = _mark(watermark)
    margin = image.width // MARGIN
    across, down = image.width - mark.width - margin, image.height - mark.height - margin
    if across < 0 or down < 0:
        return image  # no room for it
    return image.composite2(mark, "over", x=across, y=down).cast("uchar").copy_memory()


def _mark(watermark: str) -> Image:
    try:
        mark = vips.new_from_file(watermark).colourspace("srgb").copy_memory()
    except pyvips.Error as error:
        raise Unready(f"the watermark {watermark} cannot be read: {error}") from error
    return mark if mark.hasalpha() else mark.addalpha()


def _saved(image: Image, name: str, kind: str, into: Path, how: dict[str, Any]) -> dict[str, Any]:
    if kind == "jpeg" and image.hasalpha():
        image = image.flatten(background=WHITE)
    file = f"{name}.{kind}"
    getattr(image, f"{kind}save")(str(into / file), keep="none", **how)
    height = image.get("page-height") if image.get_typeof("page-height") else image.height
    facts = {"name": name, "format": kind, "content_type": f"image/{kind}", "path": file}
    return facts | {"width": image.width, "height": height}
