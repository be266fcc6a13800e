"""What pictures look like afterwards, to a decoder that made none of them; and what is not in them any more."""

from pathlib import Path

import pytest
from PIL import Image

from guildhall.platform.images.darkroom import Print
from guildhall.platform.images.errors import Unready
from tests import images
from tests.images import BLUE, GREEN, RED, WHITE
from tests.platform.images.prints import are_near, colours, developed, opened, original

FIELDS = [RED, GREEN, BLUE, WHITE]
UPRIGHT = [images.jpeg(400, 300, orientation=number, gps=True) for number in range(1, 9)]
OF_EVERY_KIND = {
    "progressive": images.jpeg(400, 300, progressive=True),
    "png": images.png(400, 300),
    "palette": images.png(400, 300, palette=True),
    "16 bits": images.png16(400, 300),
    "webp": images.webp(400, 300),
    "gif": images.gif(400, 300),
    "heic": images.heic(400, 300, orientation=6),
    "polyglot": images.polyglot(images.jpeg(400, 300)),
    "broken profile": images.with_a_broken_profile(400, 300),
}


@pytest.mark.parametrize("picture", UPRIGHT)
async def test_every_print_stands_upright(tmp_path: Path, picture: bytes) -> None:
    for made in await developed(tmp_path, picture):
        seen = opened(made)
        assert seen.width > seen.height
        assert are_near(colours(seen), FIELDS)


@pytest.mark.parametrize("picture", OF_EVERY_KIND.values(), ids=OF_EVERY_KIND)
async def test_every_kind_of_picture_keeps_its_colours(tmp_path: Path, picture: bytes) -> None:
    for made in await developed(tmp_path, picture):
        assert are_near(colours(opened(made)), FIELDS)


async def test_prints_are_what_they_say(tmp_path: Path) -> None:
    for made in await developed(tmp_path, images.jpeg(1600, 1200)):
        seen = opened(made)
        assert (str(seen.format).lower(), seen.size) == (made.format, (made.width, made.height))
        assert made.content_type == f"image/{made.format}"


async def test_prints_fit_their_boxes(tmp_path: Path) -> None:
    made = await developed(tmp_path, images.jpeg(1600, 1200, orientation=6))
    assert {(one.name, one.format): (one.width, one.height) for one in made} == {
        ("small", "webp"): (200, 150),
        ("small", "jpeg"): (200, 150),
        ("large", "webp"): (1000, 750),
        ("large", "jpeg"): (1000, 750),
        ("original", "jpeg"): (1600, 1200),
    }


async def test_what_is_smaller_than_its_box_is_not_enlarged(tmp_path: Path) -> None:
    assert {opened(one).size for one in await developed(tmp_path, images.png(60, 40))} == {(60, 40)}


async def test_a_very_long_picture_keeps_at_least_a_line(tmp_path: Path) -> None:
    sizes = {one.name: opened(one).size for one in await developed(tmp_path, images.png(3000, 2))}
    assert sizes == {"small": (200, 1), "large": (1000, 1), "original": (3000, 2)}


@pytest.mark.parametrize(
    "picture",
    [
        images.jpeg(gps=True, orientation=3),
        images.png(),
        images.webp(),
        images.gif(),
        images.heic(),
        images.wide_gamut(),
    ],
)
async def test_nothing_is_left_of_what_a_camera_writes(tmp_path: Path, picture: bytes) -> None:
    for made in await developed(tmp_path, picture):
        seen, held = opened(made), made.path.read_bytes()
        assert dict(seen.getexif()) == {}
        assert not {"exif", "xmp", "comment", "icc_profile", "photoshop"} & set(seen.info)
        assert images.SECRET.encode() not in held
        assert b"Exif" not in held


@pytest.mark.parametrize("picture", [images.jpeg(), images.png(), images.webp(), images.gif()])
async def test_nothing_is_left_of_what_lay_behind_the_end(tmp_path: Path, picture: bytes) -> None:
    for made in await developed(tmp_path, images.polyglot(picture)):
        assert b"script" not in made.path.read_bytes()
        assert b"PK\x03\x04" not in made.path.read_bytes()


async def test_colours_of_a_printers_picture_are_still_those_colours(tmp_path: Path) -> None:
    red, green, blue, white = colours(opened(await original(tmp_path, images.jpeg(400, 300, cmyk=True))))
    assert red[0] > 2 * max(red[1:])
    assert green[1] > max(green[0], green[2])
    assert blue[2] > max(blue[:2])
    assert min(white) > 230


async def test_a_wide_gamut_becomes_the_gamut_of_every_screen(tmp_path: Path) -> None:
    expected = images.in_srgb((200, 100, 50))
    for made in await developed(tmp_path, images.wide_gamut((200, 100, 50))):
        assert are_near(colours(opened(made)), [expected] * 4, by=6)


async def test_what_is_clear_stays_clear_and_is_white_in_a_jpeg(tmp_path: Path) -> None:
    for made in await developed(tmp_path, images.png(400, 300, alpha=True)):
        seen = opened(made)
        if made.format == "jpeg":
            assert are_near(colours(seen), [RED, GREEN, BLUE, (255, 255, 255)])
        else:
            assert seen.convert("RGBA").getpixel((seen.width * 9 // 10, seen.height * 9 // 10))[3] == 0  # pyright: ignore


@pytest.mark.parametrize(
    ("picture", "kind"),
    [
        (images.jpeg(), "jpeg"),
        (images.png(), "png"),
        (images.webp(), "webp"),
        (images.gif(), "gif"),
        (images.heic(), "jpeg"),
        (images.deep_heic(), "jpeg"),
    ],
)
async def test_the_whole_picture_stays_of_its_kind(tmp_path: Path, picture: bytes, kind: str) -> None:
    assert (await original(tmp_path, picture)).format == kind


@pytest.mark.parametrize("picture", [images.gif(frames=3), images.moving_webp(frames=3)])
async def test_a_picture_that_moves_still_moves_as_fast(tmp_path: Path, picture: bytes) -> None:
    made = await original(tmp_path, picture)
    seen = opened(made)
    assert (getattr(seen, "n_frames", 1), seen.info["duration"], seen.info["loop"]) == (3, 100, 0)
    assert (made.width, made.height) == seen.size == (40, 30)


async def test_small_prints_of_one_that_moves_show_its_beginning(tmp_path: Path) -> None:
    small = (await developed(tmp_path, images.gif(400, 300), Print("small", 200)))[0]
    assert getattr(opened(small), "n_frames", 1) == 1
    assert are_near(colours(opened(small)), FIELDS)


async def test_a_watermark_lies_in_the_lower_right_corner_of_marked_prints(tmp_path: Path) -> None:
    Image.new("RGBA", (100, 50), (0, 0, 0, 255)).save(tmp_path / "mark.png")
    prints = (Print("large", 1000, marked=True), Print("small", 200))
    made = await developed(tmp_path, images.jpeg(1600, 1200), *prints, watermark=tmp_path / "mark.png")
    by_name = {one.name: opened(one) for one in made if one.format == "jpeg"}
    black = by_name["large"].getpixel((1000 - 20 - 50, 750 - 20 - 25))
    assert are_near([black], [(0, 0, 0)])  # pyright: ignore[reportArgumentType]
    assert are_near(colours(by_name["large"]), [RED, GREEN, BLUE, colours(by_name["large"])[3]])
    assert are_near(colours(by_name["small"]), FIELDS)


async def test_a_missing_watermark_is_no_fault_of_the_picture(tmp_path: Path) -> None:
    prints = Print("large", 1000, marked=True)
    with pytest.raises(Unready, match="watermark"):
        await developed(tmp_path, images.jpeg(), prints, watermark=tmp_path / "nowhere.png")
