"""What a picture is said to be, and which files are none."""

import base64
from pathlib import Path

import pytest
import thash

from guildhall.platform.images.errors import Unfit
from tests import images
from tests.guild import configured
from tests.platform.images.prints import examined


@pytest.mark.parametrize(
    ("picture", "kind"),
    [
        (images.jpeg(), "jpeg"),
        (images.jpeg(progressive=True), "jpeg"),
        (images.jpeg(cmyk=True), "jpeg"),
        (images.jpeg(grey=True), "jpeg"),
        (images.png(), "png"),
        (images.png(alpha=True), "png"),
        (images.png(palette=True), "png"),
        (images.png16(), "png"),
        (images.webp(), "webp"),
        (images.gif(), "gif"),
        (images.polyglot(), "jpeg"),
        (images.wide_gamut(), "jpeg"),
        (images.with_a_broken_profile(), "jpeg"),
    ],
)
async def test_a_picture_is_known_by_what_it_holds(tmp_path: Path, picture: bytes, kind: str) -> None:
    seen = await examined(tmp_path, picture)
    assert (seen.format, seen.content_type, seen.width, seen.height) == (kind, f"image/{kind}", 40, 30)


@pytest.mark.parametrize("orientation", range(1, 9))
async def test_its_size_is_that_of_the_picture_held_upright(tmp_path: Path, orientation: int) -> None:
    seen = await examined(tmp_path, images.jpeg(40, 30, orientation=orientation))
    assert (seen.width, seen.height) == (40, 30)


async def test_a_picture_of_an_iphone_is_upright_too(tmp_path: Path) -> None:
    seen = await examined(tmp_path, images.heic(64, 48, orientation=6))
    assert (seen.format, seen.width, seen.height) == ("heic", 64, 48)


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"])
async def test_a_heic_may_be_of_every_sort_that_phones_write(tmp_path: Path, brand: bytes) -> None:
    seen = await examined(tmp_path, images.branded(brand))
    assert (seen.format, seen.content_type, seen.width, seen.height) == ("heic", "image/heic", 64, 48)


@pytest.mark.parametrize(("brand", "compatible"), [(b"avif", b"avif"), (b"mif1", b"avif"), (b"isom", b"mp42")])
async def test_what_a_heic_s_box_holds_besides_is_not_taken(tmp_path: Path, brand: bytes, compatible: bytes) -> None:
    with pytest.raises(Unfit) as refusal:
        await examined(tmp_path, images.branded(brand, compatible))
    assert refusal.value.reason == "not_a_picture"


@pytest.mark.parametrize("picture", [images.jpeg(400, 200, orientation=8), images.png(400, 200), images.gif(400, 200)])
async def test_its_placeholder_shows_its_shape_and_its_colours(tmp_path: Path, picture: bytes) -> None:
    placeholder = base64.b64decode((await examined(tmp_path, picture)).thumbhash)
    width, height, pixels = thash.thumb_hash_to_rgba(list(placeholder))
    assert width > height
    red, _, _, green = (pixels[4 * place : 4 * place + 3] for place in (0, 0, 0, width - 1))
    assert red[0] > max(red[1:])
    assert green[1] > max(green[0], green[2])


async def test_a_picture_that_is_not_there_where_it_is_clear_has_a_clear_placeholder(tmp_path: Path) -> None:
    seen = await examined(tmp_path, images.png(100, 100, alpha=True))
    average = thash.thumb_hash_to_average_rgba(list(base64.b64decode(seen.thumbhash)))
    assert average is not None
    assert average[3] < 1


@pytest.mark.parametrize("file", [images.svg(), images.html(), b"", b"\0" * 99, b"%PDF-1.7 etc.", b"BM" + b"\0" * 99])
async def test_what_is_no_picture_is_not_taken_for_one(tmp_path: Path, file: bytes) -> None:
    with pytest.raises(Unfit) as refusal:
        await examined(tmp_path, file)
    assert refusal.value.reason == "not_a_picture"


@pytest.mark.parametrize(
    "whole",
    [
        images.noisy(400, 300),
        images.jpeg(400, 300, progressive=True),
        images.png(400, 300),
        images.webp(400, 300),
        images.gif(400, 300, frames=5),
        images.heic(400, 300),
    ],
)
@pytest.mark.parametrize("part", [0.3, 0.66, 0.95])
async def test_a_picture_without_its_end_is_broken(tmp_path: Path, whole: bytes, part: float) -> None:
    with pytest.raises(Unfit) as refusal:
        await examined(tmp_path, whole[: int(len(whole) * part)])
    assert refusal.value.reason == "broken"


@pytest.mark.parametrize("picture", [images.jpeg(), images.png(), images.gif(), images.webp(), images.heic()])
async def test_the_signs_of_a_picture_alone_are_a_broken_one(tmp_path: Path, picture: bytes) -> None:
    with pytest.raises(Unfit) as refusal:
        await examined(tmp_path, picture[:40] + b"\0" * 500)
    assert refusal.value.reason == "broken"


async def test_a_bomb_is_known_by_its_head(tmp_path: Path) -> None:
    with pytest.raises(Unfit) as refusal:
        await examined(tmp_path, images.bomb())
    assert refusal.value.reason == "too_many_pixels"


@pytest.mark.parametrize("picture", [images.jpeg(1001, 1000), images.heic(1040, 1000), images.gif(200, 200, frames=26)])
async def test_the_limit_counts_every_pixel_of_every_frame(tmp_path: Path, picture: bytes) -> None:
    with configured(picture_megapixels="1"), pytest.raises(Unfit) as refusal:
        await examined(tmp_path, picture)
    assert refusal.value.reason == "too_many_pixels"


async def test_a_picture_of_just_the_limit_is_fine(tmp_path: Path) -> None:
    with configured(picture_megapixels="1"):
        assert (await examined(tmp_path, images.jpeg(1000, 1000))).width == 1000
