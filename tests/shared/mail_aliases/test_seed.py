"""The demo guild's addresses are those of a guild that lives."""

from guildhall.app import starting
from tests.guild import Guild


async def test_every_address_of_the_demo_guild_reaches_somebody(guild: Guild) -> None:
    async with guild.session() as session:
        await starting.seed(session)
    viewer = await guild.holder("view:MailAlias")
    found = {alias["alias"]: alias for alias in (await viewer.get("/mail-alias/aliases")).json()}
    assert all(alias["members"] for alias in found.values())
    assert found["bil@fsektionen.se"]["members"] == ["bilforman@fsektionen.se"]
    assert found["ekonomi@fsektionen.se"]["members"] == ["demo3@fsektionen.se", "revisor@example.com"]
    kinds = {target["kind"] for alias in found.values() for target in alias["targets"]}
    assert kinds == {"address", "user", "post", "council"}
