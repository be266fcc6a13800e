"""What a document costs: reading a large one before it is kept, and finding one among thousands."""

import asyncio
import io
import random
import resource
import tempfile
from pathlib import Path
from time import perf_counter

import pikepdf
from pikepdf import Dictionary, Name
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bench import guild, house
from guildhall.app import starting
from guildhall.core.access import Actor
from guildhall.domains.documents.schemas import DocumentRead
from guildhall.domains.documents.service import reading
from guildhall.platform.pdf import checking

PAGES, PICTURE = 200, 100_000  # bytes of a picture that cannot be packed, one on each page
DOCUMENTS, BATCH, WORDS, ROUNDS = 5_000, 500, 3_000, 20
SEARCHES = ("ord7", "ord1999 ord300", "protokoll", "styrelse budget", "finns inte")
FILL = """
INSERT INTO stored_files (kind, sha256, size, content_type)
SELECT 'documents', sha256(n::text::bytea), 1000, 'application/pdf' FROM generate_series(1, :documents) AS n
"""
SHELVE = """
INSERT INTO documents (title, file_name, category, author_id, created_at, updated_at, is_private, file_id, pages, text)
SELECT (ARRAY['Styrelseprotokoll', 'Budget', 'Motion', 'Reglemente'])[1 + n % 4] || ' ' || n, n || '.pdf',
    (ARRAY['Protokoll', 'Styrdokument', 'Övrigt'])[1 + n % 3], :author, now() - n * interval '1 hour',
    now(), n % 5 = 0, (SELECT id FROM stored_files WHERE kind = 'documents' AND sha256 = sha256(n::text::bytea)), 8,
    (SELECT string_agg('ord' || floor(random() ^ 3 * 20000)::int, ' ') FROM generate_series(1, :words) WHERE n > 0)
FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS n
"""


def run() -> bool:
    """Measure both and print what came of them."""
    asyncio.run(_read_a_large_one())
    with house.database() as database:
        starting.in_session(database.url(), _shelve)
        starting.in_session(database.url(), _analyze)
        starting.in_session(database.url(), _search)
    return True


async def _read_a_large_one() -> None:
    large = _large()
    with tempfile.NamedTemporaryFile() as file:
        file.write(large)
        file.flush()
        begin = perf_counter()
        contents = await checking.checked(Path(file.name))
        seconds, peak = perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    what = f"a PDF of {len(large) / 2**20:.1f} MiB and {contents.pages} pages"
    print(f"{what}: read in {seconds:.2f} s, {peak:.0f} MiB at most")


def _large() -> bytes:
    made, noise = pikepdf.new(), random.Random(1961)
    font = made.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    for number in range(PAGES):
        picture = made.make_stream(noise.randbytes(PICTURE))
        picture.stream_dict.update(
            {"/Type": Name.XObject, "/Subtype": Name.Image, "/Width": 500, "/Height": 200, "/BitsPerComponent": 8}
        )
        page = made.add_blank_page(page_size=(595, 842)).obj
        page.Resources = Dictionary(Font=Dictionary(F=font), XObject=Dictionary(P=picture))
        lines = b" ".join(b"(Paragraf %d, stycke %d) Tj T*" % (number, line) for line in range(40))
        page.Contents = made.make_stream(b"BT /F 12 Tf 14 TL 50 780 Td " + lines + b" ET")
    saved = io.BytesIO()
    made.save(saved)
    return saved.getvalue()


async def _shelve(session: AsyncSession) -> None:
    await session.execute(text(FILL), {"documents": DOCUMENTS})
    author = await guild.president(session)
    for first in range(1, DOCUMENTS, BATCH):  # a statement may take half a minute
        batch = {"first": first, "last": first + BATCH - 1, "words": WORDS, "author": author}
        await session.execute(text(SHELVE), batch)


async def _analyze(session: AsyncSession) -> None:
    await session.execute(text("ANALYZE documents"))


async def _search(session: AsyncSession) -> None:
    member = Actor(await guild.president(session), 0, is_verified=True, is_member=True, rights=frozenset())
    for query in (None, *SEARCHES):
        times, found = list[float](), list[DocumentRead]()
        for _ in range(ROUNDS):
            begin = perf_counter()
            found = await reading.all_documents(session, member, query=query, category=None)
            times.append((perf_counter() - begin) * 1000)
        name = "the whole list" if query is None else f"?q={query}"
        print(f"{name}: {len(found)} documents, p50 {sorted(times)[ROUNDS // 2]:.1f} ms")
