"""The demo guild's councils, with the names that the clients look up."""

from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.shared.councils.models import Council

COUNCILS = (
    ("Styrelsen", "The Board", "Leder sektionen mellan sektionsmötena.", "Leads the guild between its meetings."),
    ("Sexmästeriet", "The Sexmästeri", "Ordnar sittningar och fester.", "Arranges sittings and parties."),
    ("Kulturutskottet", "The Culture Committee", "Teater, musik och utflykter.", "Theatre, music and outings."),
    ("Prylmästeriet", "The Gadget Committee", "Bilen, lokalerna och prylarna.", "The car, the rooms and the gear."),
    ("Foset", "The Introduction Committee", "Ordnar nollningen.", "Runs the introduction weeks."),
    ("Studierådet", "The Study Council", "Bevakar utbildningen.", "Watches over the education."),
    (
        "Näringslivsutskottet",
        "The Corporate Committee",
        "Håller kontakt med företag.",
        "Keeps in touch with companies.",
    ),
    ("Informationsutskottet", "The Information Committee", "Webb, foto och nyheter.", "Web, photos and news."),
    ("Cafémästeriet", "The Café Committee", "Driver Hilbert Café.", "Runs Hilbert Café."),
)


async def seed(session: AsyncSession) -> None:
    """Write the councils."""
    for name_sv, name_en, description_sv, description_en in COUNCILS:
        session.add(
            Council(name_sv=name_sv, name_en=name_en, description_sv=description_sv, description_en=description_en)
        )
    await session.flush()
