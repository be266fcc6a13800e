"""The demo guild has papers that one can read."""

from pathlib import Path

from guildhall.domains.documents.seed import PAPERS, paper, seed
from guildhall.platform.pdf.checking import checked
from tests.domains.documents.papers import counted
from tests.guild import Guild


async def test_the_demo_guild_has_a_few_documents_one_of_them_private(guild: Guild) -> None:
    anna = await guild.member()
    async with guild.session() as session:
        await seed(session)
    assert await counted(guild) == (len(PAPERS), len(PAPERS))
    documents = (await anna.get("/document/")).json()
    assert [document["is_private"] for document in documents].count(True) == 1
    for document in documents:
        answer = await anna.get(f"/document/document_file/{document['id']}")
        assert answer.content.startswith(b"%PDF-1.7")
    (found,) = (await anna.get("/document/", params={"q": "vinterdäck"})).json()
    assert found["title"] == "Styrelseprotokoll 12"


async def test_a_paper_of_the_demo_would_be_taken_if_somebody_uploaded_it(tmp_path: Path) -> None:
    for number, (_, title, _, _, _, lines) in enumerate(PAPERS):
        path = tmp_path / str(number)
        path.write_bytes(paper(title, *lines))
        assert (await checked(path)).text == "\n".join((title, *lines))
