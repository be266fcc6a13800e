"""The demo guild's albums."""

from sqlalchemy import func, select

from guildhall.app import starting
from guildhall.domains.gallery import seed
from guildhall.domains.gallery.models import Album, AlbumPicture, HideWish
from guildhall.shared.pictures.models import Picture
from tests.guild import Guild


async def test_the_demo_has_albums_whose_pictures_can_be_developed(guild: Guild) -> None:
    async with guild.session() as session:
        await starting.seed(session)
    async with guild.session() as session:
        years = set(await session.scalars(select(Album.year)))
        ids = list(await session.scalars(select(AlbumPicture.picture_id)))
        assert await session.scalar(select(func.count()).select_from(HideWish)) == 1
    assert (len(years) >= 2, len(ids)) == (True, len(seed.OCCASIONS) * seed.EACH)
    await guild.app.state.demand.develop(guild.database, ids[0])
    async with guild.session() as session:
        assert (await session.get_one(Picture, ids[0])).state == "ready"
