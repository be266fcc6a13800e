"""The demo guild's documents: what binds it, two minutes, and one paper that is for members."""

from datetime import timedelta
from io import BytesIO

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.core.settings import settings
from guildhall.domains.documents.models import Document
from guildhall.domains.documents.service.keeping import CONTENT_TYPE, KIND
from guildhall.platform import storage
from guildhall.shared.users.models import User

# File name, title, category, how many days ago, whether it is private, and what it says.
PAPERS: tuple[tuple[str, str, str, int, bool, tuple[str, ...]], ...] = (
    (
        "Stadgar",
        "Stadgar",
        "Styrdokument",
        400,
        False,
        (
            "§ 1 Sektionens ändamål är att verka för sammanhållning och tillvarata medlemmarnas intressen.",
            "§ 2 Medlem är den som är inskriven på utbildningen och har betalat sektionsavgift.",
            "§ 3 Sektionsmötet är sektionens högsta beslutande organ.",
        ),
    ),
    (
        "Reglemente",
        "Reglemente",
        "Styrdokument",
        300,
        False,
        (
            "Kapitel 4: Bilen bokas av medlemmar. Bilansvarig bekräftar privata bokningar.",
            "Kapitel 7: Sexmästeriet ansvarar för sittningar och för köket.",
        ),
    ),
    (
        "ProtokollHTM1",
        "Protokoll HTM1",
        "Protokoll",
        40,
        False,
        (
            "Mötet öppnades klockan 17.17. Budgeten för nästa år fastställdes.",
            "Motion om en ny kaffemaskin i caféet bifölls.",
        ),
    ),
    (
        "ProtokollStyrelsen12",
        "Styrelseprotokoll 12",
        "Protokoll",
        12,
        False,
        (
            "Närvarande: hela styrelsen. Bilen har fått nya vinterdäck.",
            "Beslut att köpa in två nya partytält till nollningen.",
        ),
    ),
    (
        "Kontaktlista",
        "Kontaktlista för funktionärer",
        "Internt",
        5,
        True,
        ("Koder och telefonnummer finns hos respektive utskottsordförande.",),
    ),
)
_HEAD = (
    b"<</Type/Catalog/Pages 2 0 R>>",
    b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R/Resources<</Font<</F 4 0 R>>>>>>",
    b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
)


async def seed(session: AsyncSession) -> None:
    """Write the documents, with files that can be opened."""
    author = (await session.scalars(select(User.id).order_by(User.id).limit(1))).one()
    for file_name, title, category, days, is_private, lines in PAPERS:
        async with storage.received(BytesIO(paper(title, *lines)), settings().document_limit) as received:
            file = await storage.keep(session, received, KIND, CONTENT_TYPE)
        written = clock.now() - timedelta(days=days)
        session.add(
            Document(
                title=title,
                file_name=f"{file_name}.pdf",
                category=category,
                author_id=author,
                created_at=written,
                updated_at=written,
                is_private=is_private,
                file_id=file.id,
                pages=1,
                text="\n".join((title, *lines)),
            )
        )
    await session.flush()


def paper(title: str, *lines: str) -> bytes:
    """A PDF of one page; its letters are those of Western Europe."""
    shown = b"BT /F 20 Tf 50 770 Td %b /F 10 Tf 16 TL 0 -40 Td %b ET" % (
        _shown(title),
        b" ".join(_shown(line) for line in lines),
    )
    out, places = b"%PDF-1.7\n", list[int]()
    for number, body in enumerate((*_HEAD, b"<</Length %d>>stream\n%b\nendstream" % (len(shown), shown)), 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 6\n0000000000 65535 f \n" + table
    return out + head + b"trailer <</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(out)


def _shown(line: str) -> bytes:
    return b"<%b> Tj T*" % line.encode("cp1252").hex().encode()
