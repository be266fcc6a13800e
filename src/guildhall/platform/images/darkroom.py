"""Working on pictures, from any process: what is asked of the children, and what they answer."""

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from guildhall.core.settings import settings
from guildhall.platform.images.errors import Unfit, Unready
from guildhall.platform.images.pool import Confines, Pool

MIB = 1024 * 1024
SECONDS = {"examine": 20.0, "develop": 60.0}  # for one picture; the largest that are allowed need some
GROUND = 512 * MIB  # address space of a child that has its libraries
PIXEL = 24  # bytes: some are held whole, in more than one form


@dataclass(frozen=True)
class Examined:
    """What a picture is: `format` as libraries call it, width and height upright, a placeholder in base64."""

    format: str
    content_type: str
    width: int
    height: int
    thumbhash: str


@dataclass(frozen=True)
class Print:
    """A size to make: the box in pixels that it fits into, or None for its own size; with the watermark or not."""

    name: str
    box: int | None
    marked: bool = False


@dataclass(frozen=True)
class Developed:
    """A picture that was made: of which print, in which format, and where it lies now."""

    name: str
    format: str
    content_type: str
    width: int
    height: int
    path: Path


async def examine(path: Path) -> Examined:
    """Look at a file before anything believes it. Raises Unfit."""
    now = settings()
    answer = await _crew("examine", now.picture_megapixels, 1).work(
        do="examine", path=os.fspath(path), megapixels=now.picture_megapixels
    )
    return Examined(**_fit(answer))


async def develop(path: Path, into: Path, prints: Sequence[Print], *, watermark: Path | None = None) -> list[Developed]:
    """Make the prints of a picture in a folder: those with a box as WebP and JPEG, others in the picture's format.

    All are upright, in sRGB and hold nothing but the picture. Raises Unfit, Unready.
    """
    now = settings()
    answer = await _crew("develop", now.picture_megapixels, now.picture_processes).work(
        do="develop",
        path=os.fspath(path),
        into=os.fspath(into),
        prints=[asdict(one) for one in prints],
        watermark=watermark and os.fspath(watermark),
        megapixels=now.picture_megapixels,
    )
    return [Developed(**one | {"path": into / one["path"]}) for one in _fit(answer)["made"]]


def _fit(answer: dict[str, Any]) -> dict[str, Any]:
    if "unready" in answer:
        raise Unready(answer["unready"])
    if "unfit" in answer:
        raise Unfit(answer["unfit"], answer["why"])
    return answer


_crews: dict[tuple[str, int, int], Pool] = {}


def _crew(task: str, megapixels: int, processes: int) -> Pool:
    # Whoever uploads does not stand in line behind the pictures that are being developed.
    key = (task, megapixels, processes)
    if key not in _crews:
        _crews[key] = Pool(processes, Confines(SECONDS[task], GROUND + megapixels * 1_000_000 * PIXEL))
    return _crews[key]


def close() -> None:
    """End the children, for when nobody waits for them any more; others come if somebody asks again."""
    while _crews:
        _crews.popitem()[1].close()
