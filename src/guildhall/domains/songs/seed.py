"""The demo guild's song book: songs old enough to belong to everybody."""

from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.domains.songs.models import Song, SongCategory

SONGS: dict[str, tuple[tuple[str, str | None, str | None, str], ...]] = {
    "Vårvisor": (
        (
            "Vintern rasat",
            "Herman Sätherberg",
            "Otto Lindblad",
            "Vintern rasat ut bland våra fjällar,\ndrivans blommor smälta ned och dö.\n"
            "Himlen ler i vårens ljusa kvällar,\nsolen kysser liv i skog och sjö.",
        ),
        (
            "Uti vår hage",
            None,
            "Gotländsk folkvisa",
            "Uti vår hage där växa blå bär.\nKom hjärtans fröjd!\nVill du mig något, så träffas vi där.",
        ),
    ),
    "Punschvisor": (
        (
            "Gaudeamus igitur",
            "Christian Wilhelm Kindleben",
            "Medeltida",
            "Gaudeamus igitur,\njuvenes dum sumus.\nPost jucundam juventutem,\npost molestam senectutem\n"
            "nos habebit humus.",
        ),
        (
            "Feuerzangenbowle",
            None,
            "Trad.",
            "Punschen kommer, punschen kommer,\nljuv och sval.\nGlasen imma, röster stimma\ni vår sal.",
        ),
    ),
    "Snapsvisor": (
        (
            "Helan går",
            None,
            "Trad.",
            "Helan går,\nsjung hopp faderallan lallan lej.\nHelan går,\nsjung hopp faderallan lej.",
        ),
        ("Måsen", None, "Når månen vandrar", "Det satt en mås på en klyvarbom\noch tom i krävan var kräket."),
    ),
    "Allmänt": (
        (
            "Vem kan segla",
            None,
            "Folkvisa",
            "Vem kan segla förutan vind,\nvem kan ro utan åror,\n"
            "vem kan skiljas från vännen sin\nutan att fälla tårar?",
        ),
        (
            "Kristallen den fina",
            None,
            "Folkvisa från Skåne",
            "Kristallen den fina som solen månd' skina,\nsom stjärnorna blänka i skyn.",
        ),
    ),
}


async def seed(session: AsyncSession) -> None:
    """Write the categories and their songs."""
    number = 0
    for name, songs in SONGS.items():
        category = SongCategory(name=name)
        session.add(category)
        await session.flush()
        for title, author, melody, content in songs:
            number += 1
            views = 7 * number % 31
            session.add(
                Song(title=title, author=author, melody=melody, content=content, category_id=category.id, views=views)
            )
    await session.flush()
