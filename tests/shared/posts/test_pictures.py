"""The picture of a post."""

import io

from PIL import Image
from sqlalchemy import select

from guildhall.shared.pictures.models import Picture
from tests import images
from tests.guild import Guild, code

NOBODY = (401, "not_authenticated")
FILE = {"image": ("post.png", images.png(50, 30))}


async def test_a_keeper_of_posts_gives_a_post_a_picture(guild: Guild) -> None:
    keeper, post = await guild.holder("manage:Post"), await guild.post()
    answer = await keeper.post(f"/posts/{post}/image", files=FILE)
    assert (answer.status_code, answer.json()) == (200, None)
    for size in ("small", "original", "stream"):
        shown = await keeper.get(f"/posts/{post}/image/{size}")
        assert (shown.status_code, Image.open(io.BytesIO(shown.content)).size) == (200, (50, 30))


async def test_nobody_else_may(guild: Guild) -> None:
    post, member, nobody = await guild.post(), await guild.member(), await guild.client()
    for asker, refusal in ((member, (403, "missing_permission")), (nobody, NOBODY)):
        assert code(await asker.post(f"/posts/{post}/image", files=FILE)) == refusal
        assert code(await asker.get(f"/posts/{post}/image/small")) == refusal
        assert code(await asker.delete(f"/posts/{post}/image")) == refusal


async def test_a_post_that_is_not_there_has_no_picture(guild: Guild) -> None:
    keeper = await guild.holder("manage:Post")
    assert code(await keeper.post("/posts/0/image", files=FILE)) == (404, "post_not_found")
    assert code(await keeper.delete("/posts/0/image")) == (404, "post_not_found")
    assert code(await keeper.get("/posts/0/image/small")) == (404, "picture_not_found")


async def test_the_picture_goes_with_the_post_or_alone(guild: Guild) -> None:
    keeper, post = await guild.holder("manage:Post"), await guild.post()
    for path in (f"/posts/{post}/image", f"/posts/{post}"):
        await keeper.post(f"/posts/{post}/image", files=FILE)
        assert (await keeper.delete(path)).status_code == 204
        async with guild.session() as session:
            assert (await session.scalars(select(Picture))).all() == []
